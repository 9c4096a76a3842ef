"""The modes as tf.contrib.learn calls them."""

from __future__ import annotations

from estimator.models.spec import ModeKeys as OfEstimator


class ModeKeys:
    """The modes of a model function; what is PREDICT in tf.estimator is INFER here, and the same.

    Source
    ------
    tf.contrib.learn.ModeKeys, TF 1.15 model_fn.py
    """

    TRAIN = OfEstimator.TRAIN
    EVAL = OfEstimator.EVAL
    INFER = OfEstimator.PREDICT
