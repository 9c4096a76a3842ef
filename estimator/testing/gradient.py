"""Whether gradients are right: tf.test.compute_gradient.

Source
------
tf.test.compute_gradient, tf.test.compute_gradient_error, TF 1.15 ops/gradient_checker.py
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np

from estimator.core.keywords import near_keywords_of_functions
from estimator.functions.arrays import placeholder
from estimator.functions.scoping import convert_to_tensor, get_default_session
from estimator.graph.gradients import gradients
from estimator.graph.tensor import Tensor

Jacobians = tuple[np.ndarray[Any, Any], np.ndarray[Any, Any]]


def compute_gradient(
    x: Tensor | list[Tensor],
    x_shape: Any,
    y: Tensor,
    y_shape: Sequence[int],
    x_init_value: Any = None,
    delta: float = 1e-3,
    init_targets: Sequence[Any] | None = None,
    extra_feed_dict: Mapping[Any, Any] | None = None,
) -> Jacobians | list[Jacobians]:
    """The Jacobian of `y` with respect to `x`, by its gradients and by differences, in the default session.

    Parameters
    ----------
    x : Tensor or list of Tensor
        What is changed, of a floating point or complex type.
    x_shape : list of int, or list of them
        Its shape.
    y : Tensor
        What depends on it.
    y_shape : list of int
        Its shape.
    x_init_value : array, or list of arrays
        Where the gradients are taken. Default: random numbers of [0, 1).
    delta : float
        Half the distance of two points that are compared.
    init_targets : list of operations, optional
        What is run before.
    extra_feed_dict : dict, optional
        What is fed besides.

    Returns
    -------
    (array, array), or a list of them
        By gradients and by differences. Of complex numbers, the real and the imaginary part have rows and columns of
        their own.

    Shape
    -----
    [elements of x, elements of y]

    Raises
    ------
    TypeError
        If a tensor is of another type.
    ValueError
        If there is no default session, a shape is not the one given, or `y` does not depend on `x`.
    """
    session = get_default_session()
    if session is None:
        raise ValueError("compute_gradient needs a default session: write `with tf.Session():` around it.")
    many = isinstance(x, list)
    xs, shapes = (list(x), list(x_shape)) if isinstance(x, list) else ([x], [x_shape])
    starts = list(x_init_value) if many and x_init_value is not None else [x_init_value] * len(xs)
    flows = [_flow(one, y, y_shape) for one in xs]
    for target in init_targets or ():
        session.run(target)
    feeds = dict(extra_feed_dict or {})
    found = []
    for one, shape, start, (dx, dy) in zip(xs, shapes, starts, flows, strict=True):
        point = _point(one, shape, start)
        analytic = _by_gradients(functools.partial(session.run, dx), one, point, dy, y_shape, feeds)
        numeric = _by_differences(functools.partial(session.run, y), one, point, y, y_shape, delta, feeds)
        found.append((analytic, numeric))
    return found if many else found[0]


def compute_gradient_error(
    x: Tensor | list[Tensor],
    x_shape: Any,
    y: Tensor,
    y_shape: Sequence[int],
    x_init_value: Any = None,
    delta: float = 1e-3,
    init_targets: Sequence[Any] | None = None,
    extra_feed_dict: Mapping[Any, Any] | None = None,
) -> float:
    """How far the gradients of `y` are from differences, at most; the arguments are :func:`compute_gradient`'s.

    Raises
    ------
    TypeError, ValueError
        As :func:`compute_gradient`.
    """
    found = compute_gradient(x, x_shape, y, y_shape, x_init_value, delta, init_targets, extra_feed_dict)
    pairs = found if isinstance(found, list) else [found]
    errors = [np.abs(analytic - numeric).max() for analytic, numeric in pairs if analytic.size]
    return float(np.max(errors)) if errors else 0.0  # the largest of NaN is NaN


def _flow(x: Tensor, y: Tensor, y_shape: Sequence[int]) -> tuple[Tensor, Tensor]:
    """The gradient, and what is fed as that of `y`."""
    others = [f"{tensor.name} is {tensor.dtype.name}" for tensor in (x, y) if _real_kind(tensor) is None]
    if others:
        raise TypeError(f"gradients are of floating point or complex numbers, but {' and '.join(others)}.")
    with y.graph.as_default():
        dy = placeholder(y.dtype, list(y_shape))
        (dx,) = gradients(y, x, dy)
        if dx is None:
            raise ValueError(f"{y.name} does not depend on {x.name}.")
        return convert_to_tensor(dx), dy  # of rows that are looked up, the whole


def _real_kind(tensor: Tensor) -> np.dtype[Any] | None:
    """The type of a number, or of the parts of a complex one."""
    kind = np.dtype(tensor.dtype.as_numpy_dtype)
    return np.zeros((), kind).real.dtype if kind.kind in "fc" else None


def _point(x: Tensor, shape: Sequence[int], start: Any) -> np.ndarray[Any, Any]:
    kind = np.dtype(x.dtype.as_numpy_dtype)
    if start is None:
        point = np.random.random_sample(tuple(shape)).astype(kind)  # the test case has seeded it
        if kind.kind == "c":
            point.imag = np.random.random_sample(tuple(shape))
        return point
    point = np.asarray(start, kind)
    if list(point.shape) != list(shape):
        raise ValueError(f"x_init_value has shape {list(point.shape)}, but x_shape is {list(shape)}.")
    return point


Run = Callable[[dict[Any, Any]], Any]


def _by_gradients(
    run: Run,
    x: Tensor,
    point: np.ndarray[Any, Any],
    dy: Tensor,
    y_shape: Sequence[int],
    feeds: dict[Any, Any],
) -> np.ndarray[Any, Any]:
    """A column an element of `y`: the gradient of that element alone."""
    upstream: np.ndarray[Any, Any] = np.zeros(tuple(y_shape), dy.dtype.as_numpy_dtype)
    columns = []
    for place in range(_parts(upstream).size):
        _parts(upstream)[place] = 1
        columns.append(_parts(np.asarray(run({**feeds, x: point, dy: upstream}))))
        _parts(upstream)[place] = 0
    return np.stack(columns, 1) if columns else np.zeros((_parts(point).size, 0), _real_kind(x))


def _by_differences(
    run: Run,
    x: Tensor,
    point: np.ndarray[Any, Any],
    y: Tensor,
    y_shape: Sequence[int],
    delta: float,
    feeds: dict[Any, Any],
) -> np.ndarray[Any, Any]:
    """A row an element of `x`: how `y` changes with that element alone."""
    rows = []
    for place in range(_parts(point).size):
        values = []
        for step in (delta, -delta):
            moved = point.copy()
            _parts(moved)[place] += step
            values.append(np.asarray(run({**feeds, x: moved})))
        rows.append(_parts((values[0] - values[1]) / np.asarray(2 * delta, _real_kind(y))))
    columns = _parts(np.zeros(tuple(y_shape), y.dtype.as_numpy_dtype)).size
    return np.stack(rows).astype(_real_kind(x)) if rows else np.zeros((0, columns), _real_kind(x))


def _parts(array: np.ndarray[Any, Any]) -> np.ndarray[Any, Any]:
    """The elements in a row, real and imaginary parts after one another; of a whole array a view."""
    flat = array.reshape(-1)
    return flat.view(flat.real.dtype)


near_keywords_of_functions(__name__)
