"""Values that never change, so that what was made of them once need not be made again."""

from __future__ import annotations

import dataclasses
import types
from collections.abc import Mapping
from functools import partial
from typing import Any

import numpy as np

from estimator.core.dtypes import DType
from estimator.core.shapes import TensorShape

_PLAIN = (type(None), bool, int, float, complex, str, bytes, np.generic, DType, TensorShape)


class Unchanging:
    """A mark for classes of this package whose objects nobody changes once they are made, though they could."""


def never_changes(value: Any) -> bool:
    """Whether a value, and what it does when it is called, is for good what it is now.

    So it is of numbers and texts, of functions of this package, and of tuples, frozen dataclasses and
    :class:`Unchanging` objects of such. Nothing is known of a function of somebody else's: it may read what changes.

    Parameters
    ----------
    value : object
        It holds itself nowhere.
    """
    if isinstance(value, _PLAIN):
        return True
    if isinstance(value, (tuple, frozenset)):
        return all(map(never_changes, value))
    if isinstance(value, partial):
        return all(map(never_changes, (value.func, *value.args, *value.keywords.values())))
    if isinstance(value, types.FunctionType):
        return _is_ours(value) and all(map(never_changes, _closed_over(value)))
    if isinstance(value, type):
        return _is_ours(value)
    if not _is_ours(type(value)):
        return False
    return (_is_frozen(value) or isinstance(value, Unchanging)) and all(map(never_changes, _fields(value)))


def _is_ours(thing: Any) -> bool:
    return str(thing.__module__).partition(".")[0] == __name__.partition(".")[0]


def _closed_over(function: types.FunctionType) -> list[Any]:
    """What a function that another has made holds of that; of a decorated one that is the decorator's business."""
    if "<locals>" not in function.__qualname__:
        return []
    defaults = [*(function.__defaults__ or ()), *(function.__kwdefaults__ or {}).values()]
    return [cell.cell_contents for cell in function.__closure__ or ()] + defaults


def _is_frozen(value: Any) -> bool:
    return bool(getattr(getattr(type(value), "__dataclass_params__", None), "frozen", False))


def _fields(value: Any) -> list[Any]:
    if dataclasses.is_dataclass(value):
        return [getattr(value, field.name) for field in dataclasses.fields(value)]
    held: Mapping[str, Any] = vars(value)
    return list(held.values())
