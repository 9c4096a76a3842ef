"""What the checkpoint floor needs to know of a variable.

Variables are made a floor higher; here they are anything with a ``handle``, and ``slot_of``, ``slot_name`` and
``slot_role`` where they are an optimizer's. One that is part of a larger variable says so (``save_slice_info``); all
parts together are one tensor of the checkpoint, a :class:`SplitVariable`.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from typing import Any, TypeAlias  # a variable is known by its attributes only

from estimator.checkpoint.compare import Spec
from estimator.core.dtypes import DType
from estimator.core.frozen import frozen
from estimator.core.named_tuple import NamedTuple
from estimator.core.shapes import compatible, is_static
from estimator.graph.handles import handle_dims
from estimator.variables.slot_role import SlotRole

Extents: TypeAlias = "tuple[tuple[int, int], ...]"


class Part(NamedTuple):
    """What a key is made of.

    Attributes
    ----------
    name : str
        The variable's own name in the graph, or that of the whole which it is part of.
    owner : str or None
        For a slot: the name of the variable that it belongs to.
    slot : str or None
        For a slot: what its name adds to that one's: ``Adam_1``.
    role : SlotRole or None
        For what an optimizer keeps: what it is there for.
    number : int
        For the slot of a part of a larger variable: which part.
    """

    name: str
    owner: str | None = None
    slot: str | None = None
    role: SlotRole | None = None
    number: int = 0

    @property
    def is_state(self) -> bool:
        """Whether it is an optimizer's, not the model's."""
        return self.owner is not None or self.role is not None

    @property
    def is_power(self) -> bool:
        """Whether it follows from the number of steps."""
        return self.role is not None and self.role.is_power


@frozen
class SplitVariable:
    """Several variables of the graph that are one tensor of the checkpoint.

    Parameters
    ----------
    parts : tuple of Variable
        Each with its `save_slice_info`.
    """

    parts: tuple[Any, ...]

    @property
    def dtype(self) -> DType:
        """The element type, which all parts have."""
        found: DType = self.parts[0].dtype
        return found

    @property
    def shape(self) -> tuple[int, ...]:
        """The shape of the whole."""
        return tuple(self.parts[0].save_slice_info.full_shape)


def is_variable(value: Any) -> bool:
    """Whether it is a variable, whole or in parts, or a list of parts."""
    parts = value if isinstance(value, (list, tuple)) else getattr(value, "parts", (value,))
    return bool(parts) and all(hasattr(part, "handle") for part in parts)


def as_saved(value: Any) -> Any:
    """What is saved under one key: a variable, or the parts of one.

    Raises
    ------
    TypeError
        If it is not a variable.
    ValueError
        If several variables are given that are not parts of one.
    """
    parts = tuple(value) if isinstance(value, (list, tuple)) else tuple(getattr(value, "parts", (value,)))
    for part in parts:
        if not hasattr(part, "handle"):
            raise TypeError(
                f"Variable to save is not a Variable: {part!r} ({type(part).__name__}). var_list holds variables, "
                "or maps names to them."
            )
    if all(getattr(part, "save_slice_info", None) is not None for part in parts):
        return SplitVariable(parts)
    if len(parts) > 1:
        names = ", ".join(variable_name(part) for part in parts)
        raise ValueError(f"{names} are no parts of one variable and need a key each.")
    return parts[0]


def pieces(saved: Any) -> list[tuple[Any, Extents | None]]:
    """The variables behind one key, each with what it is of the tensor; None for a variable that is all of it."""
    if isinstance(saved, SplitVariable):
        return [(part, part.save_slice_info.extents) for part in saved.parts]
    return [(saved, None)]


def flat(saved: Iterable[Any]) -> list[Any]:
    """The variables behind several keys."""
    return [variable for one in saved for variable, _ in pieces(one)]


def byte_sizes(saved: Iterable[Any]) -> list[int]:
    """How many bytes the values take of those variables whose shape is known."""
    found = ((handle_dims(variable.handle), variable.dtype) for variable in flat(saved))
    return [
        math.prod(dims) * dtype.size  # type: ignore[arg-type]  # every size is known
        for dims, dtype in found
        if is_static(dims)
    ]


def variable_name(variable: Any) -> str:
    """The name of its operation, after which its key is called, as in TensorFlow.

    Two of them may name one variable of the session (:func:`estimator.graph.handles.variable_of`); each has its key.
    """
    name: str = variable.handle.op.name
    return name


def stored_name(variable: Any) -> str:
    """The variable's name, or that of the whole which it is part of."""
    info = getattr(variable, "save_slice_info", None)
    return variable_name(variable) if info is None else info.full_name


def part_of(saved: Any) -> Part:
    """What the key of a variable, or of a split one, is made of."""
    variable = saved.parts[0] if isinstance(saved, SplitVariable) else saved
    owner = getattr(variable, "slot_of", None)
    role = getattr(variable, "slot_role", None)
    if owner is None:
        return Part(stored_name(variable), role=role)
    is_part = getattr(owner, "save_slice_info", None) is not None
    number = int(variable_name(owner).rpartition("/part_")[2]) if is_part else 0
    return Part(stored_name(variable), stored_name(owner), variable.slot_name, role, number)


def known_spec(variable: Any) -> Spec | None:
    """Shape and element type, of a split variable those of the whole; None if the graph does not tell the shape."""
    if isinstance(variable, SplitVariable):
        return variable.shape, variable.dtype
    dims = handle_dims(variable.handle)
    known = dims is not None and is_static(dims)
    return (dims, variable.dtype) if known else None  # type: ignore[return-value]  # every size is a number


def spec_of(variable: Any, stored: Spec | None = None) -> Spec:
    """Shape and element type; of a split variable those of the whole.

    A variable whose shape is not known (``validate_shape=False``) takes that of what is stored for it.
    """
    known = known_spec(variable)
    if known is not None:
        return known
    dims = handle_dims(variable.handle)
    if stored is not None and compatible(dims, stored[0]):
        dims = stored[0]
    return tuple(int(size or 0) for size in dims or ()), variable.dtype
