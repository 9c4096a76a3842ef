"""What of TensorFlow 1's contrib has a counterpart here: tf.contrib."""

from __future__ import annotations

from estimator.core.facade import lazy_names

__all__, __getattr__, __dir__ = lazy_names(
    __name__,
    {},
    modules=(
        "estimator.tf.contrib.cluster_resolver estimator.tf.contrib.crf estimator.tf.contrib.data "
        "estimator.tf.contrib.distribute estimator.tf.contrib.distributions "
        "estimator.tf.contrib.estimator estimator.tf.contrib.factorization "
        "estimator.tf.contrib.feature_column "
        "estimator.tf.contrib.framework estimator.tf.contrib.image estimator.tf.contrib.keras "
        "estimator.tf.contrib.layers estimator.tf.contrib.learn estimator.tf.contrib.legacy_seq2seq "
        "estimator.tf.contrib.lookup estimator.tf.contrib.losses estimator.tf.contrib.metrics estimator.tf.contrib.opt "
        "estimator.tf.contrib.predictor estimator.tf.contrib.rnn estimator.tf.contrib.seq2seq "
        "estimator.tf.contrib.slim estimator.tf.contrib.summary "
        "estimator.tf.contrib.tensorboard estimator.tf.contrib.tpu estimator.tf.contrib.training"
    ),
)
