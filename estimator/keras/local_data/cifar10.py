"""60,000 pictures of ten kinds of things: ``keras.datasets.cifar10``."""

from __future__ import annotations

from estimator.keras.local_data.cifar import load_folder
from estimator.keras.local_data.files import Pairs

_ORIGIN = "https://www.cs.toronto.edu/~kriz/cifar-10-python.tar.gz"
_SHA256 = "6d958be074577803d12ecdefd02955f39262c83c16fe9348329d7fe0b5c001ce"


def load_data() -> Pairs:
    """Pictures and kinds for training, and for testing, from ``~/.keras/datasets/cifar-10-batches-py``.

    Returns
    -------
    (x_train, y_train), (x_test, y_test)
        uint8.

    Shape
    -----
    [50000, 32, 32, 3] and [50000, 1], [10000, 32, 32, 3] and [10000, 1]

    Raises
    ------
    NotFoundError
        If neither the folder nor its archive is there: nothing is fetched.
    DataLossError
        If it is another folder.

    Source
    ------
    tf.keras.datasets.cifar10.load_data
    """
    train = [f"data_batch_{number}" for number in range(1, 6)]
    return load_folder("cifar-10-batches-py", _ORIGIN, _SHA256, train, "test_batch", "labels")
