"""Multinomial logistic regression over sparse and dense features side by side.

The same as scikit-learn's, but with the dense block kept dense, and in single precision throughout: many times quicker
to learn, in a fraction of the memory.
"""

from typing import Any, Callable, List, Optional, Sequence, Tuple

import numpy as np

KEPT = 8
"""Steps that the search remembers; each takes as much memory as two sets of weights."""
HALVINGS = 20
ENOUGH = 1e-4
"""Share of the promised gain that a step must bring."""

Loss = Callable[[np.ndarray], Tuple[float, np.ndarray]]


def learn(
    sparse: Any,
    dense: Optional[np.ndarray],
    labels: Sequence[str],
    *,
    c: float,
    max_iter: int,
    tolerance: float,
) -> Tuple[List[str], np.ndarray, Optional[np.ndarray], np.ndarray]:
    """Classes in alphabetical order, and the weights of sparse features, dense features, and the bias.

    ``sparse`` is a CSR matrix with a row an example, ``c`` the inverse of the (L2) regularisation, which spares the
    bias. It ends after ``max_iter`` rounds, or when no gradient is above ``tolerance``. Nothing is drawn by chance.
    """
    classes = sorted(set(labels))
    place = {name: i for i, name in enumerate(classes)}
    y = np.array([place[label] for label in labels])
    rows, k = len(y), len(classes)
    wide, deep = sparse.shape[1], 0 if dense is None else dense.shape[1]
    sparse = sparse.astype(np.float32)
    turned = sparse.T.tocsr()
    dense = np.zeros((rows, 0), np.float32) if dense is None else np.ascontiguousarray(dense, dtype=np.float32)
    every = np.arange(rows)

    def loss(flat: np.ndarray) -> Tuple[float, np.ndarray]:
        w = flat.reshape(wide + deep + 1, k)
        scores = sparse @ w[:wide]
        scores += dense @ w[wide:-1]
        scores += w[-1]
        scores -= scores.max(axis=1, keepdims=True)
        np.exp(scores, out=scores)
        scores /= scores.sum(axis=1, keepdims=True)
        missed = -np.log(np.maximum(scores[every, y], 1e-30))
        value = c * float(missed.sum(dtype=np.float64)) + 0.5 * float(np.vdot(w[:-1], w[:-1]))
        scores[every, y] -= 1.0
        scores *= np.float32(c)
        gradient = np.empty_like(w)
        gradient[:wide] = turned @ scores
        gradient[wide:-1] = dense.T @ scores
        gradient[:-1] += w[:-1]
        gradient[-1] = scores.sum(axis=0)
        return value, gradient.ravel()

    w = minimised(loss, np.zeros((wide + deep + 1) * k, np.float32), max_iter, tolerance)
    w = w.reshape(wide + deep + 1, k)
    return classes, w[:wide], (w[wide:-1] if deep else None), w[-1]


def minimised(loss: Loss, start: np.ndarray, max_iter: int, tolerance: float) -> np.ndarray:
    """Where a smooth convex ``loss`` (its value and gradient) is least, by L-BFGS from ``start``."""
    at = start
    value, gradient = loss(at)
    steps: List[Tuple[np.ndarray, np.ndarray, float]] = []
    for _ in range(max_iter):
        if float(np.abs(gradient).max()) <= tolerance:
            break
        way = _direction(gradient, steps)
        slope = float(np.vdot(way, gradient))
        if not steps:
            way *= np.float32(1.0 / max(1.0, float(np.linalg.norm(gradient))))
            slope = float(np.vdot(way, gradient))
        size = 1.0
        for _ in range(HALVINGS):
            there = at + np.float32(size) * way
            found, turned = loss(there)
            if found <= value + ENOUGH * size * slope:
                break
            size /= 2
        else:
            # single precision sees no way down any more
            break
        moved, bent = there - at, turned - gradient
        curve = float(np.vdot(moved, bent))
        if curve > 0:
            steps = [*steps[-(KEPT - 1) :], (moved, bent, curve)]
        at, value, gradient = there, found, turned
    return at


def _direction(gradient: np.ndarray, steps: List[Tuple[np.ndarray, np.ndarray, float]]) -> np.ndarray:
    """Downhill, with the curves of the last steps in mind."""
    way = -gradient
    shares = []
    for moved, bent, curve in reversed(steps):
        share = float(np.vdot(moved, way)) / curve
        shares.append(share)
        way -= np.float32(share) * bent
    if steps:
        _, bent, curve = steps[-1]
        way *= np.float32(curve / float(np.vdot(bent, bent)))
    for (moved, bent, curve), share in zip(steps, reversed(shares)):
        way += np.float32(share - float(np.vdot(bent, way)) / curve) * moved
    return way
