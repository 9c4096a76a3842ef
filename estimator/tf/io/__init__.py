"""Files, and what bytes say: tf.io."""

from __future__ import annotations

from estimator.core.facade import lazy_names

__all__, __getattr__, __dir__ = lazy_names(
    __name__,
    {
        "estimator.checkpoint.graph_files": "write_graph",
        "estimator.functions.files": "matching_files read_file write_file",
        "estimator.functions.image.coding": (
            "decode_and_crop_jpeg decode_bmp decode_gif decode_image decode_jpeg decode_png encode_jpeg encode_png "
            "extract_jpeg_shape is_jpeg"
        ),
        "estimator.functions.ragged.feature": "RaggedFeature",
        "estimator.functions.parse_example": "parse_example parse_single_example",
        "estimator.functions.parse_sequence_example": "parse_sequence_example parse_single_sequence_example",
        "estimator.functions.strings": "decode_base64 encode_base64",
        "estimator.functions.parsing": (
            "decode_csv decode_raw FixedLenFeature FixedLenSequenceFeature parse_tensor serialize_tensor "
            "SparseFeature VarLenFeature"
        ),
        "estimator.functions.protos": "decode_proto encode_proto",
        "estimator.formats.compression": "TFRecordCompressionType TFRecordOptions",
        "estimator.pipeline.producers": "match_filenames_once",
        "estimator.pipeline.record_files": "tf_record_iterator TFRecordWriter",
        "estimator.functions.queue_base": "QueueBase",
        "estimator.functions.queues": "PaddingFIFOQueue PriorityQueue RandomShuffleQueue",
    },
    modules="estimator.tf.io.gfile",
)
