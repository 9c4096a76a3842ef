"""Datasets from local files: small ones of the public files' layout."""

from __future__ import annotations

import gzip
import io
import json
import pickle
import tarfile
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from estimator.core.errors import DataLossError, NotFoundError
from estimator.keras import datasets


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """``~/.keras/datasets`` of an empty home."""
    monkeypatch.setenv("HOME", str(tmp_path))
    made = tmp_path / ".keras" / "datasets"
    made.mkdir(parents=True)
    return made


def test_mnist_is_read_from_its_file_and_from_another_path(folder: Path, tmp_path: Path) -> None:
    arrays = {
        "x_train": np.ones((3, 28, 28), np.uint8),
        "y_train": np.arange(3, dtype=np.uint8),
        "x_test": np.zeros((2, 28, 28), np.uint8),
        "y_test": np.array([7, 8], np.uint8),
    }
    for path in (folder / "mnist.npz", tmp_path / "other.npz"):
        np.savez_compressed(path, **arrays)
    for found in (datasets.mnist.load_data(), datasets.mnist.load_data(tmp_path / "other.npz")):
        for array, name in zip((*found[0], *found[1]), arrays, strict=True):
            np.testing.assert_array_equal(array, arrays[name])


def test_a_missing_file_is_named_with_its_place_and_its_digest(folder: Path) -> None:
    with pytest.raises(NotFoundError) as caught:
        datasets.mnist.load_data()
    message = str(caught.value)
    assert str(folder / "mnist.npz") in message
    assert "nothing is fetched" in message
    assert "731c5ac602752760c8e48fbffcf8c3b850d9dc2a2aedcf2cc48468fc17b673d1" in message


def test_fashion_mnist_is_read_from_four_compressed_files(folder: Path) -> None:
    below = folder / "fashion-mnist"
    below.mkdir()
    for part, count in (("train", 3), ("t10k", 2)):
        images = np.arange(count * 784, dtype=np.uint32).astype(np.uint8)
        head = np.array([2051, count, 28, 28], ">u4").tobytes()
        (below / f"{part}-images-idx3-ubyte.gz").write_bytes(gzip.compress(head + images.tobytes()))
        labels = np.array([2049, count], ">u4").tobytes() + bytes(range(count))
        (below / f"{part}-labels-idx1-ubyte.gz").write_bytes(gzip.compress(labels))
    (x_train, y_train), (x_test, y_test) = datasets.fashion_mnist.load_data()
    assert (x_train.shape, x_test.shape) == ((3, 28, 28), (2, 28, 28))
    assert (x_train[0, 0, 5], y_train.tolist(), y_test.tolist()) == (5, [0, 1, 2], [0, 1])


def cifar_batch(count: int, **labels: Any) -> bytes:
    """A file of CIFAR: red is 1, green 2, blue 3."""
    pixels = np.repeat(np.array([1, 2, 3], np.uint8), 1024)
    held = {b"data": np.tile(pixels, (count, 1)), **{name.encode(): value for name, value in labels.items()}}
    return pickle.dumps(held, protocol=2)


def test_cifar10_is_read_from_its_folder(folder: Path) -> None:
    below = folder / "cifar-10-batches-py"
    below.mkdir()
    for number in range(1, 6):
        (below / f"data_batch_{number}").write_bytes(cifar_batch(2, labels=[number, 0]))
    (below / "test_batch").write_bytes(cifar_batch(1, labels=[9]))
    (x_train, y_train), (x_test, y_test) = datasets.cifar10.load_data()
    assert (x_train.shape, y_train.shape, x_test.shape) == ((10, 32, 32, 3), (10, 1), (1, 32, 32, 3))
    assert x_train[0, 7, 7].tolist() == [1, 2, 3]
    assert (y_train[:, 0].tolist(), y_test.tolist()) == ([1, 0, 2, 0, 3, 0, 4, 0, 5, 0], [[9]])


