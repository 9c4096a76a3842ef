"""What a FunctionDef message says: which functions call which, and the nodes of one as a GraphDef has them.

The nodes of a function name their inputs otherwise than those of a graph: ``x`` is the argument of that name,
``split:output:1`` the second tensor of the output argument ``output``. :func:`plain_nodes` writes ``x`` and
``split:1``, so that one reader reads both.

Source
------
tensorflow/core/framework/function.proto of TensorFlow 2.15
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, TypeAlias

from estimator.core.dtypes import DType, as_dtype
from estimator.core.errors import DataLossError, UnimplementedError
from estimator.core.shapes import Dims
from estimator.formats import messages
from estimator.formats.tensors import dims_from_proto
from estimator.graph.op import OPS, Arg, OpDef
from estimator.graph.opaque import definition_of

Message: TypeAlias = Any  # a class made at run time


def called_functions(nodes: Iterable[Message], library: Message) -> list[Message]:
    """The FunctionDefs that the nodes call, and those that these call: each behind what it calls.

    Raises
    ------
    DataLossError
        If one is not there, or calls itself.
    """
    by_name = {function.signature.name: function for function in library.function}
    reached: dict[str, Message] = {}
    waiting = _calls(nodes)
    while waiting:
        name, node = waiting.popitem()
        if name not in by_name:
            raise DataLossError(
                f"the node {node!r} calls the function {name!r}, which is not in the library."
            )
        if name not in reached:
            reached[name] = by_name[name]
            waiting |= _calls(by_name[name].node_def)
    return in_order(reached, lambda function: list(_calls(function.node_def)), "function")


def _calls(nodes: Iterable[Message]) -> dict[str, str]:
    """The names of the functions that the nodes call, to that of a node that does."""
    known = [(node, OPS.get(node.op)) for node in nodes if node.op in OPS]
    return {
        function.name: node.name
        for node, definition in known
        for attr in definition.function_attrs
        if attr in node.attr
        for function in _functions_of(node.attr[attr])
    }


def _functions_of(attr: Message) -> Sequence[Message]:
    """The NameAttrLists of an attribute that names one function or several."""
    return attr.list.func if attr.WhichOneof("value") == "list" else [attr.func]


def argument_specs(function: Message) -> list[tuple[DType, Dims]]:
    """The type and shape of each argument.

    Raises
    ------
    UnimplementedError
        If the function takes different types at different calls.
    """
    specs = []
    for position, arg in enumerate(function.signature.input_arg):
        if not arg.type:
            raise UnimplementedError(
                f"the function {function.signature.name!r} takes {arg.name!r} in any type; only functions of fixed "
                "types are known here."
            )
        noted = function.arg_attr[position].attr if position in function.arg_attr else {}
        shapes = noted["_output_shapes"].list.shape if "_output_shapes" in noted else []
        specs.append((as_dtype(arg.type), dims_from_proto(shapes[0]) if len(shapes) == 1 else None))
    return specs


def noted_variables(function: Message) -> dict[str, tuple[DType, Dims]]:
    """Of the arguments that are handles of variables, and of which the function says so: their types and shapes."""
    return {
        arg.name: (as_dtype(arg.handle_data[0].dtype), dims_from_proto(arg.handle_data[0].shape))
        for arg in function.signature.input_arg
        if len(arg.handle_data) == 1
    }


def plain_nodes(
    function: Message, opaque: Mapping[str, OpDef] | None = None
) -> tuple[list[Message], list[str]]:
    """The nodes of a function as a GraphDef has them, and its results as inputs of such nodes.

    Parameters
    ----------
    function : FunctionDef
    opaque : mapping, optional
        Declarations of ops that are not here, by their names.

    Raises
    ------
    DataLossError
        If it names an input that it does not have, or lacks a result.
    """
    references = _References(function, opaque or {})
    nodes = []
    for node in function.node_def:
        made = messages.NodeDef()
        made.CopyFrom(node)
        del made.input[:]
        made.input.extend(
            references.plain(node.name, text) for text in node.input if not references.is_idle(text)
        )
        nodes.append(made)
    name = function.signature.name
    absent = [arg.name for arg in function.signature.output_arg if arg.name not in function.ret]
    if absent:
        raise DataLossError(f"the function {name!r} does not say what it returns as {absent[0]!r}.")
    return nodes, [references.plain(name, function.ret[arg.name]) for arg in function.signature.output_arg]


class _References:
    """How the nodes of one function name their inputs."""

    def __init__(self, function: Message, opaque: Mapping[str, OpDef]) -> None:
        self._opaque = opaque
        self._arguments = {arg.name for arg in function.signature.input_arg}
        self._nodes = {node.name: node for node in function.node_def}

    def is_idle(self, text: str) -> bool:
        """Whether it only waits for an argument, which is there from the start."""
        return text.startswith("^") and text[1:] in self._arguments

    def plain(self, user: str, text: str) -> str:
        """``"split:output:1"`` as ``"split:1"``."""
        name, colon, rest = text.partition(":")
        if text.startswith("^") or name in self._arguments:
            return text
        output, _, index = rest.partition(":")
        node = self._nodes.get(name)
        if node is None or not (node.op in OPS or node.op in self._opaque) or not index.isdigit():
            raise DataLossError(f"{user!r} takes {text!r}, which nothing in its function gives.")
        start = 0
        for arg in definition_of(node.op, self._opaque).outputs:
            if arg.name == output:
                return f"{name}:{start + int(index)}"
            start += size_in(node, arg)
        raise DataLossError(f"{user!r} takes {text!r}, but {node.op} has no output {output!r}.")


def size_in(node: Message, arg: Arg) -> int:
    """How many tensors an argument is in a node; 1 where the node does not say."""
    if arg.list_attr and arg.list_attr in node.attr:
        return len(node.attr[arg.list_attr].list.type)
    return int(node.attr[arg.number_attr].i) if arg.number_attr and arg.number_attr in node.attr else 1


def in_order(
    by_name: Mapping[str, Message], waits_for: Callable[[Message], Sequence[str]], kind: str
) -> list[Message]:
    """The nodes or functions, each after those it needs, otherwise as they stand; no recursion, for graphs are deep.

    Raises
    ------
    DataLossError
        If one is not there, or needs itself; `kind` says what they are.
    """
    ordered: list[Message] = []
    is_done: dict[str, bool] = {}  # False while what it needs is being visited
    for start in by_name:
        stack = [start]
        while stack:
            name = stack[-1]
            if is_done.get(name):
                stack.pop()
                continue
            waiting = [needed for needed in waits_for(by_name[name]) if not is_done.get(needed)]
            _check_needed(name, waiting, by_name, name in is_done, kind)
            is_done[name] = not waiting
            if waiting:
                stack += reversed(waiting)
            else:
                ordered.append(by_name[name])
                stack.pop()
    return ordered


def _check_needed(
    name: str, waiting: Sequence[str], by_name: Mapping[str, Message], is_visited: bool, kind: str
) -> None:
    for needed in waiting:
        if needed not in by_name:
            raise DataLossError(
                f"the {kind} {name!r} takes {needed!r}, but the GraphDef has no {kind} of that name."
            )
    if is_visited and waiting:
        raise DataLossError(f"the {kind} {name!r} depends on itself, by way of {waiting[0]!r}.")
