"""Datasets: tf.data."""

from __future__ import annotations

from typing import TYPE_CHECKING

from estimator.core.facade import fixed_names
from estimator.pipeline.dataset import Dataset, make_initializable_iterator, make_one_shot_iterator
from estimator.pipeline.dataset import output_classes as get_output_classes
from estimator.pipeline.dataset import output_shapes as get_output_shapes
from estimator.pipeline.dataset import output_types as get_output_types
from estimator.pipeline.iterator import GraphIterator as Iterator

__all__ = [
    "Dataset",
    "Iterator",
    "get_output_classes",
    "get_output_shapes",
    "get_output_types",
    "make_initializable_iterator",
    "make_one_shot_iterator",
]

if not TYPE_CHECKING:
    __getattr__, __dir__ = fixed_names(
        __name__,
        later="AUTOTUNE FixedLengthRecordDataset TFRecordDataset TextLineDataset experimental",
    )
