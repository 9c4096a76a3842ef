"""Scratch memory of kernels that need some: the interpreter allocates it anew, a plan keeps it from step to step."""

from __future__ import annotations

from typing import Any, TypeAlias

Rooms: TypeAlias = list[tuple[tuple[int, ...], Any]]  # shapes and types of arrays


def allocated(xp: Any, rooms: Rooms) -> list[Any]:
    """Arrays for the duration of a kernel."""
    return [xp.empty(shape, dtype) for shape, dtype in rooms]


def kept(p: Any, like: Any, rooms: Rooms) -> list[Any]:
    """Memory of the plan that `p` writes, for the operation being written; `like` is any operand."""
    return [p.scratch(like._replace(dims=shape), dtype) for shape, dtype in rooms]
