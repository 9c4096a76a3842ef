"""Digits of MNIST, or of any four files in its format, as the tutorials of TensorFlow 1 read them.

The files must be there: ``train-images-idx3-ubyte``, ``train-labels-idx1-ubyte``, ``t10k-images-idx3-ubyte`` and
``t10k-labels-idx1-ubyte``, as they are or compressed with ``.gz`` behind their names. Nothing is downloaded.

Format
------
Big-endian: a number 2051 of images, 2049 of labels; how many there are; of images rows and columns; then a byte a pixel
or label.

Source
------
tensorflow.examples.tutorials.mnist.input_data, TF 1.15 contrib/learn/python/learn/datasets/mnist.py
"""

from __future__ import annotations

import gzip
import math
import os
import zlib
from typing import IO, Any

import numpy as np

from estimator.core.dtypes import DType, as_dtype, float32
from estimator.core.errors import DataLossError, NotFoundError
from estimator.core.keywords import near_keywords, near_keywords_of_functions
from estimator.core.named_tuple import NamedTuple
from estimator.functions.random import get_seed

Array = np.ndarray[Any, Any]

DEFAULT_SOURCE_URL = "https://storage.googleapis.com/cvdf-datasets/mnist/"
_NAMES = (
    "train-images-idx3-ubyte",
    "train-labels-idx1-ubyte",
    "t10k-images-idx3-ubyte",
    "t10k-labels-idx1-ubyte",
)
_IMAGES, _LABELS = 2051, 2049
_CLASSES = 10
_GREATEST = 255.0


@near_keywords
class DataSet:
    """Images and labels that are given out in batches, in another order each time they are through.

    Parameters
    ----------
    images : array of uint8
        Of shape [examples, rows, columns, 1].
    labels : array
        One of each image.
    fake_data : bool
        Whether `next_batch` is to give ones, for a test without files.
    one_hot : bool
        Whether fake labels are vectors.
    dtype : DType
        float32 for pixels from 0 to 1, or uint8 as they are.
    reshape : bool
        Whether images become vectors.
    seed : int, optional
        Of the order. Default: that of the graph.

    Raises
    ------
    TypeError
        If the dtype is another.
    ValueError
        If there are not as many labels as images, or images that should become vectors have several channels.
    """

    def __init__(
        self,
        images: Array,
        labels: Array,
        fake_data: bool = False,
        one_hot: bool = False,
        dtype: DType = float32,
        reshape: bool = True,
        seed: int | None = None,
    ) -> None:
        kind = as_dtype(dtype).name
        if kind not in ("uint8", "float32"):
            raise TypeError(f"dtype={kind}: images are uint8 or float32.")
        of_graph, of_set = get_seed(seed)
        self._random = np.random.RandomState(of_graph if seed is None else of_set)
        self._fake_label = [1] + [0] * (_CLASSES - 1) if one_hot else 0
        if not fake_data:
            _check(images, labels, reshape)
            images = images.reshape(len(images), math.prod(images.shape[1:])) if reshape else images
            images = images.astype(np.float32) * np.float32(1 / _GREATEST) if kind == "float32" else images
        self._is_fake = fake_data
        self._images, self._labels = images, labels
        self._place = 0
        self._epochs = 0

    @property
    def images(self) -> Array:
        """The images, in the order of the present epoch."""
        return self._images

    @property
    def labels(self) -> Array:
        """The labels, in the order of the present epoch."""
        return self._labels

    @property
    def num_examples(self) -> int:
        """How many images there are."""
        return 10000 if self._is_fake else len(self._images)

    @property
    def epochs_completed(self) -> int:
        """How often all images have been given out."""
        return self._epochs

    def next_batch(self, batch_size: int, fake_data: bool = False, shuffle: bool = True) -> tuple[Any, Any]:
        """The next images and labels; where an epoch ends within them, the rest is of the next one.

        Parameters
        ----------
        batch_size : int
            How many, at most as many as there are.
        fake_data : bool
            Whether to give ones.
        shuffle : bool
            Whether an epoch that begins has an order of its own.

        Raises
        ------
        ValueError
            If there are not so many.
        """
        if fake_data or self._is_fake:
            return [[1] * 784] * batch_size, [self._fake_label] * batch_size
        if batch_size > self.num_examples:
            raise ValueError(
                f"batch_size={batch_size} is more than the {self.num_examples} examples there are."
            )
        if shuffle and self._epochs == 0 and self._place == 0:
            self._shuffle()
        start, end = self._place, self._place + batch_size
        self._place = end
        if end <= self.num_examples:
            return self._images[start:end], self._labels[start:end]
        rest = self._images[start:], self._labels[start:]
        self._epochs += 1
        self._place = end - self.num_examples
        if shuffle:
            self._shuffle()
        return (
            np.concatenate([rest[0], self._images[: self._place]]),
            np.concatenate([rest[1], self._labels[: self._place]]),
        )

    def _shuffle(self) -> None:
        order = np.arange(self.num_examples)
        self._random.shuffle(order)
        self._images, self._labels = self._images[order], self._labels[order]


@near_keywords
class Datasets(NamedTuple):
    """What :func:`read_data_sets` gives."""

    train: DataSet
    validation: DataSet
    test: DataSet


