"""Files, and what bytes say: tf.io."""

from __future__ import annotations

from estimator.core.facade import lazy_names

__all__, __getattr__, __dir__ = lazy_names(
    __name__,
    {
        "estimator.functions.files": "matching_files read_file write_file",
        "estimator.functions.parsing": (
            "decode_raw FixedLenFeature FixedLenSequenceFeature SparseFeature VarLenFeature"
        ),
    },
)
