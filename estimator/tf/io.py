"""Descriptions of the features in a tf.Example: tf.io."""

from __future__ import annotations

from typing import TYPE_CHECKING

from estimator.columns.column import FixedLenFeature
from estimator.core.facade import fixed_names

__all__ = ["FixedLenFeature"]

if not TYPE_CHECKING:
    __getattr__, __dir__ = fixed_names(
        __name__,
        later=(
            "TFRecordWriter VarLenFeature decode_csv decode_raw gfile parse_example "
            "parse_single_example read_file tf_record_iterator"
        ),
    )
