"""A SaverDef with its operations under other names: of a scope that a graph was read into, or is a part of."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

OPERATION_NAMES = ("filename_tensor_name", "save_tensor_name", "restore_op_name")  # in a SaverDef


def with_names(saver_def: Any, renamed: Callable[[str], str]) -> Any:
    result = type(saver_def)()
    result.CopyFrom(saver_def)
    for field in OPERATION_NAMES:
        setattr(result, field, renamed(getattr(saver_def, field)))
    return result


def below(saver_def: Any, scope: str | None) -> Any:
    """The SaverDef with names below a scope; None if they are not below it."""
    if not scope or saver_def is None:
        return saver_def
    prefix = f"{scope}/"
    if not all(getattr(saver_def, field).startswith(prefix) for field in OPERATION_NAMES):
        return None
    return with_names(saver_def, lambda name: name.removeprefix(prefix))
