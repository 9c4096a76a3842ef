"""A dataset written to a TFRecord file, by an operation of a graph."""

from __future__ import annotations

import os
from typing import Any

from estimator.core.dtypes import string
from estimator.core.keywords import near_keywords, near_keywords_of_methods
from estimator.formats.compression import TFRecordOptions
from estimator.graph.tensor import Operation
from estimator.pipeline.dataset import Dataset
from estimator.pipeline.record_files import TFRecordWriter
from estimator.pipeline.specs import TensorSpec


@near_keywords
@near_keywords_of_methods
class DatasetWriter:
    """Writes the elements of a dataset as the records of a file.

    Parameters
    ----------
    filename : str or path
        A file of that name is replaced.
    compression_type : str, optional
        ``"GZIP"``, ``"ZLIB"``, or ``""`` and None: the file is not compressed.

    Raises
    ------
    ValueError
        If there is no such compression.

    Source
    ------
    tf.data.experimental.TFRecordWriter, TF 1.15 writers.py
    """

    def __init__(self, filename: Any, compression_type: Any = None) -> None:
        self._path = os.fspath(filename)
        self._options = TFRecordOptions(compression_type)

    def write(self, dataset: Dataset) -> Operation:
        """The operation that writes a dataset of scalar texts, from its first element to its last, each time it is run.

        Raises
        ------
        TypeError
            If it is no dataset, or its elements are no scalar texts.

        Example
        -------
        >>> import tempfile
        >>> from estimator import tf
        >>> with tempfile.TemporaryDirectory() as folder, tf.Session() as session:
        ...     path = f"{folder}/numbers"
        ...     session.run(DatasetWriter(path).write(tf.data.Dataset.range(3).map(tf.as_string)))
        ...     list(tf.python_io.tf_record_iterator(path))
        [b'0', b'1', b'2']
        """
        if not isinstance(dataset, Dataset):
            raise TypeError(f"Invalid `dataset.` Expected a `tf.data.Dataset` object but got {dataset!r}.")
        if dataset.element_spec != TensorSpec((), string):
            raise TypeError(
                "Invalid `dataset`. Expected a dataset of scalar `tf.string` elements, but its elements are "
                f"{dataset.element_spec}; map them to texts first, such as by tf.as_string."
            )
        return dataset._done(self._write, "DatasetToTFRecord")

    def _write(self, elements: Any) -> None:
        with TFRecordWriter(self._path, self._options) as writer:
            for (record,) in elements:
                writer.write(record.item())
