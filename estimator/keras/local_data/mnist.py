"""70,000 digits written by hand: ``keras.datasets.mnist``."""

from __future__ import annotations

import os

from estimator.core.keywords import near_keywords
from estimator.keras.local_data.files import STORE, Pairs, arrays_in, local_path

_SHA256 = "731c5ac602752760c8e48fbffcf8c3b850d9dc2a2aedcf2cc48468fc17b673d1"


@near_keywords
def load_data(path: str | os.PathLike[str] = "mnist.npz") -> Pairs:
    """Images and digits for training, and for testing.

    Parameters
    ----------
    path : str or path
        Below ``~/.keras/datasets``, or absolute.

    Returns
    -------
    (x_train, y_train), (x_test, y_test)
        uint8.

    Shape
    -----
    [60000, 28, 28] and [60000], [10000, 28, 28] and [10000]

    Raises
    ------
    NotFoundError
        If the file is not there: nothing is fetched.
    DataLossError
        If it is another file.

    Source
    ------
    tf.keras.datasets.mnist.load_data
    """
    file = local_path(path, f"{STORE}mnist.npz", _SHA256)
    x_train, y_train, x_test, y_test = arrays_in(file, "x_train", "y_train", "x_test", "y_test")
    return (x_train, y_train), (x_test, y_test)
