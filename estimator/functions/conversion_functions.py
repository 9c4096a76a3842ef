"""Objects of a script's own classes as tensors: tf.register_tensor_conversion_function.

Whatever has a method ``as_tensor`` stands for a tensor in this package. A class that is registered gets one.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from estimator.core.keywords import near_keywords_of_functions
from estimator.graph.tensor import Tensor

_priorities: dict[type, int] = {}


def register_tensor_conversion_function(
    base_type: type | tuple[type, ...], conversion_func: Callable[..., Any], priority: int = 100
) -> None:
    """From now on objects of a class stand for tensors wherever one is taken.

    Parameters
    ----------
    base_type : class or tuple of classes
        Written in Python: it gets a method ``as_tensor``.
    conversion_func : callable
        ``conversion_func(value, dtype=None, name=None, as_ref=False)`` gives the tensor.
    priority : int
        Of several functions for one class the one with the lowest number is asked, of equal ones the first.

    Raises
    ------
    TypeError
        If it is no class, or none that takes attributes; if `conversion_func` is no function; in a conversion,
        if it gives no tensor.

    Example
    -------
    >>> from estimator import tf
    >>> class Metres:
    ...     def __init__(self, value):
    ...         self.value = value
    >>> tf.register_tensor_conversion_function(Metres, lambda value, dtype, name, as_ref: tf.constant(value.value))
    >>> tf.Session().run(tf.square(Metres(3.0))).item()
    9.0

    Source
    ------
    tf.register_tensor_conversion_function, TF 1.15 framework/ops.py
    """
    if not callable(conversion_func):
        raise TypeError(f"conversion_func must be a function, given: {conversion_func!r}.")
    for kind in base_type if isinstance(base_type, tuple) else (base_type,):
        if not isinstance(kind, type):
            raise TypeError(f"base_type must be a class or a tuple of classes, given: {base_type!r}.")
        if priority < _priorities.get(kind, priority + 1):
            _give_method(kind, conversion_func)
            _priorities[kind] = priority


def _give_method(kind: type, conversion_func: Callable[..., Any]) -> None:
    def as_tensor(self: Any) -> Tensor:
        tensor = conversion_func(self, dtype=None, name=None, as_ref=False)
        if not isinstance(tensor, Tensor):
            raise TypeError(f"the conversion function of {kind.__name__} gave {tensor!r}, no tensor.")
        return tensor

    try:
        kind.as_tensor = as_tensor  # type: ignore[attr-defined]
    except TypeError as error:
        raise TypeError(
            f"{kind.__name__} takes no method, as it is not written in Python: convert its objects yourself."
        ) from error


near_keywords_of_functions(__name__)
