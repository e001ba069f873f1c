"""Multinomial logistic regression over sparse and dense features side by side.

The same as scikit-learn's, but with the dense block kept dense: many times quicker to learn.
"""

from typing import Any, List, Optional, Sequence, Tuple

import numpy as np


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
    from scipy.optimize import minimize

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
        small = w.astype(np.float32)
        scores = sparse @ small[:wide] + dense @ small[wide:-1] + small[-1]
        scores -= scores.max(axis=1, keepdims=True)
        np.exp(scores, out=scores)
        total = scores.sum(axis=1, keepdims=True)
        scores /= total
        missed = -np.log(np.maximum(scores[every, y], 1e-30))
        value = c * float(missed.sum()) + 0.5 * float(np.sum(w[:-1] ** 2))
        scores[every, y] -= 1.0
        scores *= np.float32(c)
        gradient = np.empty_like(w)
        gradient[:wide] = turned @ scores
        gradient[wide:-1] = dense.T @ scores
        gradient[:-1] += w[:-1]
        gradient[-1] = scores.sum(axis=0)
        return value, gradient.ravel()

    start = np.zeros((wide + deep + 1) * k)
    found = minimize(
        loss, start, method="L-BFGS-B", jac=True, options={"maxiter": max_iter, "gtol": tolerance, "maxcor": 10}
    )
    w = found.x.reshape(wide + deep + 1, k).astype(np.float32)
    return classes, w[:wide], (w[wide:-1] if deep else None), w[-1]
