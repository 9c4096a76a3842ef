"""Sparse tensors: what they are made of, what they know before a run, and what they refuse."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest

from estimator.core.dtypes import float32, int64, string
from estimator.graph import build as b
from estimator.graph.graph import Graph
from estimator.graph.sparse import SparseTensor, SparseTensorValue
from estimator.runtime.session import Session


@pytest.fixture
def graph() -> Iterator[Graph]:
    with Graph().as_default() as made:
        yield made


def test_parts_are_tensors_in_the_graph(graph: Graph) -> None:
    x = SparseTensor([[0, 1], [2, 0]], ["a", "b"], [3, 4])
    assert [part.dtype for part in x.components] == [int64, string, int64]
    assert (x.dtype, x.graph, x.op) == (string, graph, x.values.op)
    assert [part.name for part in x.components] == [
        "SparseTensor/indices:0", "SparseTensor/values:0", "SparseTensor/dense_shape:0",
    ]  # fmt: skip


@pytest.mark.parametrize("kind", [list, np.array])
def test_the_static_shape_is_that_of_the_dense_tensor(graph: Graph, kind: Any) -> None:
    x = SparseTensor(np.empty((0, 2), np.int64), kind([1.0])[:0], kind([3, 4]))
    assert x.shape.as_list() == x.get_shape().as_list() == [3, 4]


def test_the_static_shape_has_the_sizes_that_are_known(graph: Graph) -> None:
    rows = b.Placeholder(dtype=int64, shape=[])
    x = SparseTensor([[0, 0]], [1.0], b.Pack([rows, np.int64(4)]))
    assert x.shape.as_list() == [None, 4]
    x.set_shape([3, None])
    assert x.shape.as_list() == [3, 4]
    with pytest.raises(ValueError, match="not compatible"):
        x.set_shape([2, 4])


@pytest.mark.parametrize(
    ("indices", "values", "dense_shape"),
    [
        ([0, 1], [1.0, 2.0], [3]),
        ([[0], [1]], [1.0], [3]),
        ([[0], [1]], [1.0, 2.0], [3, 4]),
        ([[0]], [[1.0]], [3]),
        ([[0]], [1.0], 3),
    ],
)
def test_parts_that_do_not_go_together_are_refused(
    graph: Graph, indices: Any, values: Any, dense_shape: Any
) -> None:
    with pytest.raises(
        ValueError, match=r"indices \[n, rank\], values \[n\] and a dense_shape \[rank\], given: "
    ):
        SparseTensor(indices, values, dense_shape)


@pytest.mark.parametrize("indices", [[[0.5]], np.array([[0.5]])])
def test_positions_must_be_integers(graph: Graph, indices: Any) -> None:
    with pytest.raises(TypeError, match=r"0\.5"):
        SparseTensor(indices, [1.0], [3])


def test_a_tensor_of_positions_must_be_int64(graph: Graph) -> None:
    with pytest.raises(TypeError, match="int32, but int64 is wanted"):
        SparseTensor(graph.constant([[0]]), [1.0], [3])


def test_it_is_made_of_its_value_and_no_other(graph: Graph) -> None:
    x = SparseTensor.from_value(SparseTensorValue([[0]], [1.0], [3]))
    assert SparseTensor.from_value(x).values is x.values
    with pytest.raises(TypeError, match="neither a SparseTensor nor a SparseTensorValue"):
        SparseTensor.from_value(([[0]], [1.0], [3]))


def test_other_values_at_the_same_positions(graph: Graph) -> None:
    x = SparseTensor([[0]], [1.0], [3])
    other = x.with_values(["a"])
    assert (other.indices, other.dense_shape, other.dtype) == (x.indices, x.dense_shape, string)


def test_consumers_are_those_of_all_parts_once(graph: Graph) -> None:
    x = SparseTensor([[0]], [1.0], [3])
    doubled, shape = b.Mul(x.values, 2.0), b.Identity(x.dense_shape)
    assert set(x.consumers()) == {doubled.op, shape.op}


def test_where_one_tensor_is_wanted_the_advice_is_to_make_it_dense(graph: Graph) -> None:
    x = SparseTensor([[0]], [1.0], [3])
    for attempt in (lambda: b.Square(x), lambda: graph.convert(x, float32), lambda: graph.constant(1.0) + x):
        with pytest.raises(TypeError, match="tf.sparse_tensor_to_dense"):
            attempt()


def test_what_waits_for_it_waits_for_its_values(graph: Graph) -> None:
    x = SparseTensor([[0]], [1.0], [3])
    with graph.control_dependencies([x]):
        assert b.NoOp().control_inputs == (x.values.op,)


def test_evaluated_it_is_a_value(graph: Graph) -> None:
    with Session(graph=graph):
        found = SparseTensor([[0]], [1.0], [3]).eval()
    assert isinstance(found, SparseTensorValue)
    assert [part.tolist() for part in found] == [[[0]], [1.0], [3]]
