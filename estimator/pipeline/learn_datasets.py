"""Small files of examples as arrays: what scripts of tf.contrib.learn read their examples by.

Nothing is downloaded; an error says which file is missing, and where it is looked for.

Source
------
TF 1.15 contrib/learn datasets/base.py, datasets/__init__.py, text_datasets.py
"""

from __future__ import annotations

import csv
import os
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

from estimator.core.errors import NotFoundError
from estimator.core.keywords import near_keywords, near_keywords_of_functions
from estimator.core.named_tuple import NamedTuple
from estimator.core.registry import did_you_mean
from estimator.files.gfile import GFile
from estimator.pipeline.mnist import read_data_sets

Array = np.ndarray[Any, Any]


@near_keywords
class Dataset(NamedTuple):
    """Examples, and what is to be found out about them."""

    data: Array
    target: Array


@near_keywords
class Datasets(NamedTuple):
    """The parts of a data set."""

    train: Any
    validation: Any
    test: Any


def load_csv_with_header(
    filename: str | os.PathLike[str], target_dtype: Any, features_dtype: Any, target_column: int = -1
) -> Dataset:
    """The examples of a CSV file whose first line begins with how many they are, and how many features each has.

    Parameters
    ----------
    filename : str or path
    target_dtype, features_dtype : numpy type
    target_column : int
        Where the target stands; all other columns are features.

    Shape
    -----
    -> data [examples, features], target [examples]

    Raises
    ------
    NotFoundError
        If there is no such file.
    ValueError
        If the numbers in the first line are none or not those of the file, or a line cannot be read.
    """
    rows = _rows(filename)
    header = next(rows, [])
    try:
        shape = int(header[0]), int(header[1])
    except (IndexError, ValueError):
        raise ValueError(
            f"the first line of {filename} must begin with the numbers of examples and of features, given: {header}. "
            "load_csv_without_header reads files that have no such line."
        ) from None
    found = _dataset(filename, rows, target_dtype, features_dtype, target_column, first_line=2)
    if found.data.shape != shape and (len(found.data), shape[0]) != (0, 0):
        raise ValueError(
            f"the first line of {filename} says that there are {shape[0]} examples of {shape[1]} features; there are "
            f"{' of '.join(map(str, found.data.shape))}."
        )
    return Dataset(found.data.reshape(shape), found.target)


def load_csv_without_header(
    filename: str | os.PathLike[str], target_dtype: Any, features_dtype: Any, target_column: int = -1
) -> Dataset:
    """The examples of a CSV file; parameters as for :func:`load_csv_with_header`.

    Raises
    ------
    NotFoundError
        If there is no such file.
    ValueError
        If a line cannot be read.
    """
    return _dataset(filename, _rows(filename), target_dtype, features_dtype, target_column, first_line=1)


def _rows(filename: str | os.PathLike[str]) -> Iterator[list[str]]:
    with GFile(os.fspath(filename), "r") as file:
        yield from csv.reader(file)


def _dataset(
    filename: Any,
    rows: Iterator[list[str]],
    target_dtype: Any,
    features_dtype: Any,
    column: int,
    first_line: int,
) -> Dataset:
    data, target = [], []
    for line, row in enumerate(rows, first_line):
        try:
            target.append(np.asarray(row.pop(column), dtype=target_dtype))
            data.append(np.asarray(row, dtype=features_dtype))
            if len(row) != len(data[0]):
                raise ValueError(f"it has {len(row)} features, and the first has {len(data[0])}")
        except (IndexError, ValueError) as error:
            raise ValueError(f"line {line} of {filename} cannot be read: {error}.") from None
    return Dataset(np.array(data), np.array(target, dtype=target_dtype))


def shrink_csv(filename: str, ratio: int) -> None:
    """Write every `ratio`-th line of a CSV file, the first one first, into ``name_small.csv`` beside it."""
    with GFile(filename.replace(".", "_small."), "w") as small:
        writer = csv.writer(small)
        writer.writerows(row for number, row in enumerate(_rows(filename)) if number % ratio == 0)


def maybe_download(filename: str, work_directory: str, source_url: str) -> str:
    """The path of a file in a directory.

    Raises
    ------
    NotFoundError
        If it is not there.
    """
    path = os.path.join(work_directory, filename)
    if not os.path.exists(path):
        raise NotFoundError(
            f"{path} is not there, and nothing is downloaded: get it from {source_url}, and put it into "
            f"{work_directory or 'the current directory'}."
        )
    return path


def load_iris(data_path: str | None = None) -> Dataset:
    """Measures of irises and their species, from a file with a header."""
    return _with_header("iris.csv", data_path, np.int64)


def load_boston(data_path: str | None = None) -> Dataset:
    """Housing in Boston and its prices, from a file with a header."""
    return _with_header("boston_house_prices.csv", data_path, np.float64)


def _with_header(name: str, path: str | None, target_dtype: Any) -> Dataset:
    if path is None:
        raise NotFoundError(
            f"{name} does not come with this package: pass data_path, a file of TensorFlow's form."
        )
    return load_csv_with_header(path, target_dtype, np.float64)


def load_mnist(train_dir: str = "MNIST-data") -> Any:
    """Handwritten digits, from four files in a directory; see tensorflow.examples.tutorials.mnist.input_data."""
    return read_data_sets(train_dir)


def load_dbpedia(size: str = "small", test_with_fake_data: bool = False) -> Datasets:
    """Texts of Wikipedia and their topics, from ``dbpedia_data/dbpedia_csv/`` below $TF_EXP_BASE_DIR.

    Parameters
    ----------
    size : {"small", "large"}
        A thousandth of the lines, which is written beside the files, or all.
    test_with_fake_data : bool
        Not available: these texts do not come with this package.

    Raises
    ------
    NotFoundError
        If a file is missing.
    """
    if test_with_fake_data:
        raise NotFoundError(
            "the fake texts do not come with this package: leave test_with_fake_data at False."
        )
    folder = os.path.join(os.getenv("TF_EXP_BASE_DIR", ""), "dbpedia_data", "dbpedia_csv")
    paths = [maybe_download(f"{part}.csv", folder, _DBPEDIA_URL) for part in ("train", "test")]
    if size == "small":
        for path in paths:
            shrink_csv(path, 1000)
        paths = [path.replace(".csv", "_small.csv") for path in paths]
    train, test = (load_csv_without_header(path, np.int32, np.str_, target_column=0) for path in paths)
    return Datasets(train, None, test)


_DBPEDIA_URL = "https://github.com/le-scientifique/torchDatasets/raw/master/dbpedia_csv.tar.gz"

DATASETS: dict[str, Callable[..., Any]] = {
    "iris": load_iris,
    "boston": load_boston,
    "mnist": load_mnist,
    "dbpedia": load_dbpedia,
}


def load_dataset(name: str, size: str = "small", test_with_fake_data: bool = False) -> Any:
    """One of :data:`DATASETS` by its name; `size` and `test_with_fake_data` are dbpedia's.

    Raises
    ------
    ValueError
        If there is none of that name.
    NotFoundError
        If its files are not there.
    """
    if name not in DATASETS:
        raise ValueError(f"Name of dataset is not found: {name!r}.{did_you_mean(name, list(DATASETS))}")
    return DATASETS[name](size, test_with_fake_data) if name == "dbpedia" else DATASETS[name]()


near_keywords_of_functions(__name__)
