"""Values and gradients that TensorFlow 2.15.1 computed on the CPU, through our functions and our graph.

``tests/data/tf/ops/ops.npz`` holds for each case its inputs (``CASE/in/NAME``), outputs (``CASE/out/I``), what flows back into
each floating point output (``CASE/ct/I``) and the gradients that this gives the inputs (``CASE/grad/NAME``). What a case
computes stands in the tables ``CASES`` of ``tensorflow_cases_*.py``.
"""

from __future__ import annotations

import importlib
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from estimator.core.dtypes import as_dtype
from estimator.graph import build
from estimator.graph.gradients import gradients
from estimator.graph.graph import Graph
from estimator.graph.slices import IndexedSlices
from estimator.runtime.session import Session

DATA = Path(__file__).parents[1] / "data" / "tf" / "ops"
ABOUT = json.loads((DATA / "ops.json").read_text())
VALUES = np.load(DATA / "ops.npz")
TOLERANCE = {"rtol": 1e-5, "atol": 1e-6}
# Powers by other routes than TensorFlow's, and half precision's 11 bits.
LOOSER = {
    "conv2d_valid_s1": {"rtol": 1e-5, "atol": 3e-6},  # sums that nearly cancel, added in another order
    "pow": {"rtol": 1e-4, "atol": 1e-5},
    "cast_f32_f16": {"rtol": 1e-3, "atol": 1e-3},
}


def _all_cases() -> dict[str, Callable[..., Any]]:
    cases: dict[str, Callable[..., Any]] = {}
    for file in sorted(Path(__file__).parent.glob("tensorflow_cases_*.py")):
        cases |= importlib.import_module(f"tests.ops.{file.stem}").CASES
    return cases


CASES = _all_cases()
NEEDS_SIZES = {"unstack"}  # how many tensors it gives must be known
ROWS = [
    (case, known) for case in sorted(CASES) for known in (True, False) if known or case not in NEEDS_SIZES
]


def test_every_stored_case_is_computed() -> None:
    assert sorted(ABOUT) == sorted(CASES)


@pytest.mark.parametrize(("case", "known"), ROWS, ids=[f"{c}-{'known' if k else 'unknown'}" for c, k in ROWS])
def test_values_and_gradients_are_tensorflows(case: str, known: bool) -> None:
    about, tolerance = ABOUT[case], LOOSER.get(case, TOLERANCE)
    graph = Graph()
    with graph.as_default():
        arrays = {name: stored(f"{case}/in/{name}") for name in about["inputs"]}
        xs = {name: placeholder(array, known) for name, array in arrays.items()}
        result = CASES[case](**xs)
        ys = list(result) if isinstance(result, (list, tuple)) else [result]
        assert len(ys) == about["n_out"]
        flowing = [
            place for place, y in enumerate(ys) if f"{case}/ct/{place}" in VALUES and y.dtype.is_floating
        ]
        dxs = slopes_of(about, xs, ys, {place: VALUES[f"{case}/ct/{place}"] for place in flowing})
    feeds = {xs[name]: array for name, array in arrays.items()}
    with Session(graph=graph) as session:
        values, slopes = session.run((ys, dxs), feeds)
    for place, value in enumerate(values):
        same(value, stored(f"{case}/out/{place}"), tolerance)
    for name, value in slopes.items():
        same(value, VALUES[f"{case}/grad/{name}"], tolerance)


def slopes_of(
    about: dict[str, Any], xs: dict[str, Any], ys: list[Any], seeds: dict[int, Any]
) -> dict[str, Any]:
    """The gradient of each input that has one, when `seeds` flow into the outputs."""
    names = about["grads"]
    if not names:
        return {}
    found = gradients([ys[place] for place in seeds], [xs[name] for name in names], list(seeds.values()))
    assert all(dx is not None for dx in found)
    return {name: dense(dx, xs[name]) for name, dx in zip(names, found, strict=True)}


def dense(gradient: Any, x: Any) -> Any:
    """A gradient in the shape of what it is for."""
    if isinstance(gradient, IndexedSlices):
        return build.UnsortedSegmentSum(gradient.values, gradient.indices, build.Shape(x)[0])
    return gradient


def stored(key: str) -> Any:
    """A stored array; text as objects."""
    array = VALUES[key]
    return array.astype(object) if array.dtype.kind == "S" else array


def placeholder(array: Any, known: bool) -> Any:
    shape = array.shape if known else (None,) * array.ndim
    return build.Placeholder(dtype=as_dtype(array.dtype), shape=shape)


def same(value: Any, expected: Any, tolerance: dict[str, float]) -> None:
    assert np.shape(value) == expected.shape
    assert np.asarray(value).dtype == expected.dtype
    if expected.dtype.kind == "f":
        np.testing.assert_allclose(value, expected, **tolerance)
    else:
        np.testing.assert_array_equal(value, expected)
