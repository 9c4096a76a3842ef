"""tf.matmul: which op it becomes, and what it refuses."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from estimator.functions import arrays, linalg
from estimator.graph import build as b
from estimator.runtime.session import Session


def given(*shape: int | None, dtype: str = "float32") -> Any:
    return b.Placeholder(dtype=dtype, shape=shape)


def test_two_matrices_are_one_matmul() -> None:
    product = linalg.matmul(given(None, 3), given(4, 3), transpose_b=True)
    assert product.op.type == "MatMul"
    assert product.op.attrs["transpose_b"]
    assert product.dims == (None, 4)


def test_stacks_of_matrices_broadcast() -> None:
    product = linalg.matmul(given(None, 2, 3), given(3, 5))
    assert product.op.type == "BatchMatMulV2"
    assert product.dims == (None, 2, 5)


def test_matrices_of_unknown_rank_may_be_stacks() -> None:
    x, value = arrays.placeholder("float32"), np.ones((2, 3, 3))
    with Session() as session:
        for product in session.run([linalg.matmul(x, x), x @ x], {x: value}):
            np.testing.assert_array_equal(product, 3 * value)


def test_sizes_that_do_not_fit_are_found_while_the_graph_is_built() -> None:
    with pytest.raises(ValueError, match="the columns of a and the rows of b differ: 3 and 4"):
        linalg.matmul(given(2, 3), given(4, 2))


def test_operands_of_two_types_are_named_with_what_they_are_and_where_they_come_from() -> None:
    with pytest.raises(
        TypeError,
        match=r"^product: 'b' is float64, but 'a' is float32; cast one of them, for example tf.cast\(b, tf.float32\)\. "
        r"'b' is Placeholder 'wide' \(created at .*test_linalg.py:\d+ in test_operands.*\)\.$",
    ):
        linalg.matmul(given(2, 2), b.Placeholder(dtype="float64", shape=(2, 2), name="wide"), name="product")


def test_numbers_beside_a_matrix_take_its_type() -> None:
    assert linalg.matmul([[1, 2]], given(2, 2, dtype="float64")).dtype.name == "float64"


def test_a_matrix_is_either_transposed_or_made_adjoint() -> None:
    with pytest.raises(ValueError, match="pass only one"):
        linalg.matmul(given(2, 2), given(2, 2), transpose_a=True, adjoint_a=True)


def test_the_adjoint_of_a_stack_of_complex_matrices_is_conjugated() -> None:
    x = given(1, 1, 2, dtype="complex64")
    product = linalg.matmul(x, x, adjoint_b=True)
    with Session() as session:
        np.testing.assert_array_equal(session.run(product, {x: np.array([[[1 + 1j, 2j]]])}), [[[6]]])


def test_a_single_complex_matrix_is_conjugated_to_be_made_adjoint() -> None:
    x = given(1, 2, dtype="complex64")
    product, plain = linalg.matmul(x, x, adjoint_b=True), linalg.matmul(x, x, transpose_b=True)
    with Session() as session:
        found = session.run([product, plain], {x: np.array([[1 + 1j, 2j]])})
    np.testing.assert_array_equal(found, [[[6]], [[-4 + 2j]]])


def test_a_stack_of_complex_matrices_is_transposed_without_conjugating() -> None:
    x = given(1, 1, 2, dtype="complex64")
    with Session() as session:
        product = session.run(linalg.matmul(x, x, transpose_b=True), {x: np.array([[[1 + 1j, 2j]]])})
    np.testing.assert_array_equal(product, [[[-4 + 2j]]])


def test_a_norm_that_is_not_there_is_refused_with_those_there_are() -> None:
    with pytest.raises(ValueError, match=r"no norm 'fro' of vectors; ord is one of .* or a number above 0"):
        linalg.norm(given(2, 3), ord="fro", axis=1)
    with pytest.raises(ValueError, match="no norm 3 of matrices"):
        linalg.norm(given(2, 3), ord=3, axis=[0, 1])
    with pytest.raises(ValueError, match="two different whole numbers"):
        linalg.norm(given(2, 3), axis=[1, 1])
    with pytest.raises(ValueError, match="None, a whole number or a pair"):
        linalg.norm(given(2, 3), axis=[1])


def test_the_norm_2_of_matrices_is_the_greatest_singular_value_along_any_two_axes() -> None:
    x, value = given(None, 2, None), np.random.default_rng(0).normal(size=(3, 2, 4)).astype(np.float32)
    with Session() as session:
        found, kept = session.run(
            [linalg.norm(x, 2, axis=[0, -1]), linalg.norm(x, 2, axis=[0, -1], keepdims=True)], {x: value}
        )
    wanted = [np.linalg.norm(value[:, place], 2) for place in range(2)]
    np.testing.assert_allclose(found, wanted, rtol=1e-5)
    assert kept.shape == (1, 2, 1)


def test_a_vector_is_no_matrix_to_transpose() -> None:
    with pytest.raises(ValueError, match="two dimensions or more"):
        linalg.matrix_transpose(given(3))


def test_matrices_of_unknown_rank_are_transposed() -> None:
    x = arrays.placeholder("float32")
    with Session() as session:
        assert session.run(linalg.matrix_transpose(x), {x: np.zeros((2, 3, 4))}).shape == (2, 4, 3)
