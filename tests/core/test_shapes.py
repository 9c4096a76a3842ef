"""Static shapes."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from estimator import tf
from estimator.core.shapes import (
    Dimension,
    Dims,
    TensorShape,
    as_dims,
    broadcast,
    common,
    compatible,
    dimension_at_index,
    dimension_value,
    is_static,
    merge,
    show,
)


@pytest.mark.parametrize(
    ("value", "dims"),
    [
        (None, None), ([], ()), (3, (3,)), ([None, 4], (None, 4)), ([-1, 4], (None, 4)), ((np.int64(2), 3), (2, 3)),
        (TensorShape([None, 2]), (None, 2)), ([Dimension(None), Dimension(2)], (None, 2)), (np.array([2, 3]), (2, 3)),
        (range(3), (0, 1, 2)),
    ],
)  # fmt: skip
def test_every_spelling_of_a_shape_is_understood(value: Any, dims: Dims) -> None:
    assert as_dims(value) == dims


@pytest.mark.parametrize(
    ("value", "error"),
    [("ab", TypeError), ([-2], ValueError), (["a"], TypeError), ([2.5], TypeError), (1.5, TypeError)],
)
def test_what_is_no_shape_is_refused(value: Any, error: type[Exception]) -> None:
    with pytest.raises(error):
        as_dims(value)


@pytest.mark.parametrize(
    ("dims", "text"),
    [(None, "<unknown>"), ((), "()"), ((3,), "(3,)"), ((None, 4), "(?, 4)"), ((1, 2, 3), "(1, 2, 3)")],
)
def test_shapes_print_as_tensorflows_do(dims: Dims, text: str) -> None:
    assert show(dims) == str(TensorShape(dims)) == text


@pytest.mark.parametrize(
    ("left", "right", "both"),
    [
        (None, (2,), (2,)), ((2,), None, (2,)), ((None, 3), (2, None), (2, 3)), ((), (), ()), ((None,), (None,), (None,)),
    ],
)  # fmt: skip
def test_what_two_shapes_know_is_known_together(left: Dims, right: Dims, both: Dims) -> None:
    assert compatible(left, right)
    assert merge(left, right) == both
    assert TensorShape(left).merge_with(right).tuple == both


@pytest.mark.parametrize(("left", "right"), [((2,), (3,)), ((2,), (2, 1)), ((), (1,))])
def test_shapes_that_contradict_each_other_are_shown(left: Dims, right: Dims) -> None:
    assert not compatible(left, right)
    with pytest.raises(ValueError, match="shapes .* and .* are not compatible"):
        merge(left, right)


@pytest.mark.parametrize(
    ("shapes", "result"),
    [
        ([(2, 3), (3,)], (2, 3)), ([(2, 1), (1, 3)], (2, 3)), ([(None, 3), (1, 3)], (None, 3)), ([(None,), (4,)], (4,)),
        ([(2,), None], None), ([(), (2,), (1, 1)], (1, 2)), ([(None,), (None,)], (None,)), ([(0,), (1,)], (0,)), ([], ()),
        ([(), (3,), ()], (3,)), ([(), ()], ()), ([(2, None), (2, None)], (2, None)), ([None, None], None),
    ],
)  # fmt: skip
def test_element_wise_results_have_the_common_shape(shapes: list[Dims], result: Dims) -> None:
    assert broadcast(shapes) == result


def test_shapes_without_a_common_one_are_shown() -> None:
    with pytest.raises(ValueError, match=r"shapes \(2, 3\) and \(4,\) do not broadcast"):
        broadcast([(2, 3), (4,)])


def test_a_tensor_shape_answers_what_scripts_ask() -> None:
    shape = TensorShape([None, 4])
    assert (shape.ndims, shape.rank, len(shape), shape.as_list()) == (2, 2, 2, [None, 4])
    assert (shape.is_fully_defined(), shape.num_elements(), TensorShape([2, 3]).num_elements()) == (
        False,
        None,
        6,
    )
    assert shape[1].value == 4 and int(shape[1]) == 4 and shape[0].value is None
    assert shape[1:].as_list() == [4]
    assert [each.value for each in shape] == [None, 4]
    assert shape.concatenate([5]).as_list() == [None, 4, 5]
    assert shape.with_rank(2) == shape and shape.is_compatible_with([3, 4])
    assert repr(shape) == "TensorShape([Dimension(None), Dimension(4)])"
    assert shape == [None, 4] and shape == TensorShape([None, 4]) and shape != (3, 4) and shape != "ab"
    assert is_static((2, 3)) and not is_static((None,)) and not is_static(None)


def test_a_shape_of_unknown_rank_says_so() -> None:
    shape = TensorShape(None)
    assert (shape.ndims, shape.dims, bool(shape), shape.num_elements()) == (None, None, False, None)
    assert shape[0].value is None and shape[1:].ndims is None
    with pytest.raises(ValueError, match=r"as_list\(\) is not defined on a shape of unknown rank"):
        shape.as_list()


def test_dimensions_compute_and_stay_unknown() -> None:
    four, unknown = Dimension(4), Dimension(None)
    assert [(four + 1).value, (1 + four).value, (four - 1).value, (four * 2).value, (2 * four).value] == [
        5,
        5,
        3,
        8,
        8,
    ]
    assert (four // 3).value == 1 and (four + unknown).value is None
    assert four == 4 and four == Dimension(4) and list(range(4))[Dimension(2)] == 2
    assert (str(unknown), repr(four)) == ("?", "Dimension(4)")
    with pytest.raises(TypeError, match=r"not known before the graph runs; use tf.shape\(x\)\[i\]"):
        int(unknown)


def test_a_dimension_compares_and_leaves_to_others_what_they_know_better() -> None:
    four, unknown = Dimension(4), Dimension(None)
    assert [10 - four, 9 // four, four % 3, four - np.int64(1)] == [6, 2, 1, 3]
    assert (four < 5, four <= 3, four > Dimension(3), four >= 5) == (True, False, True, False)
    assert (four < unknown, (unknown + 1).value, (2 * unknown).value) == (None, None, None)
    with pytest.raises(TypeError):
        four + "text"


def test_sizes_that_are_not_known_are_neither_equal_nor_different() -> None:
    four, unknown = Dimension(4), Dimension(None)
    assert (four == 4, four != 4, four == 5, four != 5) == (True, False, False, True)
    assert [four == None, unknown == 4, unknown == Dimension(None), unknown != 4] == [None] * 4  # noqa: E711
    assert (four == "4", four != "4") == (False, True)


@pytest.mark.parametrize(
    ("value", "error"), [(-1, ValueError), (-3, ValueError), ("3", TypeError), (3.0, TypeError)]
)
def test_what_is_no_size_is_refused(value: Any, error: type[Exception]) -> None:
    with pytest.raises(error):
        Dimension(value)


def test_a_size_cannot_be_below_zero() -> None:
    assert (7 % Dimension(3), 2 - Dimension(2)) == (1, 0)
    with pytest.raises(ValueError, match=">= 0"):
        Dimension(3) - 5


def test_sizes_are_merged_where_one_could_be_both() -> None:
    three, unknown = Dimension(3), Dimension(None)
    assert [three.is_compatible_with(other) for other in (3, 4, None, unknown)] == [True, False, True, True]
    merged = [
        three.merge_with(None),
        unknown.merge_with(4),
        three.merge_with(three),
        unknown.merge_with(None),
    ]
    assert [size.value for size in merged] == [3, 4, 3, None]
    three.assert_is_compatible_with(3)
    with pytest.raises(ValueError, match="Dimensions 3 and 4 are not compatible"):
        three.assert_is_compatible_with(4)


@pytest.mark.parametrize(
    ("dims", "method", "argument", "message"),
    [
        ((2, None), "assert_has_rank", 3, r"Shape \(2, \?\) must have rank 3"),
        ((2, None), "with_rank", 1, r"Shape \(2, \?\) must have rank 1"),
        ((2, None), "assert_is_compatible_with", [3, 3], r"Shapes \(2, \?\) and \(3, 3\) are incompatible"),
        ((2, 3), "assert_same_rank", [5], r"\(2, 3\) and \(5,\) must have the same rank"),
        ((2, 3), "with_rank_at_least", 3, r"\(2, 3\) must have rank at least 3"),
        ((2, 3), "with_rank_at_most", 1, r"\(2, 3\) must have rank at most 1"),
    ],
)
def test_a_shape_that_is_not_what_it_should_be_says_so(
    dims: Dims, method: str, argument: Any, message: str
) -> None:
    with pytest.raises(ValueError, match=message):
        getattr(TensorShape(dims), method)(argument)


def test_shapes_that_may_be_what_they_should_be_pass() -> None:
    shape, unknown = TensorShape([2, 3]), TensorShape(None)
    for checked in (shape, unknown):
        checked.assert_has_rank(2)
        checked.assert_same_rank([5, 5])
        checked.assert_same_rank(None)
        checked.assert_is_compatible_with([None, 3])
        assert checked.with_rank_at_least(2) == checked.with_rank_at_most(2) == checked
    shape.assert_is_fully_defined()
    for open_shape in (unknown, TensorShape([2, None])):
        with pytest.raises(ValueError, match="is not fully defined"):
            open_shape.assert_is_fully_defined()


def test_shapes_are_added_one_behind_the_other() -> None:
    shape = TensorShape([2, 3])
    assert (shape + [4], [4] + shape, shape + TensorShape(None)) == ((2, 3, 4), (4, 2, 3), None)
    assert shape.most_specific_compatible_shape([2, 4]) == (2, None)
    assert shape.most_specific_compatible_shape([2]) == TensorShape(None)


@pytest.mark.parametrize(
    ("part", "dims"),
    [
        (slice(1, None), None),
        (slice(1, 3), (None, None)),
        (slice(3), (None,) * 3),
        (slice(3, 1), ()),
        (slice(-1), None),
    ],
)
def test_a_part_of_an_unknown_shape_has_as_many_sizes_as_the_slice(part: slice, dims: Dims) -> None:
    assert TensorShape(None)[part].tuple == dims


@pytest.mark.parametrize(
    ("left", "right", "both"),
    [
        ((2, 3), (2, 3), (2, 3)),
        ((2, 3), (4, 3), (None, 3)),
        ((2,), (None,), (None,)),
        ((2,), (2, 1), None),
        (None, (), None),
    ],
)
def test_two_shapes_have_in_common_the_sizes_in_which_they_agree(left: Dims, right: Dims, both: Dims) -> None:
    assert common(left, right) == common(right, left) == both


def test_a_size_is_told_with_and_without_a_dimension() -> None:
    shape = TensorShape([None, 3])
    assert [dimension_value(size) for size in (*shape.dims, 4, None)] == [None, 3, 4, None]
    assert dimension_at_index(shape, 1) == 3
    assert dimension_at_index(TensorShape(None), 7).value is None
    with pytest.raises(IndexError):
        dimension_at_index(shape, 2)


def test_a_list_is_no_shape_to_take_a_dimension_out_of() -> None:
    with pytest.raises(TypeError, match=r"write tf.TensorShape\(\[2, 3\]\)"):
        dimension_at_index([2, 3], 0)  # type: ignore[arg-type]


def test_a_dimension_is_true_as_its_size_is() -> None:
    assert [bool(Dimension(size)) for size in (0, 3, None)] == [False, True, False]  # as in TensorFlow 2.15.1


def test_a_message_is_a_shape() -> None:
    with tf.Graph().as_default():
        variable = tf.get_variable("v", [2, 3])
        assert tf.TensorShape(variable.op.get_attr("shape")).as_list() == [2, 3]
        unknown = tf.placeholder(tf.float32).op.get_attr("shape")
        partly = tf.placeholder(tf.float32, [None, 3]).op.get_attr("shape")
    assert tf.TensorShape(unknown).rank is None
    assert tf.TensorShape(partly).as_list() == [None, 3]
