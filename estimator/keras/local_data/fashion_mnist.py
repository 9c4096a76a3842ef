"""70,000 pictures of clothes: ``keras.datasets.fashion_mnist``."""

from __future__ import annotations

import os

import numpy as np

from estimator.keras.local_data.files import STORE, Array, Pairs, local_path
from estimator.pipeline.mnist import extract_images, extract_labels

_SHA256 = {
    "train-labels-idx1-ubyte.gz": "a04f17134ac03560a47e3764e11b92fc97de4d1bfaf8ba1a3aa29af54cc90845",
    "train-images-idx3-ubyte.gz": "3aede38d61863908ad78613f6a32ed271626dd12800ba2636569512369268a84",
    "t10k-labels-idx1-ubyte.gz": "67da17c76eaffca5446c3361aaab5c3cd6d1c2608764d35dfb1850b086bf8dd5",
    "t10k-images-idx3-ubyte.gz": "346e55b948d973a97e58d2351dde16a484bd415d4595297633bb08f03db6a073",
}


def load_data() -> Pairs:
    """Images and kinds of clothes for training, and for testing, from ``~/.keras/datasets/fashion-mnist``.

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
        If a file is not there: nothing is fetched.
    ValueError
        If it is another file.

    Source
    ------
    tf.keras.datasets.fashion_mnist.load_data
    """
    return (
        (_images("train-images-idx3-ubyte.gz"), _labels("train-labels-idx1-ubyte.gz")),
        (_images("t10k-images-idx3-ubyte.gz"), _labels("t10k-labels-idx1-ubyte.gz")),
    )


def _found(name: str) -> str:
    return local_path(os.path.join("fashion-mnist", name), f"{STORE}{name}", _SHA256[name])


def _images(name: str) -> Array:
    with open(_found(name), "rb") as file:
        return np.asarray(extract_images(file)[..., 0])


def _labels(name: str) -> Array:
    with open(_found(name), "rb") as file:
        return np.asarray(extract_labels(file))
