from __future__ import annotations

from estimator import tf
from estimator.tf.contrib import learn


def test_the_modes_are_those_of_tf_estimator_under_other_names() -> None:
    modes = (learn.ModeKeys.TRAIN, learn.ModeKeys.EVAL, learn.ModeKeys.INFER)
    assert modes == (tf.estimator.ModeKeys.TRAIN, tf.estimator.ModeKeys.EVAL, tf.estimator.ModeKeys.PREDICT)
    assert modes == ("train", "eval", "infer")
