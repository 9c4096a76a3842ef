"""Computing with sparse tensors: as with the dense ones they stand for."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest

from estimator.functions import arrays, math, sparse_math
from estimator.functions.sparse import sparse_tensor_to_dense
from estimator.graph.graph import Graph
from estimator.graph.sparse import SparseTensor, SparseTensorValue
from estimator.runtime.session import Session

VALUE = SparseTensorValue([[0, 1], [1, 2]], [1.5, 2.5], [2, 3])
DENSE = np.array([[0, 1.5, 0], [0, 0, 2.5]], np.float32)


@pytest.fixture
def session() -> Iterator[Session]:
    with Session(graph=Graph()) as session:
        yield session


def dense(x: Any) -> Any:
    return sparse_tensor_to_dense(x)


def test_sums_products_and_extremes_are_those_of_the_dense_tensors(session: Session) -> None:
    x, other = SparseTensor.from_value(VALUE), SparseTensor([[0, 1], [1, 0]], [1.0, -4.0], [2, 3])
    other_dense = np.array([[0, 1, 0], [-4, 0, 0]], np.float32)
    matrix = np.arange(6, dtype=np.float32).reshape(3, 2)
    wanted = {
        "sum": (sparse_math.sparse_reduce_sum(x), DENSE.sum()),
        "sum of rows": (sparse_math.sparse_reduce_sum(x, 1, keepdims=True), DENSE.sum(1, keepdims=True)),
        "greatest": (sparse_math.sparse_reduce_max(x, [0]), DENSE.max(0)),
        "product": (sparse_math.sparse_tensor_dense_matmul(x, matrix), DENSE @ matrix),
        "product the other way": (sparse_math.sparse_tensor_dense_matmul(matrix, x), matrix @ DENSE),
        "product with a transposed": (
            sparse_math.sparse_tensor_dense_matmul(matrix.T, x, adjoint_b=True), matrix.T @ DENSE.T,
        ),
        "added": (dense(sparse_math.sparse_add(x, other)), DENSE + other_dense),
        "added to a dense one": (sparse_math.sparse_add(DENSE, other), DENSE + other_dense),
        "without small ones": (dense(sparse_math.sparse_add(x, other, threshold=2.6)), [[0, 0, 0], [-4, 0, 2.5]]),
        "maximum": (dense(sparse_math.sparse_maximum(x, other)), np.maximum(DENSE, other_dense)),
        "minimum": (dense(sparse_math.sparse_minimum(x, other)), np.minimum(DENSE, other_dense)),
        "softmax": (dense(sparse_math.sparse_softmax(x)), DENSE > 0),
    }  # fmt: skip
    found = session.run({name: part for name, (part, _) in wanted.items()})
    for name, (_, expected) in wanted.items():
        np.testing.assert_array_equal(found[name], expected, name)


def test_two_dense_tensors_are_not_added_here(session: Session) -> None:
    with pytest.raises(TypeError, match="use tf.add"):
        sparse_math.sparse_add(DENSE, DENSE)


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
