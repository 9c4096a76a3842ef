"""What TensorFlow asks of tensors and variables."""

from __future__ import annotations

from typing import Any

import pytest

from estimator.cli.inside.framework import (
    EagerTensor,
    is_resource_variable,
    shape_internal,
    uid,
    unknown_shape,
)
from estimator.core.dtypes import int64
from estimator.core.errors import UnimplementedError
from estimator.graph.graph import Graph
from estimator.runtime.session import Session
from estimator.variables.variable import Variable


@pytest.mark.parametrize(("rank", "dims"), [(None, None), (0, ()), (2, (None, None))])
def test_an_unknown_shape_may_know_its_rank(rank: int | None, dims: Any) -> None:
    assert unknown_shape(rank).tuple == dims


def test_variables_are_of_resources_and_tensors_are_not() -> None:
    with Graph().as_default():
        made = Variable(1.0)
        assert is_resource_variable(made)
        assert not is_resource_variable(made + 1.0)


def test_no_tensor_is_eager() -> None:
    with Graph().as_default() as graph:
        assert not isinstance(graph.constant(1.0), EagerTensor)
    with pytest.raises(UnimplementedError, match="all tensors are of graphs"):
        EagerTensor()


def test_numbers_of_calls_never_come_twice() -> None:
    assert len({uid() for _ in range(5)}) == 5


def test_the_shape_is_the_same_optimized_or_not() -> None:
    with Graph().as_default() as graph:
        shape = shape_internal(graph.constant([[1, 2, 3]]), optimize=False, out_type=int64)
    assert shape.dtype is int64
    assert Session(graph=graph).run(shape).tolist() == [1, 3]
