"""Functions of sparse tensors."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from estimator.core.dtypes import float32, int64
from estimator.core.errors import InvalidArgumentError
from estimator.functions import arrays, grouping, math, sparse
from estimator.graph.graph import Graph
from estimator.graph.sparse import SparseTensor, SparseTensorValue
from estimator.runtime.session import Session

VALUE = SparseTensorValue([[0, 1], [1, 2]], [1.5, 2.5], [2, 3])


@pytest.fixture
def session() -> Iterator[Session]:
    with Session(graph=Graph()) as session:
        yield session


# -- placeholders ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("shape", "known", "rank"),
    [(None, None, None), ([2, 3], [2, 3], 2), ([None, 3], [None, 3], 2), ([-1, 3], [None, 3], 2)],
)
def test_a_placeholder_knows_of_the_shape_what_it_is_told(
    session: Session, shape: Any, known: Any, rank: Any
) -> None:
    x = sparse.sparse_placeholder(float32, shape)
    assert (x.dims and list(x.dims)) == known
    assert (x.indices.dims, x.values.dims, x.dense_shape.dims) == ((None, rank), (None,), (rank,))


def test_a_placeholder_of_known_shape_need_not_be_fed_it(session: Session) -> None:
    x = sparse.sparse_placeholder(float32, [2, 3])
    found = session.run(x, {x.indices: [[0, 1]], x.values: [1.0]})
    assert found.dense_shape.tolist() == [2, 3]


def test_a_placeholder_must_be_fed(session: Session) -> None:
    x = sparse.sparse_placeholder(float32, name="x")
    with pytest.raises(InvalidArgumentError, match="must feed a value for placeholder"):
        session.run(x)


# -- functions of all tensors ----------------------------------------------------------------------


def test_shape_size_and_rank_are_those_of_the_dense_tensor(session: Session) -> None:
    x = sparse.sparse_placeholder(float32)
    asked = [arrays.shape(x), arrays.size(x), arrays.rank(x), arrays.shape(x, out_type=int64)]
    assert [value.tolist() for value in session.run(asked, {x: VALUE})] == [[2, 3], 6, 2, [2, 3]]


def test_cast_changes_the_values_alone(session: Session) -> None:
    x = SparseTensor.from_value(VALUE)
    found = session.run(math.cast(x, int64))
    assert [part.tolist() for part in found] == [[[0, 1], [1, 2]], [1, 2], [2, 3]]
    assert math.cast(x, float32) is x


def test_identity_and_tuple_keep_it_sparse(session: Session) -> None:
    x = SparseTensor.from_value(VALUE)
    for same in (arrays.identity(x), *grouping.tuple([x])):
        assert isinstance(same, SparseTensor)
        assert session.run(same.values).tolist() == [1.5, 2.5]
