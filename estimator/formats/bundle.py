"""Tensor bundles, TensorFlow's checkpoints: PREFIX.index and PREFIX.data-SSSSS-of-NNNNN.

The data files hold the tensors' bytes, row-major and little-endian, back to back. The index is a sorted
table (:mod:`estimator.formats.table`) of messages: under the empty key a header, under each tensor's name
its dtype, shape, data file, offset, size and checksum. A partitioned variable is stored as slices
(:mod:`estimator.formats.slices`), strings with their lengths (:mod:`estimator.formats.string_tensor`).

The writer knows no paths: the caller gives a file for the data and puts the index where it belongs, last,
since a checkpoint exists when its index does. The reader opens data files only when a tensor of theirs is
asked for::

    with open("ckpt.data-00000-of-00001", "wb") as file:
        writer = BundleWriter(file)
        writer.add("dense/kernel", kernel)
        index = writer.finish()

    with BundleReader("ckpt") as reader:
        kernel = reader.get("dense/kernel")

Arrays of strings are object arrays of ``bytes``, bfloat16 is its ``uint16`` bits.

Source
------
tensorflow/core/util/tensor_bundle/tensor_bundle.cc of TensorFlow 2.15
"""

from __future__ import annotations

from estimator.formats.bundle_index import Entry, data_path
from estimator.formats.bundle_reader import BundleReader
from estimator.formats.bundle_writer import BundleWriter

__all__ = ["BundleReader", "BundleWriter", "Entry", "data_path"]
