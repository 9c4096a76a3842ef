"""Ragged tensors in ops: what is refused."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from estimator.core.errors import InvalidArgumentError
from estimator.graph import build as b
from estimator.graph.graph import Graph
from estimator.runtime.session import Session

VALUES = np.array([1, 2, 3], np.float32)
WRONG_SPLITS = {
    "begin with 0": ([1, 3], r"row_splits must begin with 0, given: \[1, 3\]"),
    "decrease": ([0, 2, 1, 3], r"row_splits must not decrease, given: \[0, 2, 1, 3\]"),
    "nothing": ([], "row_splits is empty; even of no rows it has one entry, 0"),
}


def fed(value: Any) -> tuple[Any, Any]:
    array = np.array(value, np.int64) if isinstance(value, (int, list)) else value
    return b.Placeholder(dtype=array.dtype.type, shape=(None,) * array.ndim), array


@pytest.mark.parametrize(("splits", "fault"), WRONG_SPLITS.values(), ids=WRONG_SPLITS.keys())
def test_rows_that_are_none_become_no_tensor(splits: list[int], fault: str) -> None:
    with Graph().as_default(), Session() as session:
        partition, value = fed(splits)
        dense = b.RaggedTensorToTensor(-1, VALUES, 0, [partition], row_partition_types=["ROW_SPLITS"])
        with pytest.raises(InvalidArgumentError, match=fault):
            session.run(dense, {partition: value})


@pytest.mark.parametrize("name", ["RaggedTensorToSparse", "RaggedGather"])
@pytest.mark.parametrize(
    ("splits", "fault"),
    [
        *(
            (wrong, fault.replace("row_splits", "row_splits of layer 0"))
            for wrong, fault in WRONG_SPLITS.values()
        ),
        ([0, 4], r"must end with the number of values, 3, given: \[0, 4\]"),
    ],
)
def test_rows_that_do_not_fit_their_values_are_refused(name: str, splits: list[int], fault: str) -> None:
    with Graph().as_default(), Session() as session:
        partition, value = fed(splits)
        more: Any = ([0], {"OUTPUT_RAGGED_RANK": 1}) if name == "RaggedGather" else ((), {})
        made = getattr(b, name)([partition], VALUES, *([more[0]] if more[1] else []), **more[1])
        with pytest.raises(InvalidArgumentError, match=fault):
            session.run(made[-1], {partition: value})


@pytest.mark.parametrize(
    ("shape", "fault"),
    [
        (3, "the shape must be -1 or a vector, given: 3"),
        ([2], r"the shape \(2,\) has 1 sizes, and the ragged tensor 2 dimensions"),
    ],
)
def test_a_tensor_is_made_of_a_shape_that_fits(shape: Any, fault: str) -> None:
    with Graph().as_default(), Session() as session:
        wanted, value = fed(shape)
        dense = b.RaggedTensorToTensor(wanted, VALUES, 0, [[0, 1, 3]], row_partition_types=["ROW_SPLITS"])
        with pytest.raises(InvalidArgumentError, match=fault):
            session.run(dense, {wanted: value})


def test_row_ids_must_ascend() -> None:
    with Graph().as_default(), Session() as session:
        ids, value = fed([0, 2, 1])
        kinds = ["FIRST_DIM_SIZE", "VALUE_ROWIDS"]
        dense = b.RaggedTensorToTensor(-1, VALUES, 0, [np.int64(3), ids], row_partition_types=kinds)
        with pytest.raises(
            InvalidArgumentError, match=r"row ids must be in ascending order, given: \[0, 2, 1\]"
        ):
            session.run(dense, {ids: value})


@pytest.mark.parametrize(
    ("bounds", "fault"),
    [
        (([0, 0], [1, 2], 0), "Requires delta != 0"),
        (([0, 0], [1, 2, 3], 1), "the lengths of starts, limits and deltas .*2.*3"),
    ],
)
def test_ranges_go_somewhere_and_fit(bounds: Any, fault: str) -> None:
    with Graph().as_default(), Session() as session:
        feeds = dict(map(fed, bounds))
        with pytest.raises(InvalidArgumentError, match=fault):
            session.run(b.RaggedRange(*feeds)[1], feeds)


def test_a_row_that_is_not_there_is_named() -> None:
    with Graph().as_default(), Session() as session:
        rows, value = fed([0, 2])
        taken = b.RaggedGather([[0, 1, 3]], VALUES, rows, OUTPUT_RAGGED_RANK=1)
        with pytest.raises(InvalidArgumentError, match=r"indices\[1\] = 2 is not in \[0, 2\)"):
            session.run(taken[-1], {rows: value})
