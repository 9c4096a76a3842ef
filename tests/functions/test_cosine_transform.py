"""Cosine transforms refuse what they cannot do; tests/values_of_tf.py has the numbers."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from estimator import tf

X = np.random.default_rng(1).standard_normal((2, 6))


@pytest.mark.parametrize("kind", [2, 3, 4])
def test_an_orthogonal_transform_is_undone(run: Callable[..., Any], kind: int) -> None:
    there = tf.signal.dct(tf.constant(X), kind, norm="ortho")
    np.testing.assert_allclose(run(tf.signal.idct(there, kind, norm="ortho")), X, rtol=1e-10)
    np.testing.assert_allclose(run(tf.reduce_sum(there**2, 1)), (X**2).sum(1), rtol=1e-10)


def test_a_transform_of_type_1_is_its_own_inverse_but_for_the_scale(run: Callable[..., Any]) -> None:
    np.testing.assert_allclose(run(tf.signal.idct(tf.signal.dct(tf.constant(X), 1), 1)), 10 * X, rtol=1e-10)


def test_gradients_flow_through(run: Callable[..., Any]) -> None:
    x = tf.constant(X)
    slope = tf.gradients(tf.signal.dct(x, norm="ortho"), x, X)[0]
    np.testing.assert_allclose(run(slope), run(tf.signal.idct(x, norm="ortho")), rtol=1e-10)


@pytest.mark.parametrize(
    ("call", "kind", "message"),
    [
        (
            lambda: tf.signal.dct(X, 5, n=0, axis=0, norm="orto"),
            ValueError,
            r"axis(.|\n)*type must be 1, 2, 3 or 4",
        ),
        (lambda: tf.signal.dct(X, n=0), ValueError, "n must be above 0, given: 0"),
        (lambda: tf.signal.idct(X, n=3), ValueError, "n must be None, given: 3"),
        (lambda: tf.signal.dct(X, norm="orto"), ValueError, "Did you mean 'ortho'"),
        (lambda: tf.signal.dct(X, 1, norm="ortho"), ValueError, "no orthogonal transform of type 1"),
        (lambda: tf.signal.dct([1, 2]), TypeError, "float32 or float64, given: int32; use tf.cast"),
        (
            lambda: tf.signal.linear_to_mel_weight_matrix(0, 9, -1, -2, -3, tf.int32),
            ValueError,
            r"num_mel_bins(.|\n)*lower_edge_hertz must(.|\n)*>= upper(.|\n)*sample_rate(.|\n)*dtype",
        ),
        (
            lambda: tf.signal.linear_to_mel_weight_matrix(upper_edge_hertz=5000),
            ValueError,
            r"must not be larger than the Nyquist frequency 4000\.0\. Got 5000",
        ),
        (
            lambda: tf.signal.linear_to_mel_weight_matrix(sample_rate=tf.placeholder(tf.float32)),
            ValueError,
            "tensors whose values are known",
        ),
        (
            lambda: tf.signal.mfccs_from_log_mel_spectrograms(tf.zeros([2, 0])),
            ValueError,
            "must be positive. Got: 0",
        ),
    ],
)
def test_what_cannot_be_is_refused(call: Any, kind: type[Exception], message: str) -> None:
    with pytest.raises(kind, match=message):
        call()
