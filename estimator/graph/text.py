"""graph.pbtxt, written straight from the operations.

The text is what protobuf's text_format prints for :func:`estimator.graph.graphdef.to_graph_def` of
the same graph, byte for byte: two blanks a level, enum names, maps sorted by key, octal escapes,
32-bit floats in their shortest form. It takes a quarter of the time of making messages and printing
them, and needs no protobuf.

Source
------
google/protobuf/text_format.py, text_encoding.py: what they print
"""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from typing import Any

import numpy as np

from estimator.core.dtypes import DType
from estimator.core.interface import GRAPH_DEF_VERSION
from estimator.core.shapes import Dims
from estimator.formats import messages
from estimator.formats.tensors import value_field
from estimator.graph.graphdef import library_functions
from estimator.graph.op import NameAttrList
from estimator.graph.tensor import Owner
from estimator.graph.written import Attr, WrittenNode, written_nodes

_ESCAPES = {code: f"\\{code:03o}" for code in (*range(32), *range(127, 256))} | {
    ord("\t"): "\\t",
    ord("\n"): "\\n",
    ord("\r"): "\\r",
    ord('"'): '\\"',
    ord("'"): "\\'",
    ord("\\"): "\\\\",
}


def graph_text(graph: Owner, add_shapes: bool = False) -> str:
    """The graph as the text of a GraphDef, as graph.pbtxt has it.

    Parameters
    ----------
    graph : Graph
    add_shapes : bool
        Write the static shapes of the outputs as the attribute ``_output_shapes``.
    """
    nodes = "".join(map(_node, written_nodes(graph, add_shapes=add_shapes)))
    return f"{nodes}{_library(graph)}versions {{\n  producer: {GRAPH_DEF_VERSION}\n}}\n"


def _node(node: WrittenNode) -> str:
    lines = [f"node {{\n  name: {_quoted(node.name)}\n  op: {_quoted(node.op)}\n"]
    lines += [f"  input: {_quoted(name)}\n" for name in node.input]
    if node.device:
        lines.append(f"  device: {_quoted(node.device)}\n")
    lines += [_entry(key, attr, "  ") for key, attr in node.attrs.items()]
    lines.append("}\n")
    return "".join(lines)


def _entry(key: str, attr: Attr, indent: str) -> str:
    """An attribute as an entry of a map."""
    value = _attr(attr, indent + "    ")
    return f"{indent}attr {{\n{indent}  key: {_quoted(key)}\n{indent}  value {{\n{value}{indent}  }}\n{indent}}}\n"


def _attr(attr: Attr, indent: str) -> str:
    kind, value = attr
    if not kind.startswith("list("):
        return _VALUES[kind](value, indent)
    of_one = _VALUES[kind[5:-1]]
    items = "".join(of_one(item, indent + "  ") for item in value)
    return f"{indent}list {{\n{items}{indent}}}\n"


def _string(value: str | bytes, indent: str) -> str:
    return f"{indent}s: {_quoted(value)}\n"


def _int(value: int, indent: str) -> str:
    return f"{indent}i: {value}\n"


def _float(value: float, indent: str) -> str:
    return f"{indent}f: {_shortest(value)}\n"


def _bool(value: bool, indent: str) -> str:
    return f"{indent}b: {'true' if value else 'false'}\n"


def _type(value: DType, indent: str) -> str:
    return f"{indent}type: {value.proto_name}\n"


@lru_cache(1024)
def _shape(value: Dims, indent: str, field: str = "shape") -> str:
    if value is None:
        body = f"{indent}  unknown_rank: true\n"
    else:
        sizes = (f"{indent}    size: {-1 if size is None else size}\n" if size != 0 else "" for size in value)
        body = "".join(f"{indent}  dim {{\n{size}{indent}  }}\n" for size in sizes)
    return f"{indent}{field} {{\n{body}{indent}}}\n"


def _tensor(value: tuple[Any, DType], indent: str) -> str:
    array, dtype = value
    inner = indent + "  "
    field, values = value_field(array, dtype)
    show = _SHOWN.get(field, str)
    if isinstance(values, bytes):
        values = [values] if values else []
    elements = "".join(f"{inner}{field}: {show(value)}\n" for value in values)
    head = (
        f"{indent}tensor {{\n{inner}dtype: {dtype.proto_name}\n{_shape(array.shape, inner, 'tensor_shape')}"
    )
    return f"{head}{elements}{indent}}}\n"


def _function(value: NameAttrList, indent: str) -> str:
    inner = indent + "  "
    attrs = "".join(_entry(key, value.attrs[key], inner) for key in sorted(value.attrs))
    return f"{indent}func {{\n{inner}name: {_quoted(value.name)}\n{attrs}{indent}}}\n"


_VALUES: dict[str, Callable[[Any, str], str]] = {
    "string": _string,
    "int": _int,
    "float": _float,
    "bool": _bool,
    "type": _type,
    "shape": _shape,
    "tensor": _tensor,
    "func": _function,
}


def _quoted(value: str | bytes) -> str:
    data = value.encode("utf-8") if isinstance(value, str) else value
    return f'"{data.decode("latin-1").translate(_ESCAPES)}"'


def _shortest(value: float) -> str:
    """A 32-bit float with the least digits, six or more, that read back as the same one."""
    with np.errstate(over="ignore"):
        exact = np.float32(value)
    for digits in range(6, 9):
        rounded = float(f"{exact:.{digits}g}")
        if np.float32(rounded) == exact:
            return str(rounded)
    return str(float(f"{exact:.9g}"))


_SHOWN: dict[str, Callable[[Any], str]] = {
    "string_val": _quoted,
    "tensor_content": _quoted,
    "float_val": _shortest,
    "scomplex_val": _shortest,
    "bool_val": lambda value: "true" if value else "false",
}


def _library(graph: Owner) -> str:
    """Functions are few; they are printed as messages."""
    if not graph.library:
        return ""
    functions = library_functions(graph)
    return messages.to_text(messages.GraphDef(library=messages.FunctionDefLibrary(function=functions)))
