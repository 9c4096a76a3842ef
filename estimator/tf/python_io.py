"""Files of records, under TensorFlow's older name: tf.python_io."""

from __future__ import annotations

from estimator.core.facade import lazy_names

__all__, __getattr__, __dir__ = lazy_names(
    __name__,
    {
        "estimator.formats.compression": "TFRecordCompressionType TFRecordOptions",
        "estimator.pipeline.record_files": "tf_record_iterator TFRecordWriter",
    },
)
