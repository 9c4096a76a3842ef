"""One attribute of a node, to and from TensorFlow's AttrValue message."""

from __future__ import annotations

from functools import lru_cache
from typing import Any, TypeAlias

import numpy as np

from estimator.core.dtypes import DType, as_dtype
from estimator.core.errors import DataLossError, InvalidArgumentError
from estimator.core.shapes import Dims
from estimator.core.tracebacks import cause_of
from estimator.formats import messages
from estimator.formats.tensors import array_from_proto, array_to_proto, dims_from_proto, dims_to_proto
from estimator.graph.op import NameAttrList
from estimator.graph.written import Attr

Message: TypeAlias = Any  # a class made at run time

_FIELDS = {
    "string": "s",
    "int": "i",
    "float": "f",
    "bool": "b",
    "type": "type",
    "shape": "shape",
    "tensor": "tensor",
    "func": "func",
}


def set_attr(proto: Message, attr: Attr) -> None:
    """Put the attribute into an AttrValue."""
    kind, value = attr
    if kind.startswith("list("):
        proto.list.SetInParent()  # an empty list is a list too
        field = getattr(proto.list, _FIELDS[kind[5:-1]])
        field.extend([_to_copy(kind[5:-1], item) for item in value])
    elif kind in ("shape", "tensor", "func"):
        getattr(proto, _FIELDS[kind]).CopyFrom(_to_copy(kind, value))
    else:
        setattr(proto, _FIELDS[kind], value_in_message(kind, value))


def _to_copy(kind: str, value: Any) -> Any:
    """The value as its field takes it; of shapes, which many nodes share, one message that is only copied from."""
    return _shape(value) if kind == "shape" else value_in_message(kind, value)


@lru_cache(1024)
def _shape(dims: Dims) -> Message:
    return dims_to_proto(dims)


def value_in_message(kind: str, value: Any) -> Any:
    """One attribute value as its field of AttrValue takes it."""
    if kind == "type":
        return value.as_datatype_enum
    if kind == "string":
        return value.encode("utf-8") if isinstance(value, str) else value
    if kind == "shape":
        return dims_to_proto(value)
    if kind == "tensor":
        return array_to_proto(*value)
    if kind == "func":
        made = messages.NameAttrList(name=value.name)
        for key, attr in value.attrs.items():
            set_attr(made.attr[key], attr)
        return made
    return value


def get_attr(node: Message, key: str, kind: str) -> Any:
    """The value of a NodeDef's attribute, as Operation.attrs has it.

    Parameters
    ----------
    node : NodeDef
    key : str
        An attribute that it has.
    kind : str
        What it must be, in TensorFlow's words: ``type``, ``list(int)``...

    Raises
    ------
    DataLossError
        If it is of another kind.
    InvalidArgumentError
        If it is an element type that is not known.
    """
    proto, source = node.attr[key], f"attribute {key!r} of node {node.name!r}"
    is_list = kind.startswith("list(")
    field = "list" if is_list else _FIELDS[kind]
    if proto.WhichOneof("value") != field:
        raise DataLossError(f"{source} should be a {kind}, but it is a {proto.WhichOneof('value')}.")
    if is_list:
        one = kind[5:-1]
        return [_value_from_proto(one, item, source) for item in getattr(proto.list, _FIELDS[one])]
    return _value_from_proto(kind, getattr(proto, field), source)


def _value_from_proto(kind: str, value: Any, source: str) -> Any:
    if kind == "type":
        return _known_type(value, source)
    if kind == "string":
        return _text(value)
    if kind == "float":
        return float(str(np.float32(value)))  # 0.2 as somebody wrote it, not 0.20000000298
    if kind == "shape":
        return dims_from_proto(value)
    if kind == "tensor":
        return array_from_proto(value, source)
    if kind == "func":
        return NameAttrList(
            value.name, {key: _any_attr(value.attr[key], source) for key in sorted(value.attr)}
        )
    return value


def _any_attr(proto: Message, source: str) -> Attr:
    """An attribute of which nobody says what it must be."""
    kinds = {field: kind for kind, field in _FIELDS.items()}
    field = proto.WhichOneof("value")
    if field == "list":
        filled = [field.name for field, _ in proto.list.ListFields()]
        kind = kinds[filled[0]] if filled else "int"  # an empty list is one of anything
        return Attr(
            f"list({kind})", [_file_value(kind, item, source) for item in getattr(proto.list, _FIELDS[kind])]
        )
    if field not in kinds:
        raise DataLossError(f"{source} has an attribute that is a {field}.")
    return Attr(kinds[field], _file_value(kinds[field], getattr(proto, field), source))


def _file_value(kind: str, value: Any, source: str) -> Any:
    """The value as :class:`Attr` has it, where a tensor says its type."""
    found = _value_from_proto(kind, value, source)
    return (found, _known_type(value.dtype, source)) if kind == "tensor" else found


def _known_type(number: int, source: str) -> DType:
    try:
        return as_dtype(number)
    except TypeError as error:
        raise InvalidArgumentError(
            f"{source} is the type number {number}, which is not known here."
        ) from cause_of(error)


def _text(value: bytes) -> str | bytes:
    """Text where it is text: names, formats, modes."""
    try:
        return value.decode("utf-8")
    except UnicodeDecodeError:
        return value
