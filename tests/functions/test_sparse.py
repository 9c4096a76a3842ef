"""Functions of sparse tensors."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
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


def test_the_shape_that_a_placeholder_knows_may_be_left_out(session: Session) -> None:
    x = sparse.sparse_placeholder(float32, [2, 3])
    found = session.run(x, {x: ([[0, 1]], [2.0])})
    assert found.values.tolist() == [2.0] and found.dense_shape.tolist() == [2, 3]


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


# -- dense and sparse --------------------------------------------------------------------------------

DENSE = np.array([[0, 1.5, 0], [0, 0, 2.5]], np.float32)


def dense(x: Any) -> Any:
    return sparse.sparse_tensor_to_dense(x)


def test_a_dense_tensor_and_back(session: Session) -> None:
    x = sparse.from_dense(DENSE)
    assert session.run([dense(x), dense(VALUE), sparse.sparse_tensor_to_dense(x, -1.0)])[2].tolist() == [
        [-1, 1.5, -1], [-1, -1, 2.5],
    ]  # fmt: skip
    assert x.shape.as_list() == [2, 3]


def test_texts_are_empty_where_there_are_none(session: Session) -> None:
    x = sparse.from_dense([["", "a"]])
    assert session.run(x).values.tolist() == [b"a"]
    assert session.run(dense(x)).tolist() == [[b"", b"a"]]


def test_what_is_not_sparse_is_refused_with_a_way_to_make_it_so(session: Session) -> None:
    with pytest.raises(TypeError, match=r"(?s)a SparseTensor is wanted.*tf.sparse.from_dense"):
        dense(DENSE)


# -- order, shape, parts -----------------------------------------------------------------------------


def test_reordered_reshaped_and_transposed_tensors_know_their_shapes(session: Session) -> None:
    fed = sparse.sparse_placeholder(float32, [None, 3])
    known = SparseTensor.from_value(VALUE)
    assert sparse.sparse_reorder(fed).shape.as_list() == [None, 3]
    assert sparse.sparse_reshape(known, [3, -1]).shape.as_list() == [3, 2]
    assert sparse.sparse_reshape(fed, [3, -1]).shape.as_list() == [3, None]
    assert sparse.sparse_transpose(fed).shape.as_list() == [3, None]
    assert sparse.sparse_concat(0, [known, fed]).shape.as_list() == [None, 3]
    assert sparse.sparse_concat(1, [known, known]).shape.as_list() == [2, 6]
    with pytest.raises(ValueError, match=r"shape \[2, 3\] cannot be reshaped to \[4, None\]"):
        sparse.sparse_reshape(known, [4, -1])


def test_parts_of_tensors_are_those_of_the_dense_ones(session: Session) -> None:
    x = SparseTensor.from_value(VALUE)
    wanted = {
        "transposed": (sparse.sparse_transpose(x), DENSE.T),
        "turned": (sparse.sparse_transpose(x, [0, 1]), DENSE),
        "sliced": (sparse.sparse_slice(x, [0, 1], [2, 2]), DENSE[:, 1:]),
        "retained": (sparse.sparse_retain(x, [False, True]), DENSE * [[0], [1]]),
        "reshaped": (sparse.sparse_reshape(x, [-1]), DENSE.reshape(-1)),
        "expanded": (sparse.sparse_expand_dims(x), DENSE[..., None]),
        "expanded in front": (sparse.sparse_expand_dims(x, 0), DENSE[None]),
        "joined": (sparse.sparse_concat(-1, [x, x, VALUE]), np.concatenate([DENSE] * 3, -1)),
        "alone": (sparse.sparse_concat(0, [x]), DENSE),
    }
    found = session.run({name: dense(part) for name, (part, _) in wanted.items()})
    for name, (_, expected) in wanted.items():
        np.testing.assert_array_equal(found[name], expected, name)


def test_tensors_of_different_sizes_are_joined_in_the_greatest(session: Session) -> None:
    small = SparseTensor([[0, 0]], [7.0], [1, 1])
    joined = sparse.sparse_concat(0, [VALUE, small], expand_nonconcat_dim=True)
    assert joined.shape.as_list() == [3, 3]
    assert session.run(dense(joined)).tolist() == [*DENSE.tolist(), [7, 0, 0]]


def test_empty_rows_get_the_default(session: Session) -> None:
    x = SparseTensor([[1, 2]], [2.5], [3, 4])
    filled, is_empty = session.run(sparse.sparse_fill_empty_rows(x, -1))
    assert filled.indices.tolist() == [[0, 0], [1, 2], [2, 0]]
    assert filled.values.tolist() == [-1, 2.5, -1]
    assert is_empty.tolist() == [True, False, True]


def test_a_split_has_the_parts_of_the_dense_tensor(session: Session) -> None:
    parts = sparse.sparse_split(sp_input=VALUE, num_split=2, axis=-1)
    first, second = session.run([dense(part) for part in parts])
    np.testing.assert_array_equal(np.concatenate([first, second], 1), DENSE)
    assert first.shape == (2, 2)
    with pytest.raises(InvalidArgumentError, match=r"axis 0 of \[2, 3\] cannot be cut into 3 parts"):
        session.run(sparse.sparse_split(sp_input=VALUE, num_split=3, axis=0)[0])
    with pytest.raises(
        ValueError, match=r"by name, all three: sparse_split\(sp_input=x, num_split=2, axis=1\)"
    ):
        sparse.sparse_split(sp_input=VALUE)
    with pytest.raises(ValueError, match="by name"):
        sparse.sparse_split(VALUE, num_split=2, axis=0)


def test_a_shape_is_made_larger_or_as_small_as_the_entries_allow(session: Session) -> None:
    fed = sparse.sparse_placeholder(float32, [None, None])
    least, more = sparse.sparse_reset_shape(fed), sparse.sparse_reset_shape(fed, [4, 3])
    found = session.run([least.dense_shape, more.dense_shape], {fed: ([[0, 1]], [1.0], [2, 3])})
    assert [shape.tolist() for shape in found] == [[1, 2], [4, 3]]
    with pytest.raises(ValueError, match=r"no smaller sizes than \(2, 3\), given: \(2, 2\)"):
        sparse.sparse_reset_shape(VALUE, [2, 2])
    with pytest.raises(InvalidArgumentError, match="no smaller sizes"):
        session.run(more, {fed: ([[0, 1]], [1.0], [2, 5])})


# -- ids as positions --------------------------------------------------------------------------------


def test_ids_become_positions(session: Session) -> None:
    ids = SparseTensor([[0, 0], [0, 1], [1, 0]], np.array([4, 1, 0]), [3, 2])
    values = ids.with_values([1.5, 2.5, 3.5])
    found = session.run(
        {
            "merged": dense(sparse.sparse_merge(ids, values, 5)),
            "several": sparse.sparse_merge([ids, ids], values, [5, 5]),
            "marks": sparse.sparse_to_indicator(ids, 5),
        }
    )
    assert found["merged"].tolist() == [[0, 2.5, 0, 0, 1.5], [3.5, 0, 0, 0, 0], [0] * 5]
    assert found["several"].indices.tolist() == [[0, 1, 1], [0, 4, 4], [1, 0, 0]]
    assert found["marks"].dtype == bool
    np.testing.assert_array_equal(found["marks"], found["merged"] != 0)
    with pytest.raises(ValueError, match="a size for each of 2 sp_ids"):
        sparse.sparse_merge([ids, ids], values, [5])
