"""Digits in four files, read and given out in batches as the tutorials of TensorFlow 1 do."""

from __future__ import annotations

import gzip
import io
import struct
from pathlib import Path

import numpy as np
import pytest

from estimator import tf
from estimator.tf.examples.tutorials.mnist import input_data

ROWS, COLUMNS = 3, 2


def _write(path: Path, numbers: list[int], pixels: np.ndarray) -> None:
    data = struct.pack(f">{len(numbers)}I", *numbers) + pixels.astype(np.uint8).tobytes()
    path.write_bytes(gzip.compress(data) if path.suffix == ".gz" else data)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Eight images to train with and three to test with; one file of each kind is compressed."""
    pixels = np.arange(8 * ROWS * COLUMNS)
    _write(tmp_path / "train-images-idx3-ubyte.gz", [2051, 8, ROWS, COLUMNS], pixels)
    _write(tmp_path / "train-labels-idx1-ubyte", [2049, 8], np.arange(8))
    _write(tmp_path / "t10k-images-idx3-ubyte", [2051, 3, ROWS, COLUMNS], pixels[: 3 * ROWS * COLUMNS])
    _write(tmp_path / "t10k-labels-idx1-ubyte.gz", [2049, 3], np.array([9, 0, 1]))
    return tmp_path


def test_images_are_vectors_from_0_to_1_and_the_first_are_kept_for_validation(folder: Path) -> None:
    mnist = input_data.read_data_sets(str(folder), validation_size=2)
    assert [part.num_examples for part in mnist] == [6, 2, 3]
    assert mnist.train.images.dtype == np.float32 and mnist.train.images.shape == (6, 6)
    np.testing.assert_allclose(mnist.train.images[0], np.arange(12, 18) / 255, rtol=1e-6)
    assert mnist.validation.labels.tolist() == [0, 1] and mnist.test.labels.tolist() == [9, 0, 1]


def test_images_stay_as_they_are_if_they_are_asked_for_so(folder: Path) -> None:
    mnist = input_data.read_data_sets(
        train_dir=str(folder), one_hot=True, dtype=tf.uint8, reshape=False, validation_size=0
    )
    assert mnist.train.images.shape == (8, ROWS, COLUMNS, 1) and mnist.train.images.dtype == np.uint8
    np.testing.assert_array_equal(mnist.test.labels, np.eye(10)[[9, 0, 1]])


def test_batches_go_on_in_the_next_epoch_in_an_order_of_its_own(folder: Path) -> None:
    train = input_data.read_data_sets(str(folder), validation_size=0, seed=5).train
    random = np.random.RandomState(5)  # what numpy.random is after numpy.random.seed(5)
    order = np.arange(8)
    random.shuffle(order)
    again = np.arange(8)
    random.shuffle(again)
    batches = [train.next_batch(3)[1].tolist() for _ in range(3)]
    assert batches == [order[:3].tolist(), order[3:6].tolist(), [*order[6:], order[again[0]]]]
    assert train.epochs_completed == 1
    images, labels = train.next_batch(batch_size=2, shuffle=False)
    np.testing.assert_allclose(images[:, 0] * 255, labels * ROWS * COLUMNS, atol=1e-4)


def test_without_shuffling_the_order_stays(folder: Path) -> None:
    train = input_data.read_data_sets(str(folder), validation_size=0).train
    assert [train.next_batch(5, shuffle=False)[1].tolist() for _ in range(2)] == [
        [0, 1, 2, 3, 4],
        [5, 6, 7, 0, 1],
    ]


def test_fake_data_need_no_files() -> None:
    mnist = input_data.read_data_sets("nowhere", fake_data=True, one_hot=True)
    images, labels = mnist.train.next_batch(2, fake_data=True)
    assert (images, labels) == ([[1] * 784] * 2, [[1] + [0] * 9] * 2)
    assert mnist.test.num_examples == 10000


def test_open_files_are_read(folder: Path) -> None:
    with open(folder / "train-images-idx3-ubyte.gz", "rb") as file:
        assert input_data.extract_images(file).shape == (8, ROWS, COLUMNS, 1)
    with tf.gfile.Open(str(folder / "t10k-labels-idx1-ubyte.gz"), "rb") as file:
        assert input_data.extract_labels(file, one_hot=True, num_classes=10).argmax(1).tolist() == [9, 0, 1]


def test_missing_files_are_all_named_with_where_to_get_them(folder: Path) -> None:
    (folder / "train-labels-idx1-ubyte").unlink()
    (folder / "t10k-images-idx3-ubyte").unlink()
    with pytest.raises(
        tf.errors.NotFoundError,
        match=r"has no train-labels-idx1-ubyte.gz, t10k-images-idx3-ubyte.gz. Nothing is downloaded: .*https://here/",
    ):
        input_data.read_data_sets(str(folder), source_url="https://here/")


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"", "no file of labels: it begins with b''"),
        (struct.pack(">II", 2051, 1) + b"\1", "no file of labels: .*not 2049"),
        (struct.pack(">II", 2049, 3) + b"\1", "3 bytes should follow its header, but 1 do"),
        (struct.pack(">II", 2049, 1) + b"\x0b", "a label is 11, but there are 10 classes"),
    ],
)
def test_a_damaged_file_is_named(data: bytes, message: str) -> None:
    file = io.BytesIO(gzip.compress(data))
    with pytest.raises(tf.errors.DataLossError, match=message):
        input_data.extract_labels(file, one_hot=True)
    with pytest.raises(tf.errors.DataLossError, match="no gzip file, or damaged"):
        input_data.extract_labels(io.BytesIO(data + b"x"))


@pytest.mark.parametrize(
    ("given", "kind", "message"),
    [
        ({"dtype": tf.int32}, TypeError, "dtype=int32: images are uint8 or float32"),
        ({"labels": np.zeros(3)}, ValueError, "there are 2 images, but 3 labels"),
        ({"images": np.zeros((2, 3, 2, 3))}, ValueError, r"\(2, 3, 2, 3\) do not become vectors"),
    ],
)
def test_what_makes_no_data_set_is_refused(
    given: dict[str, object], kind: type[Exception], message: str
) -> None:
    with pytest.raises(kind, match=message):
        input_data.DataSet(**{"images": np.zeros((2, 3, 2, 1)), "labels": np.zeros(2), **given})  # type: ignore[arg-type]


def test_more_than_there_is_cannot_be_had(folder: Path) -> None:
    train = input_data.read_data_sets(str(folder), validation_size=8).validation
    with pytest.raises(ValueError, match="batch_size=9 is more than the 8 examples"):
        train.next_batch(9)
    with pytest.raises(ValueError, match="validation_size=9 should be between 0 and 8"):
        input_data.read_data_sets(str(folder), validation_size=9)
