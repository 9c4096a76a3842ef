"""TensorFlow's array functions: argument spellings, static answers, and what the errors say."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from estimator.core.dtypes import float32, int64
from estimator.core.errors import FailedPreconditionError, InvalidArgumentError
from estimator.core.shapes import TensorShape
from estimator.functions import arrays, indexing
from estimator.graph import build as b
from estimator.graph.tensor import Tensor
from estimator.runtime.session import Session
from estimator.variables.variable import Variable


def run(fetches: Any, feeds: Any = None) -> Any:
    with Session() as session:
        return session.run(fetches, feeds)


def batch() -> Tensor:
    return arrays.placeholder(float32, [None, 4], "x")


def test_a_constant_is_continued_by_its_last_element() -> None:
    np.testing.assert_array_equal(run(arrays.constant([1, 2], shape=[2, 2])), [[1, 2], [2, 2]])


def test_a_constant_that_does_not_fit_its_shape_is_refused() -> None:
    with pytest.raises(ValueError, match=r"shape \(2,\) cannot be made of a value of shape \(3,\)"):
        arrays.constant([1, 2, 3], shape=[2])
    with pytest.raises(TypeError, match="cannot be made"):
        arrays.constant(1, shape=[2], verify_shape=True)


@pytest.mark.parametrize("shape", [[2, 3], (2, 3), TensorShape([2, 3]), np.array([2, 3])])
def test_zeros_take_a_shape_in_any_spelling(shape: Any) -> None:
    np.testing.assert_array_equal(run(arrays.zeros(shape)), np.zeros((2, 3)))


def test_zeros_take_sizes_known_in_the_run() -> None:
    x = batch()
    zeros = arrays.zeros([arrays.shape(x)[0], 2])
    assert zeros.dims == (None, 2)
    assert run(zeros, {x: np.ones((5, 4))}).shape == (5, 2)


def test_zeros_of_strings_and_booleans_are_empty_and_false() -> None:
    words, flags = run([arrays.zeros([2], "string"), arrays.ones([1], bool)])
    assert words.tolist() == [b"", b""]
    assert flags.tolist() == [True]


def test_zeros_like_takes_another_type() -> None:
    x = batch()
    zeros = arrays.zeros_like(x, dtype=int64)
    assert zeros.dtype is int64
    assert run(zeros, {x: np.ones((2, 4))}).tolist() == [[0] * 4] * 2


def test_an_unknown_size_in_a_shape_says_what_to_pass() -> None:
    with pytest.raises(ValueError, match=r"pass tf.shape\(x\)"):
        arrays.zeros([None, 3])


def test_shape_size_and_rank_are_constants_where_they_are_known() -> None:
    x = arrays.zeros([2, 3])
    assert [each.op.type for each in (arrays.shape(x), arrays.size(x), arrays.rank(x))] == ["Const"] * 3
    assert arrays.shape(batch()).op.type == "Shape"
    assert [value.tolist() for value in run([arrays.shape(x), arrays.size(x), arrays.rank(x)])] == [
        [2, 3],
        6,
        2,
    ]


def test_a_range_has_the_widest_type_of_its_bounds() -> None:
    assert arrays.range(3).dtype.name == "int32"
    assert arrays.range(0.0, 1, 0.5).dtype.name == "float32"
    assert arrays.range(arrays.constant(3, int64)).dtype.name == "int64"
    np.testing.assert_array_equal(run(arrays.range(1, 7, 2)), [1, 3, 5])


@pytest.mark.parametrize(
    ("start", "limit", "delta"), [(10, 2, 1), (2, 10, -1), (0, -3, 1), (1.0, 0.5, 1.0), (1, 5, 0)]
)
def test_a_range_that_leads_away_from_its_limit_is_refused(start: float, limit: float, delta: float) -> None:
    with pytest.raises(ValueError, match="a range from .* does not lead to|delta of a range"):
        arrays.range(start, limit, delta)
    bounds = [arrays.placeholder(arrays.constant(start + limit + delta).dtype, []) for _ in "sld"]
    with pytest.raises(InvalidArgumentError, match="a range from .* does not lead to|delta of a range"):
        run(arrays.range(*bounds), dict(zip(bounds, (start, limit, delta), strict=True)))


def test_a_range_from_a_number_to_itself_is_empty() -> None:
    assert run(arrays.range(3, 3)).tolist() == run(arrays.range(3, 3, -1)).tolist() == []


@pytest.mark.parametrize("values", [[batch, batch], [batch]])
def test_an_axis_that_is_no_number_is_refused_by_concat(values: list[Any]) -> None:
    """``concat(axis, values)`` was the order before TensorFlow 1.0."""
    given = [make() for make in values]
    with pytest.raises(ValueError, match=r"axis must be one number, given .* call concat\(values, axis\)"):
        arrays.concat(1, given)
    with pytest.raises(ValueError, match=r"axis must be one number"):
        arrays.concat(given, [1])


def test_concat_of_nothing_is_refused() -> None:
    with pytest.raises(ValueError, match="one value or more"):
        arrays.concat([], 0)


def test_numbers_that_are_stacked_take_the_widest_of_their_types() -> None:
    result = arrays.stack([1, 2.5])
    assert (result.name, result.op.type, result.dtype) == ("stack:0", "Const", float32)  # TensorFlow's
    np.testing.assert_array_equal(run(result), [1.0, 2.5])


def test_old_argument_names_work_but_not_with_the_new_ones() -> None:
    x = batch()
    assert arrays.expand_dims(x, dim=1).dims == (None, 1, 4)
    assert arrays.squeeze(arrays.expand_dims(x, 1), squeeze_dims=[1]).dims == (None, 4)
    with pytest.raises(ValueError, match="pass only axis"):
        arrays.expand_dims(x, 1, dim=1)


def test_transpose_reverses_the_axes_of_any_rank() -> None:
    x = arrays.placeholder(float32)
    assert run(arrays.transpose(x), {x: np.ones((2, 3, 4))}).shape == (4, 3, 2)


def test_unstack_of_an_unknown_size_asks_for_num() -> None:
    with pytest.raises(ValueError, match="pass num="):
        arrays.unstack(batch())


def test_an_unknown_padding_mode_is_refused() -> None:
    with pytest.raises(ValueError, match="'CONSTANT', 'REFLECT' or 'SYMMETRIC', given: 'WRAP'"):
        arrays.pad(batch(), [[0, 0], [1, 1]], mode="WRAP")


def test_what_is_only_measured_is_not_read() -> None:
    variable = Variable(arrays.ones([2, 3]))  # has no value in a new session
    measures = [arrays.zeros_like(variable), arrays.ones_like(variable), arrays.shape(variable)]
    zeros, ones, sizes = run([*measures])
    np.testing.assert_array_equal(zeros, np.zeros((2, 3)))
    np.testing.assert_array_equal(ones, np.ones((2, 3)))
    np.testing.assert_array_equal(sizes, [2, 3])
    assert run([arrays.size(variable), arrays.rank(variable)]) == [6, 2]


def test_without_optimize_the_tensor_itself_is_needed() -> None:
    with pytest.raises(FailedPreconditionError):
        run(arrays.zeros_like(Variable(1.0), optimize=False))


def test_boolean_mask_removes_the_masked_axes() -> None:
    x = np.arange(24, dtype=np.float32).reshape(2, 3, 4)
    mask = x[:, :, 0] % 8 == 0
    np.testing.assert_array_equal(run(indexing.boolean_mask(x, mask)), x[mask])
    np.testing.assert_array_equal(
        run(indexing.boolean_mask(x, [True, False, True], axis=1)), x[:, [True, False, True]]
    )
    with pytest.raises(ValueError, match=r"mask of shape \(2,\) does not fit"):
        indexing.boolean_mask(x, [True, False], axis=1)


def test_sequence_mask_is_as_wide_as_the_longest() -> None:
    assert run(indexing.sequence_mask([1, 0, 2])).tolist() == [[True, False], [False, False], [True, True]]


def test_one_hot_has_the_type_of_its_values() -> None:
    assert indexing.one_hot([0], 2).dtype.name == "float32"
    assert indexing.one_hot([0], 2, on_value=arrays.constant(True), off_value=False).dtype.name == "bool"
    assert indexing.one_hot([0], 2, dtype=int64).dtype.name == "int64"


def test_strided_slice_has_steps_of_one_by_default() -> None:
    np.testing.assert_array_equal(run(indexing.strided_slice(b.Range(0, 9, 1), [2], [5])), [2, 3, 4])


@pytest.mark.parametrize(
    ("make", "expected"),
    [
        (lambda x: arrays.range(x.shape[1]), [0, 1, 2, 3]),
        (lambda x: indexing.one_hot([1], x.shape[1]), [[0, 1, 0, 0]]),
        (lambda x: indexing.top_k(x, x.shape[1])[1], [[3, 2, 1, 0], [3, 2, 1, 0]]),
        (lambda x: arrays.stack([arrays.shape(x)[0], x.shape[1]]), [2, 4]),
        (lambda x: x[: arrays.shape(x)[0], x.shape[1] - 1], [3, 7]),
        (lambda x: arrays.shape(x)[0] * x.shape[1], 8),
        (lambda x: x.shape[1] * arrays.shape(x)[0], 8),
        (lambda x: b.Cast(x.shape[1], DstT=float32), 4),
        (lambda x: b.Prod(x.shape[1:], 0), 4),
        (lambda x: arrays.split(x, x.shape[1], 1)[3], [[3], [7]]),
        (lambda x: arrays.zeros(arrays.shape(x)[0]), [0, 0]),
    ],
)
def test_a_dimension_is_the_number_it_stands_for(make: Any, expected: Any) -> None:
    """TensorFlow 2.15 takes each of these."""
    x = batch()
    np.testing.assert_array_equal(run(make(x), {x: np.arange(8.0).reshape(2, 4)}), expected)


def test_a_shape_that_is_known_in_part_is_no_value() -> None:
    with pytest.raises(ValueError, match=r"not known before the graph runs; use tf.shape"):
        b.Prod(batch().shape, 0)


def test_a_slice_knows_the_sizes_it_is_given() -> None:
    x = batch()
    count = arrays.shape(x)[0]
    assert indexing.slice(x, [0, 0], [count, 2]).shape.as_list() == [None, 2]
    assert indexing.slice(x, [count - 1, 1], [1, -1]).shape.as_list() == [1, 3]


def test_sequences_are_turned_round_up_to_their_lengths() -> None:
    x = batch()
    turned = arrays.reverse_sequence(x, [2, 3], seq_axis=1)
    assert turned.dims == (2, 4)  # as many as there are lengths
    np.testing.assert_array_equal(
        run(turned, {x: [[1, 2, 3, 4], [5, 6, 7, 8]]}), [[2, 1, 3, 4], [7, 6, 5, 8]]
    )


def test_a_length_beyond_the_sequence_is_told() -> None:
    lengths = arrays.placeholder("int32", [None])
    turned = arrays.reverse_sequence([[1, 2], [3, 4]], lengths, 1)
    for wrong in ([0, 3], [1, -1]):
        with pytest.raises(
            InvalidArgumentError, match=rf"must be in \[0, 2\], but seq_lengths\[1\] is {wrong[1]}"
        ):
            run(turned, {lengths: wrong})


@pytest.mark.parametrize(
    ("options", "error", "message"),
    [
        ({}, TypeError, "needs seq_axis"),
        ({"seq_axis": 0}, ValueError, "must be two, given twice: 0"),
        ({"seq_axis": 2}, ValueError, r"seq_dim must be in \[0, 2\).*given: 2"),
        ({"seq_axis": 1, "batch_axis": -1}, ValueError, r"batch_dim must be in \[0, 2\)"),
        ({"seq_axis": 1, "seq_dim": 1}, ValueError, "are the same argument"),
    ],
)
def test_axes_that_are_none_are_told(options: Any, error: type[Exception], message: str) -> None:
    with pytest.raises(error, match=message):
        arrays.reverse_sequence([[1, 2], [3, 4]], [1, 2], **options)
