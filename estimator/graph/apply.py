"""From a call such as ``build.MatMul(x, [[1.0]], transpose_b=True)`` to the inputs and attributes of an operation.

Inputs that are Python values become constants of the type that the tensors beside them have; type
attributes are inferred, the others get their defaults. All of it works on the declaration of the op
(graph.op) alone.
"""

from __future__ import annotations

import contextlib
from collections.abc import Mapping, Sequence
from typing import Any, TypeAlias

import numpy as np

from estimator.core.dtypes import DType, as_dtype
from estimator.core.registry import did_you_mean
from estimator.core.tracebacks import cause_of
from estimator.graph.constant import normalise_attr
from estimator.graph.op import Arg, OpDef
from estimator.graph.tensor import Owner, Tensor
from estimator.graph.type_limits import type_limits

Resolved: TypeAlias = "tuple[Sequence[Tensor], Mapping[str, Any], Sequence[DType]]"
"""What a call comes to: the inputs, lists flattened; all attributes, which operations of the same call share, so that
nobody writes to them; the types of the flat outputs."""


def resolved(
    graph: Owner, definition: OpDef, op_name: str, values: list[Any], given: Mapping[str, Any]
) -> Resolved:
    """What a call with these inputs and attributes comes to; see :class:`Call`.

    Most calls are of tensors alone, and then their types and a few attributes decide all of it: it is found once.

    Raises
    ------
    TypeError, ValueError
        If types do not agree, or an attribute is missing or wrong.
    """
    key = _key(graph, values, given)
    known = None if key is None else definition.resolutions.get(key)
    if known is None:
        call = Call(graph, definition, op_name, given)
        inputs = call.resolve(values)
        known = call.attrs, call.output_types()
        if key is not None:
            definition.resolutions[key] = known
        return inputs, *known
    return values, *known


def _key(graph: Owner, values: list[Any], given: Mapping[str, Any]) -> tuple[Any, ...] | None:
    """What decides the attributes of a call; None if that is more than types and flags, of which there are few.

    Variables among the values are read on the way.
    """
    key: list[Any] = []
    for place, value in enumerate(values):
        if type(value) is not Tensor:
            if not hasattr(value, "as_tensor"):
                return None
            values[place] = value = value.as_tensor()
        if value.op.graph is not graph:
            return None
        key.append(value.dtype.name)
    for attr, value in given.items():
        if type(value) is not bool and type(value) is not DType and value is not None:
            return None
        key += attr, value
    return tuple(key)


def split_arguments(
    definition: OpDef, args: Sequence[Any], rest: dict[str, Any]
) -> tuple[list[Any], dict[str, Any]]:
    """The values of the inputs in order, and the attributes given, which are left of the arguments by name.

    Raises
    ------
    TypeError
        If an input is missing or an argument is unknown.
    """
    names = definition.input_names
    if len(args) > len(names):
        raise TypeError(
            f"{definition.name} takes {len(names)} inputs ({', '.join(names)}), given: {len(args)}."
        )
    values = list(args)
    for name in names[len(args) :]:
        if name not in rest:
            raise TypeError(
                f"{definition.name} needs the input {name!r}; its inputs are: {', '.join(names)}."
            )
        values.append(rest.pop(name))
    for key in rest:
        if key not in definition.attrs:
            known = ", ".join(definition.attrs) or "none"
            hint = did_you_mean(key, definition.attrs)
            raise TypeError(f"{definition.name} has no attribute {key!r}.{hint} It has: {known}.")
    return values, rest


def types_differ(name: str, tensor: Tensor, other: str, wanted: DType) -> str:
    """That an argument has not the type of another, which cast helps, and what it is: ``'y' is float64, but ...``.

    Parameters
    ----------
    name : str
        The argument's.
    tensor : Tensor
        What it is.
    other : str
        What decided the type: the name of an argument in quotes, or words.
    wanted : DType
        That type.
    """
    # Integers beside floating point numbers are what is meant to be cast, whichever of them came first.
    is_other = tensor.dtype.is_floating and wanted.is_integer and other.strip("'").isidentifier()
    cast = f"{other[1:-1]}, tf.{tensor.dtype.name}" if is_other else f"{name}, tf.{wanted.name}"
    return (
        f"{name!r} is {tensor.dtype.name}, but {other} is {wanted.name}; cast one of them, for example "
        f"tf.cast({cast}). {name!r} is {tensor.op.describe()}."
    )


