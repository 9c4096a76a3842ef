"""Small files of examples, as tf.contrib.learn reads them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from estimator.core.errors import NotFoundError
from estimator.tf.contrib.learn import datasets
from estimator.tf.contrib.learn.datasets import base


def written(folder: Path, text: str, name: str = "examples.csv") -> str:
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, "ascii")
    return str(path)


def test_a_header_says_what_follows(tmp_path: Path) -> None:
    path = written(tmp_path, "2,3,setosa,versicolor\n5.1,3.5,1.4,0\n6.4,2.8,5.6,1\n")
    found = base.load_csv_with_header(path, np.int32, np.float32)
    np.testing.assert_array_equal(found.data, np.float32([[5.1, 3.5, 1.4], [6.4, 2.8, 5.6]]))
    np.testing.assert_array_equal(found.target, [0, 1])
    assert (found.data.dtype, found.target.dtype) == (np.float32, np.int32)


def test_the_target_may_stand_anywhere(tmp_path: Path) -> None:
    path = written(tmp_path, '3,"a, b",c\n4,d,e\n')
    found = base.load_csv_without_header(path, np.int64, np.str_, target_column=0)
    np.testing.assert_array_equal(found.data, [["a, b", "c"], ["d", "e"]])
    np.testing.assert_array_equal(found.target, [3, 4])


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", r"must begin with the numbers of examples and of features, given: \[\]"),
        ("a,b\n1,2,0\n", r"load_csv_without_header reads files that have no such line"),
        ("3,2\n1,2,0\n", "says that there are 3 examples of 2 features; there are 1 of 2"),
        ("1,3\n1,2,0\n", "says that there are 1 examples of 3 features; there are 1 of 2"),
        (
            "2,2\n1,2,0\n1,x,0\n",
            "line 3 of .*examples.csv cannot be read: could not convert string to float: 'x'",
        ),
        ("2,2\n1,2,0\n1,0\n", "line 3 of .* cannot be read: it has 1 features, and the first has 2"),
    ],
)
def test_a_file_that_is_not_what_it_says_is_refused(tmp_path: Path, text: str, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        base.load_csv_with_header(written(tmp_path, text), np.int32, np.float32)


def test_known_data_sets_are_files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TF_EXP_BASE_DIR", str(tmp_path))
    for part in ("train", "test"):
        lines = "".join(f"{number % 14},title,text {number}\n" for number in range(1500))
        written(tmp_path, lines, f"dbpedia_data/dbpedia_csv/{part}.csv")
    small = datasets.load_dataset("dbpedia")
    np.testing.assert_array_equal(small.train.target, [0, 1000 % 14])
    assert small.validation is None
    large = datasets.DATASETS["dbpedia"](size="large")
    assert large.test.data.shape == (1500, 2)
    assert datasets.load_iris(written(tmp_path, "1,1\n2.5,1\n")).target.tolist() == [1]
    assert datasets.load_boston(written(tmp_path, "1,1\n2.5,1.5\n")).target.tolist() == [1.5]


@pytest.mark.parametrize(
    ("load", "message"),
    [
        (lambda: datasets.load_dataset("iris"), "iris.csv does not come with this package: pass data_path"),
        (
            lambda: datasets.load_dataset("dbpedia"),
            "train.csv is not there, and nothing is downloaded: get it from http",
        ),
        (
            lambda: datasets.load_dataset("dbpedia", test_with_fake_data=True),
            "leave test_with_fake_data at False",
        ),
        (lambda: datasets.load_dataset("mnist"), "MNIST-data"),
        (lambda: base.load_csv_without_header("absent.csv", int, float), "absent.csv"),
    ],
)
def test_what_is_missing_is_named(
    load: Any, message: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("TF_EXP_BASE_DIR", raising=False)
    with pytest.raises(NotFoundError, match=message):
        load()


def test_an_unknown_name_is_answered_with_the_nearest() -> None:
    with pytest.raises(ValueError, match=r"'irs'\. Did you mean 'iris'"):
        datasets.load_dataset("irs")
