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


# -- computing with them -----------------------------------------------------------------------------


def test_sums_products_and_extremes_are_those_of_the_dense_tensors(session: Session) -> None:
    x, other = SparseTensor.from_value(VALUE), SparseTensor([[0, 1], [1, 0]], [1.0, -4.0], [2, 3])
    other_dense = np.array([[0, 1, 0], [-4, 0, 0]], np.float32)
    matrix = np.arange(6, dtype=np.float32).reshape(3, 2)
    wanted = {
        "sum": (sparse.sparse_reduce_sum(x), DENSE.sum()),
        "sum of rows": (sparse.sparse_reduce_sum(x, 1, keepdims=True), DENSE.sum(1, keepdims=True)),
        "greatest": (sparse.sparse_reduce_max(x, [0]), DENSE.max(0)),
        "product": (sparse.sparse_tensor_dense_matmul(x, matrix), DENSE @ matrix),
        "product the other way": (sparse.sparse_tensor_dense_matmul(matrix, x), matrix @ DENSE),
        "product with a transposed": (
            sparse.sparse_tensor_dense_matmul(matrix.T, x, adjoint_b=True), matrix.T @ DENSE.T,
        ),
        "added": (dense(sparse.sparse_add(x, other)), DENSE + other_dense),
        "added to a dense one": (sparse.sparse_add(DENSE, other), DENSE + other_dense),
        "without small ones": (dense(sparse.sparse_add(x, other, threshold=2.6)), [[0, 0, 0], [-4, 0, 0]]),
        "maximum": (dense(sparse.sparse_maximum(x, other)), np.maximum(DENSE, other_dense)),
        "minimum": (dense(sparse.sparse_minimum(x, other)), np.minimum(DENSE, other_dense)),
        "softmax": (dense(sparse.sparse_softmax(x)), DENSE > 0),
    }  # fmt: skip
    found = session.run({name: part for name, (part, _) in wanted.items()})
    for name, (_, expected) in wanted.items():
        np.testing.assert_array_equal(found[name], expected, name)


def test_two_dense_tensors_are_not_added_here(session: Session) -> None:
    with pytest.raises(TypeError, match="use tf.add"):
        sparse.sparse_add(DENSE, DENSE)


def test_element_wise_functions_are_those_of_the_entries(session: Session) -> None:
    x = SparseTensor.from_value(VALUE)
    wanted = {
        "abs": (math.abs(math.negative(x)), DENSE),
        "square": (math.square(x), DENSE**2),
        "root": (math.sqrt(x), np.sqrt(DENSE)),
        "sign": (math.sign(math.negative(x)), -np.sign(DENSE)),
        "tanh": (math.tanh(x), np.tanh(DENSE)),
        "held": (arrays.stop_gradient(x), DENSE),
    }
    found = session.run({name: dense(part) for name, (part, _) in wanted.items()})
    for name, (_, expected) in wanted.items():
        np.testing.assert_allclose(found[name], expected, rtol=1e-6, err_msg=name)


def test_entries_are_multiplied_with_and_divided_by_what_stands_beside_them(session: Session) -> None:
    x, row = SparseTensor.from_value(VALUE), np.array([2, 4, 8], np.float32)
    other = session.graph.constant(row)
    found = session.run([dense(x * other), dense(other * x), dense(x / other), dense(x * 2), dense(2 * x)])
    for value, expected in zip(
        found, [DENSE * row, DENSE * row, DENSE / row, DENSE * 2, DENSE * 2], strict=True
    ):
        np.testing.assert_array_equal(value, expected)
    for attempt in (lambda: x * x, lambda: x / x):
        with pytest.raises(TypeError, match="by dense tensors alone"):
            attempt()
