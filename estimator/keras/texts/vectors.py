"""Arrays of classes and of vectors: ``to_categorical`` and ``normalize``.

Source
------
tf.keras.utils.to_categorical, normalize, TF 2.15 keras/src/utils/np_utils.py
"""

from __future__ import annotations

from typing import Any

import numpy as np

from estimator.core.keywords import near_keywords

Array = np.ndarray[Any, Any]


@near_keywords
def to_categorical(y: Any, num_classes: int | None = None, dtype: Any = "float32") -> Array:
    """Classes as vectors of zeros with a one at the place of the class.

    Parameters
    ----------
    y : array of int, [...] or [..., 1]
    num_classes : int, optional
        By default the largest class and 1.
    dtype : dtype

    Returns
    -------
    ndarray, [..., num_classes]

    Raises
    ------
    IndexError
        If a class is not below `num_classes`.

    Example
    -------
    >>> to_categorical([0, 2], num_classes=3).tolist()
    [[1.0, 0.0, 0.0], [0.0, 0.0, 1.0]]
    """
    classes = np.asarray(y, int)
    shape = classes.shape[:-1] if classes.ndim > 1 and classes.shape[-1] == 1 else classes.shape
    count = int(num_classes) if num_classes else int(classes.max(initial=-1)) + 1
    vectors = np.zeros((classes.size, count), dtype)
    vectors[np.arange(classes.size), classes.ravel()] = 1
    return vectors.reshape(*shape, count)


@near_keywords
def normalize(x: Any, axis: int = -1, order: int = 2) -> Array:
    """Vectors of length 1, in the norm of that order; those of length 0 stay what they are.

    Example
    -------
    >>> normalize(np.array([[3.0, 4.0], [0.0, 0.0]])).tolist()
    [[0.6, 0.8], [0.0, 0.0]]
    """
    lengths = np.atleast_1d(np.linalg.norm(x, order, axis))
    lengths[lengths == 0] = 1
    return np.asarray(x / np.expand_dims(lengths, axis))
