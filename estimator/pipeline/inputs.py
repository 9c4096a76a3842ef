"""numpy_input_fn and pandas_input_fn: input functions over data in memory.

Batches cross the borders of epochs, and only the very last one may be smaller, as with TensorFlow's
queues. Shuffling mixes each epoch as a whole. queue_capacity and num_threads are checked and
change nothing.

Source
------
tf.estimator.inputs of TF 2.15: numpy_io.py, pandas_io.py (names, defaults, refusals).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from estimator.core.counts import whole_number
from estimator.core.keywords import near_keywords
from estimator.pipeline.dataset import Dataset

InputFn = Callable[[], Any]


@near_keywords
def numpy_input_fn(
    x: Any,
    y: Any = None,
    batch_size: int = 128,
    num_epochs: int | None = 1,
    shuffle: bool | None = None,
    queue_capacity: int = 1000,
    num_threads: int = 1,
) -> InputFn:
    """An input function over numpy arrays.

    Parameters
    ----------
    x : array or dict of arrays
        The features.
    y : array or dict of arrays, optional
        The labels. Dicts come out sorted by their keys.
    batch_size : int
    num_epochs : int or None
        None repeats without end.
    shuffle : bool
        Must be given.
    queue_capacity, num_threads : int
        Above 0; there is no queue.

    Returns
    -------
    callable
        It returns (features, labels) as tensors, or features alone.

    Raises
    ------
    ValueError
        If `shuffle` is not given, or `queue_capacity` or `num_threads` is not a number above 0; when called: if x
        or y is an empty dict, they share keys, or lengths differ.
    TypeError
        When called, if x or y is not an array.

    Example
    -------
    >>> input_fn = numpy_input_fn({"x": np.arange(4.0)}, np.arange(4), batch_size=2, shuffle=False)
    >>> features, labels = input_fn()
    >>> features["x"].shape.as_list()
    [None]
    """
    _check_shuffle(shuffle)
    _check_queue(queue_capacity, num_threads)

    def input_fn() -> Any:
        _check_features(x)
        if y is not None:
            _check_labels(x, y)
        _check_lengths(x, y)
        data = _sorted(x) if y is None else (_sorted(x), _sorted(y))
        return _batches(data, batch_size, num_epochs, bool(shuffle))

    return input_fn


@near_keywords
def pandas_input_fn(
    x: Any,
    y: Any = None,
    batch_size: int = 128,
    num_epochs: int | None = 1,
    shuffle: bool | None = None,
    queue_capacity: int = 1000,
    num_threads: int = 1,
    target_column: str = "target",
) -> InputFn:
    """An input function over a pandas DataFrame, as it is now: what changes in it later does not count.

    Parameters
    ----------
    x : DataFrame
        The features, one a column.
    y : Series or DataFrame, optional
        The labels, of the same index; a DataFrame gives a dict.
    batch_size, num_epochs, shuffle, queue_capacity, num_threads
        As for :func:`numpy_input_fn`.
    target_column : str
        The name that labels have inside; no column of x may have it.

    Raises
    ------
    ValueError
        If `shuffle` is not given, `queue_capacity` or `num_threads` is not a number above 0, the indexes differ, or a
        column has the name `target_column`.
    TypeError
        If x is not a DataFrame, y neither a Series nor a DataFrame, or `target_column` no string.
    """
    _check_shuffle(shuffle)
    _check_queue(queue_capacity, num_threads)
    if not isinstance(target_column, str):
        raise TypeError(f"target_column must be a string type; got {target_column!r}.")
    if not hasattr(x, "columns") or not hasattr(x, "index"):
        raise TypeError(
            f"x must be a pandas DataFrame; got {_kind(x)}. For arrays use numpy_input_fn, for tables of other "
            "libraries Dataset.from_tensor_slices."
        )
    if y is not None:
        _check_frames(x, y, target_column)
    features = _columns(x)
    data = features if y is None else (features, _columns(y) if hasattr(y, "columns") else y.copy())
    return lambda: _batches(data, batch_size, num_epochs, bool(shuffle))


def _check_queue(queue_capacity: Any, num_threads: Any) -> None:
    given = {"queue_capacity": queue_capacity, "num_threads": num_threads}
    wrong = [f"{name}={value!r}" for name, value in given.items() if (whole_number(value) or 0) < 1]
    if wrong:
        raise ValueError(
            f"{' and '.join(wrong)}: give whole numbers above 0, or leave them out; there is no queue."
        )


def _columns(frame: Any) -> dict[str, Any]:
    copy = frame.copy()
    return {name: copy[name] for name in copy.columns}


def _check_frames(x: Any, y: Any, target_column: str) -> None:
    if not hasattr(y, "iloc"):
        raise TypeError(f"y must be a pandas Series or DataFrame; got {_kind(y)}.")
    if target_column in x.columns:
        raise ValueError(
            f"Cannot use name {target_column} for target column: DataFrame already has a column with that name: "
            f"{list(x.columns)}. Pass another target_column."
        )
    if not np.array_equal(x.index, y.index):
        raise ValueError(
            f"Index for x and y are mismatched.\nIndex for x: {x.index.tolist()[:10]}...\nIndex for y: "
            f"{y.index.tolist()[:10]}...\nIf the rows belong together as they stand, pass y.set_axis(x.index)."
        )


def _kind(value: Any) -> str:
    """The name of a class: that of another library may have the one that is wanted here."""
    library = type(value).__module__.partition(".")[0]
    return (
        f"{library}.{type(value).__name__}" if library not in ("builtins", "numpy") else type(value).__name__
    )


def _check_shuffle(shuffle: Any) -> None:
    if not isinstance(shuffle, (bool, np.bool_)):
        raise ValueError(
            "shuffle must be provided and explicitly set as boolean "
            f"(it is recommended to set it as True for training); got {shuffle}"
        )


def _check_features(x: Any) -> None:
    if not isinstance(x, (Mapping, np.ndarray)):
        raise TypeError(f"x must be a dict or array; got {type(x).__name__}")
    if isinstance(x, Mapping) and not x:
        raise ValueError("x cannot be an empty dict")


def _check_labels(x: Any, y: Any) -> None:
    if not isinstance(y, Mapping):
        return
    if not y:
        raise ValueError("y cannot be empty dict, use None instead.")
    shared = sorted(set(y) & set(x)) if isinstance(x, Mapping) else []
    if shared:
        raise ValueError(
            f"{len(shared)} duplicate keys are found in both x and y: {shared}. Rename them in one of the two."
        )


def _sorted(arrays: Any) -> Any:
    """Dicts in the order of their keys: a model function may go over them, and name variables by that."""
    return dict(sorted(arrays.items())) if isinstance(arrays, Mapping) else arrays


def _check_lengths(x: Any, y: Any) -> None:
    shapes = _shapes("x", x) | ({} if y is None else _shapes("y", y))
    if len({shape[:1] for shape in shapes.values()}) > 1:
        rows = ", ".join(f"{name} has {shape[0] if shape else 'none'}" for name, shape in shapes.items())
        raise ValueError(
            "Length of tensors in x and y is mismatched. All elements in x and y must have the same length. "
            f"Rows: {rows}. Shapes: {shapes}."
        )


def _shapes(name: str, arrays: Any) -> dict[str, tuple[int, ...]]:
    if isinstance(arrays, Mapping):
        return {f"{name}[{key!r}]": np.shape(array) for key, array in arrays.items()}
    return {name: np.shape(arrays)}


def _batches(data: Any, batch_size: int, num_epochs: int | None, shuffle: bool) -> Any:
    dataset = Dataset.from_tensor_slices(data)
    if shuffle:
        dataset = dataset.shuffle(max(1, dataset._node.cardinality))
    return dataset.repeat(num_epochs).batch(batch_size).make_one_shot_iterator().get_next()