def test_cifar100_is_read_from_its_archive(folder: Path) -> None:
    with tarfile.open(folder / "cifar-100-python.tar.gz", "w:gz") as archive:
        for name, count in (("train", 2), ("test", 1)):
            data = cifar_batch(count, fine_labels=[5] * count, coarse_labels=[6] * count)
            member = tarfile.TarInfo(f"cifar-100-python/{name}")
            member.size = len(data)
            archive.addfile(member, io.BytesIO(data))
    assert datasets.cifar100.load_data()[0][1].tolist() == [[5], [5]]
    assert datasets.cifar100.load_data("coarse")[1][1].tolist() == [[6]]
    with pytest.raises(ValueError, match="label_mode"):
        datasets.cifar100.load_data("both")


def test_houses_are_split_in_the_order_of_the_seed(folder: Path) -> None:
    np.savez(folder / "boston_housing.npz", x=np.arange(10.0)[:, None], y=np.arange(10.0))
    (x_train, y_train), (_, y_test) = datasets.boston_housing.load_data()
    # What TensorFlow 2.15 makes of this file.
    assert y_train.tolist() == [9.0, 3.0, 6.0, 1.0, 0.0, 7.0, 4.0, 8.0]
    assert y_test.tolist() == [2.0, 5.0]
    np.testing.assert_array_equal(x_train[:, 0], y_train)


def texts(*rows: list[int]) -> Any:
    """An array of lists."""
    found = np.empty(len(rows), object)
    for place, row in enumerate(rows):
        found[place] = row
    return found


def test_reviews_are_numbered_shuffled_and_cut_as_in_keras(folder: Path) -> None:
    np.savez(
        folder / "imdb.npz",
        x_train=texts([1, 5, 9], [2], [3, 4]),
        y_train=np.array([1, 0, 1]),
        x_test=texts([7, 8], [1, 1, 1]),
        y_test=np.array([0, 1]),
    )
    # What TensorFlow 2.15 makes of this file.
    (x_train, y_train), (x_test, y_test) = datasets.imdb.load_data(num_words=9, skip_top=5)
    assert x_train.tolist() == [[2, 6, 7], [2, 2, 8, 2], [2, 5]]
    assert (y_train.tolist(), x_test.tolist(), y_test.tolist()) == (
        [1, 1, 0],
        [[2, 2, 2, 2], [2, 2, 2]],
        [1, 0],
    )
    (x_train, _), (x_test, _) = datasets.imdb.load_data(
        maxlen=3, start_char=None, oov_char=None, index_from=0
    )
    assert (x_train.tolist(), x_test.tolist()) == ([[3, 4], [2]], [[7]])
    with pytest.raises(ValueError, match="Increase maxlen"):
        datasets.imdb.load_data(maxlen=1)


def test_news_are_split_and_words_have_numbers(folder: Path) -> None:
    np.savez(folder / "reuters.npz", x=texts(*([number] for number in range(10))), y=np.arange(10))
    (folder / "reuters_word_index.json").write_text(json.dumps({"the": 1}))
    (x_train, y_train), (x_test, _) = datasets.reuters.load_data()
    assert y_train.tolist() == [9, 3, 6, 1, 0, 7, 4, 8]
    assert x_train[0] == [1, 2]  # 9 + 3 is the largest number, which is out of the vocabulary, as in Keras
    assert len(x_test) == 2
    assert datasets.reuters.get_word_index() == {"the": 1}


class Harm:
    """What a pickle could do."""

    def __reduce__(self) -> Any:
        return print, ("harm",)


def test_nothing_in_a_file_is_executed(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    harmful = np.empty(1, object)
    harmful[0] = Harm()
    np.savez(folder / "reuters.npz", x=harmful, y=np.arange(1))
    with pytest.raises(DataLossError, match=r"asks for builtins\.print"):
        datasets.reuters.load_data()
    assert capsys.readouterr().out == ""


@pytest.mark.parametrize("content", [b"", b"no archive", b"PK\x03\x04 cut"])
def test_a_damaged_file_is_refused(folder: Path, content: bytes) -> None:
    (folder / "mnist.npz").write_bytes(content)
    with pytest.raises(DataLossError, match=r"mnist\.npz"):
        datasets.mnist.load_data()


def test_a_file_of_other_arrays_says_which_it_has(folder: Path) -> None:
    np.savez(folder / "mnist.npz", x=np.zeros(1))
    with pytest.raises(DataLossError, match="has no x_train, y_train, x_test, y_test; it has x"):
        datasets.mnist.load_data()
