"""Products of matrices in pieces: the same bits for any number of threads, near what one call of BLAS gives."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest

from estimator.core import crew
from estimator.ops import _products
from estimator.ops._products import dot, is_large, matmul


@pytest.fixture(autouse=True)
def _size() -> Iterator[None]:
    yield
    crew.set_crew_size(1)


@pytest.fixture
def shared(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """How many pieces there were, of each product that was cut."""
    counts: list[int] = []
    share = crew.share

    def counted(pieces: Any) -> None:
        counts.append(len(pieces))
        share(pieces)

    monkeypatch.setattr(_products, "share", counted)
    return counts


@pytest.fixture
def low_limits(monkeypatch: pytest.MonkeyPatch) -> None:
    """Products of a thousandth of the size count as large."""
    monkeypatch.setattr(_products, "_PIECES", ((1 << 20, 8), (1 << 17, 4), (1 << 14, 2)))


LARGE: list[tuple[Any, tuple[int, ...], tuple[int, ...], str]] = [
    (dot, (60, 40), (40, 70), "float32"),
    (dot, (200, 9), (9, 50), "float32"),
    (dot, (40, 1000), (1000, 600), "float64"),
    (dot, (100, 60), (60, 30), "complex64"),
    (dot, (1, 420), (420, 420), "float32"),
    (matmul, (60, 40), (40, 70), "float32"),
    (matmul, (7, 15, 16), (7, 16, 11), "float32"),
    (matmul, (7, 15, 16), (16, 11), "float32"),
    (matmul, (7, 15, 16), (1, 16, 11), "float64"),
    (matmul, (15, 16), (7, 16, 11), "float32"),
    (matmul, (3, 1, 10, 16), (5, 16, 11), "float32"),
]


@pytest.mark.parametrize(("product", "left", "right", "dtype"), LARGE)
@pytest.mark.usefixtures("low_limits")
def test_the_bits_do_not_go_by_the_number_of_threads(
    shared: list[int],
    rng: np.random.Generator,
    product: Any,
    left: tuple[int, ...],
    right: tuple[int, ...],
    dtype: str,
) -> None:
    x, y = rng.standard_normal(left).astype(dtype), rng.standard_normal(right).astype(dtype)
    found = []
    for size in (1, 2, 5):
        crew.set_crew_size(size)
        given = np.full(np.matmul(x, y).shape, np.nan, dtype)
        found += [product(x, y), product(x, y, given)]
        assert found[-1] is given
    assert min(shared) > 1
    assert len({array.tobytes() for array in found}) == 1
    np.testing.assert_allclose(found[0], np.matmul(x, y), rtol=1e-3, atol=1e-3)


@pytest.mark.parametrize(("turn_left", "turn_right"), [(True, False), (False, True), (True, True)])
@pytest.mark.usefixtures("low_limits")
def test_turned_matrices_are_cut_too(
    shared: list[int], rng: np.random.Generator, turn_left: bool, turn_right: bool
) -> None:
    x, y = rng.standard_normal((60, 40)).astype("f"), rng.standard_normal((40, 70)).astype("f")
    wanted = dot(x, y)
    left = np.ascontiguousarray(x.T).T if turn_left else x
    right = np.ascontiguousarray(y.T).T if turn_right else y
    crew.set_crew_size(2)
    np.testing.assert_allclose(dot(left, right), wanted, rtol=1e-4, atol=1e-4)
    assert shared == [4, 4]


def test_small_products_and_what_blas_does_not_compute_stay_whole(shared: list[int]) -> None:
    dot(np.ones((100, 100), np.float32), np.ones((100, 100), np.float32))
    dot(np.ones((256, 256), np.int8), np.ones((256, 256), np.int8))
    matmul(np.ones((9, 10, 10), np.float32), np.ones((9, 10, 10), np.float32))
    assert not shared


def test_larger_products_have_more_pieces(shared: list[int]) -> None:
    rows, columns = np.ones((16384, 8), np.float32), np.ones((8, 1024), np.float32)
    dot(rows[:2048], columns)
    dot(rows, columns)
    assert shared == [2, 4]


@pytest.mark.usefixtures("low_limits")
def test_a_short_axis_has_fewer_pieces(shared: list[int]) -> None:
    x = np.ones((40, 1000), np.float32)
    dot(x, x.T)
    matmul(np.ones((3, 100, 100), np.float32), np.ones((3, 100, 100), np.float32))
    assert shared == [3, 3]


def test_half_precision_is_not_large() -> None:
    assert is_large((1000, 1000, 1000), np.dtype(np.float32))
    assert not is_large((1000, 1000, 1000), np.dtype(np.float16))
