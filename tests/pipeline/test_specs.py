"""What specs say of values and of one another, as TensorFlow 2.15.1 answers."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import pytest

from estimator import tf

Ragged, Sparse, Dense = tf.RaggedTensorSpec, tf.SparseTensorSpec, tf.TensorSpec
ROWS = tf.ragged.constant_value([[1, 2], [], [3]], np.int32)


@pytest.fixture(autouse=True)
def graph() -> Iterator[tf.Graph]:
    with tf.Graph().as_default() as graph:
        yield graph


VALUES: list[tuple[Callable[[], Any], tf.TypeSpec]] = [
    (lambda: tf.ragged.constant([[1, 2], [], [3]]), Ragged([3, None], tf.int32)),
    (lambda: ROWS, Ragged([3, None], tf.int32)),
    (
        lambda: tf.ragged.constant([[[1], []]], row_splits_dtype=tf.int32),
        Ragged([1, None, None], tf.int32, 2, tf.int32),
    ),
    (lambda: tf.ragged.placeholder(tf.string, 1, [2]), Ragged([None, None, 2], tf.string, 1)),
    (lambda: tf.SparseTensor([[0, 0]], [1], [2, 3]), Sparse([2, 3], tf.int32)),
    (lambda: tf.SparseTensorValue([[0, 0]], np.ones(1), [2, 3]), Sparse([2, 3], tf.float64)),
    (lambda: tf.constant([1]), Dense([1], tf.int32)),
    (lambda: np.zeros((2, 3)), Dense([2, 3], tf.float64)),
    (lambda: [1, 2], Dense([2], tf.int32)),
    (lambda: "a", Dense([], tf.string)),
    (lambda: Ragged([None], tf.int32, 0), Ragged([None], tf.int32, 0)),
]


@pytest.mark.parametrize(("make", "spec"), VALUES)
def test_a_value_has_a_spec_that_goes_with_it(make: Callable[[], Any], spec: tf.TypeSpec) -> None:
    value = make()
    assert tf.type_spec_from_value(value) == spec
    assert hash(tf.type_spec_from_value(value)) == hash(spec)
    assert spec.is_compatible_with(value)
    assert not Dense([7, 7, 7], tf.bool).is_compatible_with(value)


def test_what_is_no_tensor_has_no_spec() -> None:
    with pytest.raises(TypeError, match=r"Could not build a TypeSpec for \{'a': 1\} of unsupported type"):
        tf.type_spec_from_value({"a": 1})


def test_a_ragged_spec_has_tensorflows_defaults() -> None:
    spec = Ragged([2, None, 3])
    assert (spec.dtype, spec.ragged_rank, spec.row_splits_dtype) == (tf.float32, 2, tf.int64)
    assert (spec.value_type, Ragged([3], ragged_rank=0).value_type) == (tf.RaggedTensor, tf.Tensor)
    assert Ragged([None]).ragged_rank == 0
    assert Ragged(flat_values_spec=Dense([None, 3], tf.string), ragged_rank=1).dtype is tf.string
    assert repr(Ragged([2, None], tf.string)) == (
        "RaggedTensorSpec(TensorShape([Dimension(2), Dimension(None)]), tf.string, 1, tf.int64)"
    )


SPEC = Ragged([None, None], tf.int32)


@pytest.mark.parametrize(
    ("other", "fits"),
    [
        (Ragged([3, None], tf.int32), True),
        (Ragged(None, tf.int32, 1), True),
        (Ragged([3, None], tf.float32), False),
        (Ragged([3, None], tf.int32, 0), False),
        (Ragged([3, None], tf.int32, 1, tf.int32), False),
        (Ragged([3, None, 2], tf.int32, 1), False),
        (Dense([3, None], tf.int32), False),
    ],
)
def test_specs_are_compatible_if_all_but_unknown_sizes_is_alike(other: tf.TypeSpec, fits: bool) -> None:
    assert SPEC.is_compatible_with(other) is fits
    assert SPEC != other


def test_two_specs_are_covered_by_one() -> None:
    assert SPEC.most_specific_compatible_type(Ragged([3, None], tf.int32)) == SPEC
    with pytest.raises(ValueError, match="No TypeSpec is compatible with both RaggedTensorSpec"):
        SPEC.most_specific_compatible_type(Ragged([3, None], tf.float32))


@pytest.mark.parametrize(
    ("make", "error", "message"),
    [
        (lambda: Ragged(), ValueError, "Must specify ragged_rank or a shape with a known rank"),
        (lambda: Ragged([None, None], ragged_rank=2), ValueError, r"\(2\) must be less than rank \(2\)"),
        (lambda: Ragged([2, None], ragged_rank="a"), TypeError, "must be an int, given: 'a'"),
        (
            lambda: Ragged([2, None], tf.int32, flat_values_spec=Dense([None], tf.float32)),
            ValueError,
            "dtype must be the same as flat_values_spec.dtype, given: int32 and float32",
        ),
    ],
)
def test_what_is_no_ragged_spec_is_refused(
    make: Callable[[], Any], error: type[Exception], message: str
) -> None:
    with pytest.raises(error, match=message):
        make()
