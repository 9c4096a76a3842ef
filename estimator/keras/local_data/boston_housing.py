"""Prices of houses in 506 districts of Boston: ``keras.datasets.boston_housing``."""

from __future__ import annotations

import os

import numpy as np

from estimator.core.keywords import near_keywords
from estimator.keras.local_data.files import STORE, Pairs, arrays_in, local_path

_SHA256 = "f553886a1f8d56431e820c5b82552d9d95cfcb96d1e678153f8839538947dff5"


@near_keywords
def load_data(
    path: str | os.PathLike[str] = "boston_housing.npz", test_split: float = 0.2, seed: int = 113
) -> Pairs:
    """Numbers about districts and their prices, for training and for testing.

    Parameters
    ----------
    path : str or path
        Below ``~/.keras/datasets``, or absolute.
    test_split : float
        Which part of the rows is for testing.
    seed : int
        Decides the order of the rows, before they are split.

    Returns
    -------
    (x_train, y_train), (x_test, y_test)
        float64.

    Shape
    -----
    [404, 13] and [404], [102, 13] and [102]

    Raises
    ------
    NotFoundError
        If the file is not there: nothing is fetched.
    ValueError
        If `test_split` is not within [0, 1).

    Source
    ------
    tf.keras.datasets.boston_housing.load_data
    """
    if not 0 <= test_split < 1:
        raise ValueError(f"`test_split` must be within [0, 1), given: {test_split!r}.")
    x, y = arrays_in(local_path(path, f"{STORE}boston_housing.npz", _SHA256), "x", "y")
    order = np.arange(len(x))
    np.random.RandomState(seed).shuffle(order)
    count = int(len(x) * (1 - test_split))
    return (x[order[:count]], y[order[:count]]), (x[order[count:]], y[order[count:]])
