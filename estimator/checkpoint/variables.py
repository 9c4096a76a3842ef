"""What the checkpoint floor needs to know of a variable.

Variables are made a floor higher; here they are anything with a ``handle``, and ``slot_of``, ``slot_name`` and
``slot_role`` where they are an optimizer's.
"""

from __future__ import annotations

from typing import Any, NamedTuple  # a variable is known by its attributes only

from estimator.checkpoint.compare import Spec
from estimator.graph.constant import handle_dims


class Part(NamedTuple):
    """What a key is made of.

    Attributes
    ----------
    name : str
        The variable's own name in the graph.
    owner : str or None
        For a slot: the name of the variable that it belongs to.
    slot : str or None
        For a slot: what its name adds to that one's: ``Adam_1``.
    role : tuple of str or None
        For what an optimizer keeps: the kind of optimizer, and what it is there: ``("Adam", "v")``.
    """

    name: str
    owner: str | None = None
    slot: str | None = None
    role: tuple[str, str] | None = None

    @property
    def is_state(self) -> bool:
        """Whether it is an optimizer's, not the model's."""
        return self.owner is not None or self.role is not None


def variable_name(variable: Any) -> str:
    """The name under which the session stores its value, without ``:0``."""
    op = variable.handle.op
    name: str = op.attrs["shared_name"] or op.name
    return name


def part_of(variable: Any) -> Part:
    """What a variable's key is made of."""
    owner = getattr(variable, "slot_of", None)
    role = getattr(variable, "slot_role", None)
    if owner is None:
        return Part(variable_name(variable), role=role)
    return Part(variable_name(variable), variable_name(owner), variable.slot_name, role)


def spec_of(variable: Any) -> Spec:
    """Shape and element type."""
    dims = handle_dims(variable.handle)
    return tuple(int(size or 0) for size in dims or ()), variable.dtype  # a variable's shape is fully known
