"""numpy_input_fn and pandas_input_fn of tf.contrib.learn: those of tf.estimator, but for a `shuffle` of True.

Source
------
TF 1.15 contrib/learn learn_io/numpy_io.py, pandas_io.py (names, defaults).
"""

from __future__ import annotations

from typing import Any

from estimator.core.keywords import near_keywords
from estimator.pipeline import inputs
from estimator.pipeline.inputs import InputFn


@near_keywords
def numpy_input_fn(
    x: Any,
    y: Any = None,
    batch_size: int = 128,
    num_epochs: int | None = 1,
    shuffle: bool = True,
    queue_capacity: int = 1000,
    num_threads: int = 1,
) -> InputFn:
    """An input function over numpy arrays that mixes the rows of each epoch.

    Parameters
    ----------
    x, y, batch_size, num_epochs, shuffle, queue_capacity, num_threads
        As for :func:`estimator.inputs.numpy_input_fn`, where `shuffle` must be given.

    Raises
    ------
    ValueError, TypeError
        As there.
    """
    return inputs.numpy_input_fn(x, y, batch_size, num_epochs, shuffle, queue_capacity, num_threads)


@near_keywords
def pandas_input_fn(
    x: Any,
    y: Any = None,
    batch_size: int = 128,
    num_epochs: int | None = 1,
    shuffle: bool = True,
    queue_capacity: int = 1000,
    num_threads: int = 1,
    target_column: str = "target",
) -> InputFn:
    """An input function over a pandas DataFrame that mixes the rows of each epoch.

    Parameters
    ----------
    x, y, batch_size, num_epochs, shuffle, queue_capacity, num_threads, target_column
        As for :func:`estimator.inputs.pandas_input_fn`, where `shuffle` must be given.

    Raises
    ------
    ValueError, TypeError
        As there.
    """
    return inputs.pandas_input_fn(
        x, y, batch_size, num_epochs, shuffle, queue_capacity, num_threads, target_column
    )
