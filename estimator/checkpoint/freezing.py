"""GraphDefs cut down to what gives some results, with values instead of variables: tf.graph_util.

Source
------
tf.graph_util, TF 1.15 framework/graph_util_impl.py
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from typing import Any

from estimator.core.keywords import near_keywords_of_functions
from estimator.core.log import logger
from estimator.core.registry import did_you_mean
from estimator.formats import messages
from estimator.functions.protos import make_tensor_proto

_HANDLES = frozenset(["VarHandleOp"])
_VARIABLES = frozenset(["VarHandleOp", "Variable", "VariableV2"])
_PASSED_ON = frozenset(["Identity", "CheckNumerics"])


def extract_sub_graph(graph_def: Any, dest_nodes: Sequence[str]) -> Any:
    """The part of a GraphDef that some of its nodes need.

    Parameters
    ----------
    graph_def : GraphDef
        The whole.
    dest_nodes : sequence of str
        The names of the nodes.

    Raises
    ------
    TypeError
        If it is no GraphDef, or the names are one text.
    ValueError
        If nodes are not there.
    """
    if isinstance(dest_nodes, str):
        raise TypeError(f"dest_nodes must be a list of names, given: {dest_nodes!r}; write [{dest_nodes!r}].")
    nodes = {node.name: node for node in _nodes(graph_def)}
    missing = [name for name in dest_nodes if name not in nodes]
    if missing:
        hints = "".join(did_you_mean(name, nodes) for name in missing)
        raise ValueError(f"not in the graph: {', '.join(map(repr, missing))}.{hints}")
    needed, waiting = set(), list(dest_nodes)
    while waiting:
        name = waiting.pop()
        if name not in needed:
            needed.add(name)
            waiting += map(_node_name, nodes[name].input)
    return _like(graph_def, (node for node in graph_def.node if node.name in needed))


def convert_variables_to_constants(
    sess: Any,
    input_graph_def: Any,
    output_node_names: Sequence[str],
    variable_names_whitelist: Collection[str] | None = None,
    variable_names_blacklist: Collection[str] | None = None,
) -> Any:
    """The part of a GraphDef that gives some results, with the present values of variables as constants.

    Parameters
    ----------
    sess : Session
        Where the variables have values.
    input_graph_def : GraphDef
        The session's graph: ``sess.graph.as_graph_def()``.
    output_node_names : sequence of str
        The nodes that give the results.
    variable_names_whitelist : collection of str, optional
        The variables to replace. Default: all.
    variable_names_blacklist : collection of str, optional
        Variables to leave.

    Raises
    ------
    TypeError, ValueError
        As :func:`extract_sub_graph`; or if a variable is used by something else than reads and lookups, such as a
        branch or loop.
    FailedPreconditionError
        If a variable has no value.
    """
    part = extract_sub_graph(input_graph_def, output_node_names)
    names = [node.name for node in part.node if node.op in _VARIABLES]
    wanted = [
        name
        for name in names
        if (variable_names_whitelist is None or name in variable_names_whitelist)
        and name not in (variable_names_blacklist or ())
    ]
    _check_uses(part, wanted)
    values = dict(zip(wanted, sess.run([f"{name}:0" for name in wanted])))
    logger.info("%d variables became constants.", len(values))
    return _like(part, (new for node in part.node for new in _frozen(node, values)))


def _check_uses(part: Any, names: Iterable[str]) -> None:
    """Raise ValueError if a handle goes where no constant can."""
    handles = {node.name for node in part.node if node.op in _HANDLES}.intersection(names)
    others = [
        f"{node.name!r} ({node.op}) uses {source!r}"
        for node in part.node
        if node.op not in ("ReadVariableOp", "ResourceGather")
        for source in map(_node_name, node.input)
        if source in handles
    ]
    if others:
        raise ValueError(
            f"variables that are used by other operations than reads and lookups cannot become constants: "
            f"{'; '.join(others)}. Read them outside of branches and loops, or put them on the blacklist."
        )


def _frozen(node: Any, values: dict[str, Any]) -> list[Any]:
    """What stands for a node: constants for variables, what passes them on for reads, lookups in constants."""
    source = _node_name(node.input[0]) if node.input else ""
    if node.name in values:
        return [_constant(node.name, values[node.name], node.attr["dtype"].type)]
    if node.op == "ReadVariableOp" and source in values:
        new = messages.NodeDef(name=node.name, op="Identity", input=node.input, device=node.device)
        new.attr["T"].type = node.attr["dtype"].type
        return [new]
    if node.op == "ResourceGather" and source in values:
        axis = f"{node.name}/axis"
        inputs = [*node.input[:2], axis, *node.input[2:]]
        new = messages.NodeDef(name=node.name, op="GatherV2", input=inputs, device=node.device)
        new.attr["Tparams"].type = node.attr["dtype"].type
        new.attr["Tindices"].type = node.attr["Tindices"].type
        new.attr["Taxis"].type = messages.DataType.Value("DT_INT32")
        new.attr["batch_dims"].i = node.attr["batch_dims"].i
        return [_constant(axis, 0, messages.DataType.Value("DT_INT32")), new]
    return [node]


def _constant(name: str, value: Any, kind: int) -> Any:
    node = messages.NodeDef(name=name, op="Const")
    node.attr["dtype"].type = kind
    node.attr["value"].tensor.CopyFrom(make_tensor_proto(value, dtype=kind))
    return node


def remove_training_nodes(input_graph: Any, protected_nodes: Collection[str] | None = None) -> Any:
    """A GraphDef without the nodes that only pass a value on: Identity and CheckNumerics.

    Those that wait for others, that others wait for or are placed by, and protected ones stay.

    Parameters
    ----------
    input_graph : GraphDef
        The whole.
    protected_nodes : collection of str, optional
        The names of nodes that stay.

    Raises
    ------
    TypeError
        If it is no GraphDef.
    """
    stay = set(protected_nodes or ())
    for node in _nodes(input_graph):
        waits_for = {name[1:] for name in node.input if name.startswith("^")}
        stay |= waits_for | ({node.name} if waits_for else set())
        places = node.attr["_class"].list.s if "_class" in node.attr else ()
        stay |= {place.decode().removeprefix("loc:@") for place in places}
    passed = {
        node.name: node.input[0]
        for node in input_graph.node
        if node.op in _PASSED_ON and node.name not in stay
    }
    kept = [_copy(node) for node in input_graph.node if node.name not in passed]
    for node in kept:
        node.input[:] = [_source(name, passed) for name in node.input]
    return _like(input_graph, kept)


def _source(name: str, passed: dict[str, str]) -> str:
    """The input at the beginning of a chain of nodes that pass it on."""
    while (tensor := name.removesuffix(":0")) in passed:
        name = passed[tensor]
    return name


def _node_name(text: str) -> str:
    """The node of an input: ``^a`` and ``a:1`` are of ``a``."""
    return text.removeprefix("^").partition(":")[0]


def _nodes(graph_def: Any) -> Any:
    if not hasattr(graph_def, "node") or not hasattr(graph_def, "versions"):
        raise TypeError(
            f"expected a GraphDef, given: {type(graph_def).__name__}; write graph.as_graph_def() for a graph."
        )
    return graph_def.node


def _copy(node: Any) -> Any:
    new = type(node)()
    new.CopyFrom(node)
    return new


def _like(graph_def: Any, nodes: Iterable[Any]) -> Any:
    """A GraphDef of other nodes, with the library and versions of this one."""
    new = type(graph_def)(node=nodes, library=graph_def.library, versions=graph_def.versions)
    return new


near_keywords_of_functions(__name__)