class Call:
    """One call being resolved; :meth:`resolve` gives the flat inputs and all attributes.

    Parameters
    ----------
    graph : Graph
        Where constants are made.
    definition : OpDef
    op_name : str
        The full name that the operation will have; constants are named below it.
    given : mapping
        The attributes passed.
    """

    def __init__(self, graph: Owner, definition: OpDef, op_name: str, given: Mapping[str, Any]) -> None:
        self._graph = graph
        self._definition = definition
        self._op_name = op_name
        self._origin: dict[str, str] = {}  # type attribute -> the argument that decided it
        self._limits = type_limits().get(definition.name, {})
        self.attrs: dict[str, Any] = {}
        for key, value in given.items():
            if value is not None or not self._has_default(key):
                self._set(key, self._normal(key, value), "the argument")

    def _has_default(self, attr: str) -> bool:
        """Whether None stands for a default: not for a shape, of which it says that nothing is known."""
        declared = self._definition.attrs[attr]
        return not declared.required and declared.kind != "shape"

    def _normal(self, attr: str, value: Any) -> Any:
        try:
            return normalise_attr(self._definition.attrs[attr].kind, value)
        except (TypeError, ValueError) as error:
            where = f"{self._operation()}: attribute {attr!r}"
            kind = TypeError if isinstance(error, TypeError) else ValueError
            raise kind(f"{where}: {error}") from cause_of(error)

    def _set(self, attr: str, value: Any, origin: str) -> None:
        limits = self._limits.get(attr)
        if limits is not None and not limits.issuperset(value if isinstance(value, list) else (value,)):
            raise TypeError(self._out_of_limits(attr, value, origin))
        self.attrs[attr] = value
        self._origin[attr] = origin

    def _out_of_limits(self, attr: str, value: Any, origin: str) -> str:
        given = ", ".join(dtype.name for dtype in (value if isinstance(value, list) else [value]))
        wanted = ", ".join(
            dtype.name for dtype in sorted(self._limits[attr], key=lambda dtype: dtype.as_datatype_enum)
        )
        what = f"{attr}=" if origin == "the argument" else f"the type of {origin} is "
        return f"{self._operation()}: {what}{given}; it takes {wanted}. Use tf.cast."

    def resolve(self, values: Sequence[Any]) -> list[Tensor]:
        """The flat inputs; afterwards ``attrs`` is complete.

        Raises
        ------
        TypeError
            If types do not agree or an attribute is missing.
        """
        inputs = self._definition.inputs
        # All of them first: tensors decide the types of what is none.
        noted = [
            self._noted_list(arg, value) if arg.is_list else self._noted(arg, value, 0)
            for arg, value in zip(inputs, values, strict=True)
        ]
        flat: list[Tensor] = []
        for arg, item in zip(inputs, noted, strict=True):
            if arg.is_list:
                flat += self._converted_list(arg, item)
            else:
                flat.append(item if isinstance(item, Tensor) else self._converted(arg, item, 0))
        self._fill_defaults()
        return flat

    def _noted_list(self, arg: Arg, value: Any) -> list[Any]:
        """The items of a list of inputs, as tensors where they are or hold any."""
        if not isinstance(value, (list, tuple)):
            raise TypeError(f"{self._where(arg)} must be a list of tensors, given: {value!r}.")
        return [self._noted(arg, item, place) for place, item in enumerate(value)]

    def _noted(self, arg: Arg, item: Any, place: int) -> Any:
        """An item as a tensor, whose type is then that of the input; itself if it is none and holds none."""
        if not isinstance(item, Tensor) or item.op.graph is not self._graph:  # else it needs no name
            known = arg.dtype or (self.attrs.get(arg.type_attr) if arg.type_attr else None)
            item = self._graph.as_tensor(item, self._name(arg, place), known)
        if isinstance(item, Tensor):
            self._note_type(arg, item)
        return item

    def _note_type(self, arg: Arg, tensor: Tensor) -> None:
        dtype = tensor.dtype
        if arg.dtype is not None and dtype is not arg.dtype:
            raise TypeError(f"{self._where(arg)} must be {arg.dtype.name}, given: {dtype.name}; use tf.cast.")
        if arg.type_attr is None:
            return
        known = self.attrs.get(arg.type_attr)
        if known is None:
            self._set(arg.type_attr, dtype, f"{arg.name!r}")
        elif known is not dtype:
            differ = types_differ(arg.name, tensor, self._origin[arg.type_attr], known)
            raise TypeError(f"{self._operation()}: input {differ}")

    def _where(self, arg: Arg) -> str:
        return f"{self._operation()}: input {arg.name!r}"

    def _operation(self) -> str:
        return f"{self._definition.name} {self._op_name!r}"

    def _converted(self, arg: Arg, item: Any, place: int) -> Tensor:
        tensor = self._constant(arg, item, self._name(arg, place))
        self._note_type(arg, tensor)
        return tensor

    def _converted_list(self, arg: Arg, group: Sequence[Any]) -> list[Tensor]:
        tensors = [
            item if isinstance(item, Tensor) else self._converted(arg, item, place)
            for place, item in enumerate(group)
        ]
        if arg.number_attr:
            self.attrs[arg.number_attr] = len(tensors)
        if arg.list_attr:
            self._set_types(arg, arg.list_attr, [tensor.dtype for tensor in tensors])
        return tensors

    def _set_types(self, arg: Arg, attr: str, types: list[DType]) -> None:
        stated = self.attrs.get(attr, types)
        if stated != types:
            shown = [", ".join(dtype.name for dtype in listed) for listed in (types, stated)]
            raise TypeError(f"{self._where(arg)} is of the types ({shown[0]}), but {attr} is ({shown[1]}).")
        self._set(attr, types, f"{arg.name!r}")

    def _name(self, arg: Arg, place: int) -> str:
        """The name of what is made for an input that is not a tensor yet: ``Reshape/shape/``, ``concat/values_1/``."""
        return f"{self._op_name}/{arg.name}_{place}/" if arg.is_list else f"{self._op_name}/{arg.name}/"

    def _constant(self, arg: Arg, value: Any, name: str) -> Tensor:
        wanted = arg.dtype or (self.attrs.get(arg.type_attr) if arg.type_attr else None)
        default = self._definition.attrs[arg.type_attr].default if arg.type_attr else None
        if wanted is None and default is not None and not self._keeps_its_type(arg, value, default):
            with contextlib.suppress(
                TypeError
            ):  # it is preferred: what cannot have it keeps its own type, too
                return self._graph.constant(value, default, name=name)
        try:
            return self._graph.constant(value, wanted, name=name)
        except (TypeError, ValueError) as error:
            raise type(error)(f"{self._where(arg)}: {error}") from cause_of(error)

    def _keeps_its_type(self, arg: Arg, value: Any, default: DType) -> bool:
        """Whether it is an array of a type that the op takes, and not a narrower one than the default."""
        if not isinstance(value, (np.ndarray, np.generic)) or value.dtype.kind not in "biufc":
            return False
        limits = self._limits.get(arg.type_attr or "")
        taken = limits is None or as_dtype(value.dtype) in limits
        return taken and not np.can_cast(value.dtype, default.np)

    def _fill_defaults(self) -> None:
        for name, attr in self._definition.attrs.items():
            if name in self.attrs:
                continue
            if attr.required:
                raise TypeError(f"{self._operation()} needs the attribute {name!r} ({attr.kind}).")
            self.attrs[name] = normalise_attr(attr.kind, attr.default)

    def output_types(self) -> list[DType]:
        """The types of the flat outputs."""
        types: list[DType] = []
        for arg in self._definition.outputs:
            if arg.list_attr:
                types += self.attrs[arg.list_attr]
                continue
            dtype = arg.dtype or self.attrs[arg.type_attr]  # type: ignore[index]
            types += [dtype] * (self.attrs[arg.number_attr] if arg.number_attr else 1)
        return types