def read_data_sets(
    train_dir: str,
    fake_data: bool = False,
    one_hot: bool = False,
    dtype: DType = float32,
    reshape: bool = True,
    validation_size: int = 5000,
    seed: int | None = None,
    source_url: str = DEFAULT_SOURCE_URL,
) -> Datasets:
    """The images to train with, to validate with (the first of those to train with) and to test with.

    Parameters
    ----------
    train_dir : str
        Where the four files are.
    fake_data : bool
        Whether to read none, and give ones.
    one_hot : bool
        Whether labels are vectors with a 1 at the class, instead of classes.
    dtype, reshape, seed
        As for :class:`DataSet`.
    validation_size : int
        How many images are kept from training.
    source_url : str
        Without effect: nothing is downloaded.

    Raises
    ------
    NotFoundError
        If files are missing; it names them and where they may be had.
    DataLossError
        If a file is damaged.
    ValueError
        If fewer images are there than are to be kept.
    """
    if fake_data:
        nothing = np.zeros(0)
        train, validation, test = (
            DataSet(nothing, nothing, True, one_hot, dtype, reshape, seed) for _ in range(3)
        )
        return Datasets(train, validation, test)
    paths = _found(train_dir, source_url)
    images, labels, test_images, test_labels = (_read(path, one_hot) for path in paths)
    if not 0 <= validation_size <= len(images):
        raise ValueError(f"validation_size={validation_size} should be between 0 and {len(images)}.")
    parts = (
        (images[validation_size:], labels[validation_size:]),
        (images[:validation_size], labels[:validation_size]),
        (test_images, test_labels),
    )
    train, validation, test = (
        DataSet(part_images, part_labels, dtype=dtype, reshape=reshape, seed=seed)
        for part_images, part_labels in parts
    )
    return Datasets(train, validation, test)


def extract_images(f: IO[bytes]) -> Array:
    """The images of an open file that is compressed: uint8 [images, rows, columns, 1].

    Raises
    ------
    DataLossError
        If it is damaged, or no file of images.
    """
    return _images(_uncompressed(f.read(), _shown(f)), _shown(f))


def extract_labels(f: IO[bytes], one_hot: bool = False, num_classes: int = _CLASSES) -> Array:
    """The labels of an open file that is compressed: uint8 [labels], or float64 [labels, classes] if `one_hot`.

    Raises
    ------
    DataLossError
        If it is damaged, no file of labels, or has labels of other classes.
    """
    return _labels(_uncompressed(f.read(), _shown(f)), _shown(f), one_hot, num_classes)


def _found(folder: str, source_url: str) -> list[str]:
    """The path of each file; those that are compressed second."""
    names = [
        next((n for n in (name, f"{name}.gz") if os.path.isfile(os.path.join(folder, n))), None)
        for name in _NAMES
    ]
    missing = [f"{name}.gz" for name, found in zip(_NAMES, names) if found is None]
    if missing:
        raise NotFoundError(
            f"{folder!r} has no {', '.join(missing)}. Nothing is downloaded: put the files there, compressed or not, "
            f"for example from {source_url}."
        )
    return [os.path.join(folder, name or "") for name in names]


def _read(path: str, one_hot: bool) -> Array:
    with open(path, "rb") as file:
        data = file.read()
    data = _uncompressed(data, path) if path.endswith(".gz") else data
    return (
        _images(data, path) if "images" in os.path.basename(path) else _labels(data, path, one_hot, _CLASSES)
    )


def _uncompressed(data: bytes, source: str) -> bytes:
    try:
        return gzip.decompress(data)
    except (OSError, EOFError, zlib.error) as error:
        raise DataLossError(f"{source}: it is no gzip file, or damaged ({error}).") from error


def _images(data: bytes, source: str) -> Array:
    count, rows, columns = _header(data, source, _IMAGES, "images", 3)
    return _pixels(data[16:], source, count * rows * columns).reshape(count, rows, columns, 1)


def _labels(data: bytes, source: str, one_hot: bool, num_classes: int) -> Array:
    (count,) = _header(data, source, _LABELS, "labels", 1)
    labels = _pixels(data[8:], source, count)
    if not one_hot:
        return labels
    if count and labels.max() >= num_classes:
        raise DataLossError(f"{source}: a label is {labels.max()}, but there are {num_classes} classes.")
    return np.eye(num_classes)[labels]


def _header(data: bytes, source: str, magic: int, what: str, sizes: int) -> tuple[int, ...]:
    numbers = np.frombuffer(data[: 4 * (1 + sizes)], ">u4") if len(data) >= 4 * (1 + sizes) else np.zeros(1)
    if numbers[0] != magic:
        raise DataLossError(
            f"{source}: it is no file of {what}: it begins with {bytes(data[:4])!r}, not {magic}."
        )
    return tuple(int(number) for number in numbers[1:])


def _pixels(data: bytes, source: str, wanted: int) -> Array:
    if len(data) != wanted:
        raise DataLossError(
            f"{source}: {wanted} bytes should follow its header, but {len(data)} do; it is damaged."
        )
    return np.frombuffer(data, np.uint8)


def _shown(file: Any) -> str:
    return repr(getattr(file, "name", file))


def _check(images: Array, labels: Array, reshape: bool) -> None:
    if len(images) != len(labels):
        raise ValueError(f"there are {len(images)} images, but {len(labels)} labels.")
    if reshape and (images.ndim != 4 or images.shape[3] != 1):
        raise ValueError(
            f"images of shape {images.shape} do not become vectors: it should be [n, rows, columns, 1]."
        )


near_keywords_of_functions(__name__)
