"""Which TensorFlow this is like."""

from __future__ import annotations

from estimator import tf


def test_what_was_new_before_1_15_may_be_written() -> None:
    assert tf.compat.forward_compatible(2018, 1, 1)
    assert not tf.compat.forward_compatible(year=2023, month=1, day=1)


def test_a_block_may_be_of_another_day() -> None:
    with tf.compat.forward_compatibility_horizon(2030, 1, 1):
        assert tf.compat.forward_compatible(2029, 12, 1)
    assert not tf.compat.forward_compatible(2029, 12, 1)


def test_the_version_is_above_every_1_x() -> None:
    assert "1.15" <= tf.__version__ < "2" and tf.VERSION == tf.version.VERSION == tf.__version__
    assert tf.GIT_VERSION == tf.version.GIT_VERSION and tf.COMPILER_VERSION
