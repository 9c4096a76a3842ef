"""What is known of the elements of lists before they are made, beside the lists that kernels make."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import pytest

from estimator import tf
from estimator.graph import build as b
from estimator.graph.constant import run_kernel
from estimator.graph.elements import element_shapes
from estimator.graph.graph import Graph
from estimator.graph.tensor import Operation, Tensor
from estimator.ops._lists import TensorList

ROWS = np.float32([[1, 2], [3, 4], [5, 6]])


@pytest.fixture(autouse=True)
def graph() -> Iterator[Graph]:
    with Graph().as_default() as graph:
        yield graph


def of_rows() -> Any:
    return b.TensorListFromTensor(ROWS, [2])


def empty() -> Any:
    return b.EmptyTensorList([-1], -1, element_dtype=tf.float32)


MADE: dict[str, Callable[[], Any]] = {
    "empty": empty,
    "reserved": lambda: b.TensorListReserve([-1], 3, element_dtype=tf.float32),
    "of rows": of_rows,
    "pushed to": lambda: b.TensorListPushBack(empty(), ROWS[0]),
    "of two shapes": lambda: b.TensorListPushBack(b.TensorListPushBack(empty(), ROWS[0]), np.float32([1])),
    "set": lambda: b.TensorListSetItem(of_rows(), 1, ROWS[0]),
    "popped": lambda: b.TensorListPopBack(of_rows(), [2], element_dtype=tf.float32)[0],
    "resized": lambda: b.TensorListResize(of_rows(), 5),
    "handed on": lambda: b.Identity(of_rows()),
    "zero": lambda: b.ZerosLike(of_rows()),
    "added": lambda: b.AddN([of_rows(), b.TensorListReserve([2], 3, element_dtype=tf.float32)]),
    "scattered": lambda: b.TensorListScatter(ROWS, [2, 0, 1], [2]),
}


@pytest.mark.parametrize("how", MADE)
def test_the_shapes_are_those_of_what_was_set(how: str, graph: Graph) -> None:
    tensor = MADE[how]()
    values: dict[Tensor, Any] = {}
    known: dict[Tensor, Any] = {}
    for op in graph.get_operations():
        run(op, values)
        if op.outputs[0].dtype is tf.variant:
            known[op.outputs[0]] = element_shapes(op, known.get, lambda tensor: np.shape(values[tensor]))
    made = values[tensor]
    assert isinstance(made, TensorList)
    assert known[tensor] in (made._shapes, None)
    assert (known[tensor] is None) == (how == "scattered")  # which no loop that was made by a gradient does


def run(op: Operation, values: dict[Tensor, Any]) -> None:
    """Compute the outputs of an operation."""
    inputs = [values[tensor] for tensor in op.inputs]
    results = [op.attrs["value"]] if op.type == "Const" else run_kernel(op, np, inputs)
    values.update(zip(op.outputs, results, strict=True))


def test_a_list_of_unknown_elements_or_with_one_of_unknown_shape_tells_nothing() -> None:
    handle, item = tf.placeholder(tf.variant, []), tf.placeholder(tf.float32, [None])
    pushed = b.TensorListPushBack(handle, item)
    whole: Any = frozenset(((2,),))
    for of_list, dims, expected in ((None, (2,), None), (whole, (None,), None), (whole, (2,), whole)):
        found = element_shapes(pushed.op, lambda _, shapes=of_list: shapes, lambda _, dims=dims: dims)
        assert found == expected
