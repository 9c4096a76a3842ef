"""Handwritten digits: tf.contrib.learn.datasets.mnist."""

from __future__ import annotations

from estimator.core.facade import lazy_names

__all__, __getattr__, __dir__ = lazy_names(
    __name__,
    {
        "estimator.pipeline.learn_datasets": "load_mnist",
        "estimator.pipeline.mnist": "DataSet extract_images extract_labels read_data_sets",
    },
)
