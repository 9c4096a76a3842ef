"""The texts of ``build.pyi`` and ``raw_ops.pyi``: every declared op as a typed function, for editors and type checkers.

The declarations decide: inputs in their order, then by name the attributes that an author may give
and ``name``. A type or number attribute that follows from the inputs may be left out, like every
attribute with a default. A raw op takes what :mod:`estimator.graph.raw` says, all of it by name. The ops live on a
floor above this one, so that the programs that print the texts are theirs::

    python -m estimator.ops > estimator/graph/build.pyi
"""

from __future__ import annotations

from collections.abc import Iterable

from estimator.graph.op import Arg, AttrDef, OpDef
from estimator.graph.raw import raw_arguments

_HEAD = '''\
"""Written by `make stub` from the declarations of the ops; do not edit."""

import typing as _t
from collections.abc import Sequence as _Sequence

from estimator.graph.op import NameAttrList as _NameAttrList
from estimator.graph.tensor import Operation as _Operation
from estimator.graph.tensor import Tensor as _Tensor

_Input: _t.TypeAlias = _t.Any  # a tensor, a variable, or what becomes a constant
_Like: _t.TypeAlias = _t.Any  # what as_dtype, as_dims or to_array take

'''

_WIDTH = 110  # the formatter's, so that it has nothing to change

_TYPES = {
    "int": "int",
    "float": "float",
    "bool": "bool",
    "string": "str | bytes",
    "func": "str | _NameAttrList",
    "type": "_Like",
    "shape": "_Like",
    "tensor": "_Like",
}


def stub_text(definitions: Iterable[OpDef]) -> str:
    """The stub of these ops, sorted by name."""
    return "".join([_HEAD, *map(_function, sorted(definitions, key=lambda definition: definition.name))])


def raw_stub_text(definitions: Iterable[OpDef]) -> str:
    """The stub of these ops as raw ops, sorted by name."""
    return "".join([_HEAD, *map(_raw_function, sorted(definitions, key=lambda definition: definition.name))])


def _function(definition: OpDef) -> str:
    inputs = [f"{arg.name}: {_input_type(arg)}" for arg in definition.inputs]
    attrs = [
        _parameter(attr.name, attr, attr.required and attr.name not in definition.implied_attrs)
        for attr in definition.attrs.values()
    ]
    return _written(definition, [*inputs, "*", *attrs])


def _raw_function(definition: OpDef) -> str:
    inputs, attrs = {arg.name: arg for arg in definition.inputs}, definition.attrs
    parameters = [
        f"{name}: {_input_type(inputs[own])}"
        if own in inputs
        else _parameter(name, attrs[own], attrs[own].required)
        for name, own in raw_arguments(definition).items()
    ]
    return _written(definition, ["*", *parameters])


def _written(definition: OpDef, parameters: list[str]) -> str:
    parameters = [*parameters, "name: str | None = ..."]
    short = f"def {definition.name}({', '.join(parameters)}) -> {_result(definition)}: ...\n"
    if len(short) <= _WIDTH + 1:
        return short
    lines = ",\n    ".join(parameters)
    return f"def {definition.name}(\n    {lines},\n) -> {_result(definition)}: ...\n"


def _input_type(arg: Arg) -> str:
    return "_Sequence[_Input]" if arg.is_list else "_Input"


def _parameter(name: str, attr: AttrDef, is_required: bool) -> str:
    kind = attr.kind
    python = f"_Sequence[{_TYPES[kind[5:-1]]}]" if kind.startswith("list(") else _TYPES[kind]
    return f"{name}: {python}{'' if is_required else ' = ...'}"


def _result(definition: OpDef) -> str:
    """What :meth:`Graph.apply` returns for an op of these outputs."""
    outputs = definition.outputs
    if not outputs:
        return "_Operation"
    if len(outputs) == 1:
        return "list[_Tensor]" if outputs[0].is_list else "_Tensor"
    if any(arg.is_list for arg in outputs):
        return "tuple[_Tensor, ...]"
    return f"tuple[{', '.join('_Tensor' for _ in outputs)}]"
