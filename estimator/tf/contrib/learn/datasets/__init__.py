"""Examples from small files: tf.contrib.learn.datasets."""

from __future__ import annotations

from estimator.core.facade import lazy_names

__all__, __getattr__, __dir__ = lazy_names(
    __name__,
    {"estimator.pipeline.learn_datasets": "DATASETS load_boston load_dataset load_iris"},
    modules="estimator.tf.contrib.learn.datasets.base estimator.tf.contrib.learn.datasets.mnist",
)
