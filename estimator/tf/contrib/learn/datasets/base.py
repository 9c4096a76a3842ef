"""Files of examples as arrays: tf.contrib.learn.datasets.base."""

from __future__ import annotations

from estimator.core.facade import lazy_names

__all__, __getattr__, __dir__ = lazy_names(
    __name__,
    {
        "estimator.pipeline.learn_datasets": (
            "Dataset Datasets load_boston load_csv_with_header load_csv_without_header load_iris maybe_download "
            "shrink_csv"
        ),
    },
)
