"""Written by `make stub` from the table in python_io.py; do not edit."""

from estimator.formats.compression import TFRecordCompressionType as TFRecordCompressionType
from estimator.formats.compression import TFRecordOptions as TFRecordOptions
from estimator.pipeline.record_files import TFRecordWriter as TFRecordWriter
from estimator.pipeline.record_files import tf_record_iterator as tf_record_iterator
