"""The search for the weights finds where the loss is least."""

import pytest

np = pytest.importorskip("numpy")


def test_a_bowl_is_searched_to_its_bottom() -> None:
    from turnbot.softmax import minimised

    bend = np.array([1.0, 10.0, 100.0], np.float32)
    bottom = np.array([3.0, -2.0, 0.5], np.float32)

    def loss(at: "np.ndarray") -> "tuple[float, np.ndarray]":
        return float((bend * (at - bottom) ** 2).sum()) / 2, bend * (at - bottom)

    found = minimised(loss, np.zeros(3, np.float32), max_iter=60, tolerance=1e-4)
    assert np.allclose(found, bottom, atol=1e-3)


def test_it_ends_when_it_may_go_no_further() -> None:
    from turnbot.softmax import minimised

    calls = []

    def loss(at: "np.ndarray") -> "tuple[float, np.ndarray]":
        calls.append(at)
        return float((at**2).sum()), 2 * at

    found = minimised(loss, np.full(4, 8.0, np.float32), max_iter=1, tolerance=0.0)
    assert len(calls) == 2
    assert float((found**2).sum()) < 4 * 64.0
