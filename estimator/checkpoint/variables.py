"""What the checkpoint floor needs to know of a variable.

Variables are made a floor higher; here they are anything with a ``handle``, and ``slot_of`` and
``slot_name`` where they are an optimizer's.
"""

from __future__ import annotations

from typing import Any  # a variable is known by its attributes only

from estimator.checkpoint.compare import Spec
from estimator.checkpoint.dialects import Part
from estimator.graph.constant import handle_dims


def variable_name(variable: Any) -> str:
    """The name under which the session stores its value, without ``:0``."""
    op = variable.handle.op
    name: str = op.attrs["shared_name"] or op.name
    return name


def part_of(variable: Any) -> Part:
    """The variable's name and None, or for a slot its owner's name and the slot's."""
    owner = getattr(variable, "slot_of", None)
    return (variable_name(variable), None) if owner is None else (variable_name(owner), variable.slot_name)


def spec_of(variable: Any) -> Spec:
    """Shape and element type."""
    dims = handle_dims(variable.handle)
    return tuple(int(size or 0) for size in dims or ()), variable.dtype  # a variable's shape is fully known
