"""Ops as the functions that TensorFlow generates for itself: ``gen_array_ops.unique_with_counts_v2(x, axis)``.

They are the raw ops, by names in small letters, and take arguments by position as well.

Source: tensorflow/python/ops/gen_*_ops.py
"""

from __future__ import annotations

import functools
import re
import typing as _typing  # not its names: what a module has is what it gives
from collections.abc import Callable

from estimator.core import facade as _facade
from estimator.functions import raw_ops as _raw_ops

# Before a capital that follows a small letter, or that begins a word after capitals or digits.
_WORDS = re.compile(r"(?<=[a-z])(?=[A-Z])|(?<=[A-Z0-9])(?=[A-Z][a-z])")


def generated_name(op_type: str) -> str:
    """What TensorFlow calls the function of an op: ``Conv2DBackpropInput`` gives ``conv2d_backprop_input``."""
    return _WORDS.sub("_", op_type).lower()


_OPS = {generated_name(op_type): op_type for op_type in dir(_raw_ops)}
__all__ = sorted(_OPS)


def __getattr__(name: str) -> Callable[..., _typing.Any]:
    if name not in _OPS:
        _facade.raise_unknown(__name__, name, __all__)
    function = globals()[name] = _by_position(getattr(_raw_ops, _OPS[name]))
    return function


def __dir__() -> list[str]:
    return __all__


def _by_position(raw_op: _typing.Any) -> Callable[..., _typing.Any]:
    names = list(raw_op.__signature__.parameters)

    @functools.wraps(raw_op)
    def call(*args: _typing.Any, **given: _typing.Any) -> _typing.Any:
        if len(args) > len(names):
            raise TypeError(f"{raw_op.__name__} takes {len(names)} arguments at most, given: {len(args)}.")
        placed = dict(zip(names, args, strict=False))
        if twice := placed.keys() & given.keys():
            raise TypeError(f"{raw_op.__name__} got {', '.join(sorted(twice))} twice.")
        return raw_op(**placed, **given)

    return call
