"""Digits in four files: tensorflow.examples.tutorials.mnist.input_data."""

from __future__ import annotations

from estimator.core.facade import lazy_names

__all__, __getattr__, __dir__ = lazy_names(
    __name__,
    {
        "estimator.pipeline.mnist": "DataSet Datasets extract_images extract_labels read_data_sets",
    },
)
