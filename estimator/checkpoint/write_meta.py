"""The .meta file of a checkpoint: a MetaGraphDef that TensorFlow's import_meta_graph runs.

It holds the graph as files have it, the operations by which TensorFlow saves and restores the variables, and the
collections. The saver's operations are only written, in place of those that the graph may have from a file::

    save/filename/input -> save/filename -> save/Const       the file name, fed when TensorFlow saves
    save/SaveV2(save/Const, names, slices, reads...)         -> save/control_dependency
    save/RestoreV2(save/Const, names, slices)                -> save/AssignVariableOp_k -> save/restore_all

Each variable has one more read, ``save/Read_k/ReadVariableOp``, that waits for nothing: it is what is saved and what
TensorFlow shows as the variable's value. The same graph and variables give the same bytes. The file ends in a checksum
that TensorFlow does not see (:mod:`estimator.formats.seal`).

Source
------
tensorflow/core/protobuf/{meta_graph,saver}.proto, tensorflow/core/framework/variable.proto; node names as a
tf.compat.v1.train.Saver(sharded=False) of TensorFlow 2.15 makes them
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, Protocol, TypeAlias

import numpy as np

from estimator.checkpoint.saver_nodes import without_savers
from estimator.checkpoint.variables import flat, pieces
from estimator.core import dtypes
from estimator.core.errors import UnimplementedError
from estimator.formats import messages
from estimator.formats.seal import sealed
from estimator.graph.graph import Graph
from estimator.graph.graphdef import fill_graph_def, library_functions
from estimator.graph.keys import GraphKeys
from estimator.graph.tensor import Operation, Tensor
from estimator.graph.written import LARGEST_CONSTANT, Attr, WrittenNames, WrittenNode, written_nodes
from estimator.model_dir.storage import write_atomically
from estimator.variables.partitions import PartitionedVariable
from estimator.variables.variable_def import variable_def

Message: TypeAlias = Any  # a class made at run time

# import_meta_graph parses this as a version, and heeds VariableDef.trainable from 1.9 on; the rest says who wrote it.
# Files of "+estimator" alone, without a number, were written before a checksum ended them.
WRITTEN_AS = "2.15.1+estimator.2"

_MOST_KEPT = (1 << 31) - 1  # what the field holds, and nobody has more

# The collections whose variables TensorFlow writes as VariableDef; in others they are mere names.
VARIABLE_COLLECTIONS = frozenset(
    (
        GraphKeys.GLOBAL_VARIABLES,
        GraphKeys.LOCAL_VARIABLES,
        GraphKeys.METRIC_VARIABLES,
        GraphKeys.MODEL_VARIABLES,
        GraphKeys.TRAINABLE_VARIABLES,
        GraphKeys.MOVING_AVERAGE_VARIABLES,
        GraphKeys.GLOBAL_STEP,
    )
)


class SaverLike(Protocol):
    """What is written of a saver."""

    name: str | None
    max_to_keep: int | None
    keep_checkpoint_every_n_hours: float

    def keys(self) -> Mapping[str, Any]:
        """Checkpoint key to variable, sorted by key."""


def meta_graph_def(graph: Graph, saver: SaverLike, strip_default_attrs: bool = False) -> bytes:
    """The bytes of the .meta file: the same for the same graph.

    Parameters
    ----------
    graph : Graph
    saver : Saver
        Says which variables are saved, and under which keys.
    strip_default_attrs : bool
        Leave out attributes that have their defaults.
    """
    message = meta_graph_message(graph, saver)
    if strip_default_attrs:
        strip_defaults(message)
    return sealed(messages.to_bytes(message))


def meta_graph_message(
    graph: Graph,
    saver: SaverLike | None,
    collection_list: Iterable[str] | None = None,
    *,
    largest_constant: int = LARGEST_CONSTANT,
) -> Message:
    """The graph as a MetaGraphDef.

    Parameters
    ----------
    graph : Graph
    saver : Saver, optional
        Without one, the message can be imported but says nothing of checkpoints.
    collection_list : iterable of str, optional
        Which collections to write; by default all that a file can hold.
    largest_constant : int
        How many bytes a constant may take; a larger one becomes a Placeholder.
    """
    names = WrittenNames(graph, largest_constant=largest_constant)
    nodes = without_savers(written_nodes(graph, names))
    scope = _free_scope(saver, (node.name for node in nodes))
    reads = _Reads(scope)
    saving = [] if saver is None else _saving_nodes(scope, dict(saver.keys()), reads)
    collections = _collections(graph, names, reads)  # before the reads are written: it may need more of them
    result = messages.MetaGraphDef()
    result.meta_info_def.tensorflow_version = WRITTEN_AS
    result.meta_info_def.stripped_op_list.op.extend(_opaque_ops(graph))
    functions = library_functions(graph, largest_constant)
    fill_graph_def(result.graph_def, [*nodes, *reads.nodes, *saving], functions)
    if saver is not None:
        result.saver_def.CopyFrom(_saver_def(scope, saver))
    for key in collections if collection_list is None else collections.keys() & set(collection_list):
        result.collection_def[key].CopyFrom(collections[key])
    return result


def _opaque_ops(graph: Graph) -> list[Message]:
    """The ops that are not here, of the graph and of its functions, as the files that brought them describe them."""
    bodies = [function for function in graph.library.values() if hasattr(function, "get_operations")]
    found = {
        op.type: op.definition.opaque
        for owner in (graph, *bodies)
        for op in owner.get_operations()
        if op.definition.opaque is not None
    }
    return [found[name] for name in sorted(found)]


def saver_def(graph: Graph, saver: SaverLike) -> Message:
    """What a file would say of the saver: the names of its operations there, and which checkpoints it keeps."""
    return _saver_def(_free_scope(saver, (node.name for node in without_savers(written_nodes(graph)))), saver)


def export(
    graph: Graph,
    saver: SaverLike | None,
    filename: str | os.PathLike[str] | None,
    collection_list: Iterable[str] | None = None,
    as_text: bool = False,
    *,
    export_scope: str | None = None,
    clear_devices: bool = False,
    strip_default_attrs: bool = False,
    given: Mapping[str, Message] | None = None,
) -> Message:
    """The graph as a MetaGraphDef, also written to a file if a name is given.

    Parameters
    ----------
    graph : Graph
    saver : Saver, optional
    filename : path, optional
    collection_list : iterable of str, optional
    as_text : bool
        Write protobuf's text form.
    export_scope : str, optional
        Refused.
    clear_devices, strip_default_attrs : bool
        Leave out for which devices operations are, and attributes that have their defaults.
    given : mapping, optional
        Messages that stand in place of fields of the MetaGraphDef.

    Raises
    ------
    OpError
        If the file cannot be written.
    UnimplementedError
        If a scope is given.
    """
    if export_scope:
        raise UnimplementedError(
            f"export_scope={export_scope!r}: a part of a graph cannot be written here. Export the whole graph, or "
            "build that part alone in a graph of its own."
        )
    message = meta_graph_message(graph, saver, collection_list)
    for field, part in (given or {}).items():
        getattr(message, field).CopyFrom(part)
    if clear_devices:
        forget_devices(message)
    if strip_default_attrs:
        strip_defaults(message)
    if filename is not None:
        data = messages.to_text(message).encode() if as_text else sealed(messages.to_bytes(message))
        write_atomically(filename, data)
    return message


def _all_nodes(graph_def: Message) -> Iterator[Message]:
    """The nodes of the graph and of its functions."""
    yield from graph_def.node
    for function in graph_def.library.function:
        yield from function.node_def


def forget_devices(meta_graph: Message) -> None:
    """Leave out for which devices operations are."""
    for node in _all_nodes(meta_graph.graph_def):
        node.ClearField("device")


def strip_defaults(meta_graph: Message) -> None:
    """Leave out attributes that have their defaults: who reads the file puts in those of its own time."""
    from estimator.graph.op_messages import default_attrs

    defaults: dict[str, dict[str, Message]] = {}
    for node in _all_nodes(meta_graph.graph_def):
        if node.op not in defaults:
            defaults[node.op] = default_attrs(node.op)
        for key, default in defaults[node.op].items():
            if key in node.attr and node.attr[key] == default:
                del node.attr[key]
    meta_graph.meta_info_def.stripped_default_attrs = True


# -- the saver's operations --------------------------------------------------------------------------------------------


def _free_scope(saver: SaverLike | None, names: Iterable[str]) -> str:
    """The saver's name, by default ``save``; with a number, ``save_1``, if the graph uses that name itself."""
    base = (saver.name if saver is not None else None) or "save"
    taken = {"/".join(name.lower().split("/")[: base.count("/") + 1]) for name in names}
    number = 0
    while (scope := _numbered(base, number)).lower() in taken:
        number += 1
    return scope


class _Reads:
    """One read for each variable, made when it is first asked for."""

    def __init__(self, scope: str) -> None:
        self._scope = scope
        self._of: dict[str, str] = {}
        self.nodes: list[WrittenNode] = []

    def of(self, variable: Any) -> str:
        """The name of the node that reads the variable."""
        handle: Operation = variable.handle.op
        if handle.name not in self._of:
            name = f"{_numbered(f'{self._scope}/Read', len(self._of))}/ReadVariableOp"
            attrs = {"dtype": Attr("type", variable.dtype)}
            self.nodes.append(WrittenNode(name, "ReadVariableOp", (handle.name,), attrs))
            self._of[handle.name] = name
        return self._of[handle.name]


def _numbered(name: str, number: int) -> str:
    return f"{name}_{number}" if number else name


def _saving_nodes(scope: str, keys: Mapping[str, Any], reads: _Reads) -> list[WrittenNode]:
    prefix = f"{scope}/Const"
    variables = flat(keys.values())
    types = {"dtypes": Attr("list(type)", [variable.dtype for variable in variables])}
    saved = (*_names_and_slices(f"{scope}/SaveV2", keys), *_names_and_slices(f"{scope}/RestoreV2", keys))
    inputs = [node.name for node in saved]
    values = (reads.of(variable) for variable in variables)
    restored, assigned = f"{scope}/RestoreV2", []
    for number, variable in enumerate(variables):
        name = _numbered(f"{scope}/AssignVariableOp", number)
        attrs = {"dtype": Attr("type", variable.dtype), "validate_shape": Attr("bool", False)}
        value = f"{restored}:{number}" if number else restored
        assigned.append(WrittenNode(name, "AssignVariableOp", (variable.handle.op.name, value), attrs))
    return [
        *_file_name(scope),
        *saved,
        WrittenNode(f"{scope}/SaveV2", "SaveV2", (prefix, *inputs[:2], *values), types),
        WrittenNode(
            f"{scope}/control_dependency",
            "Identity",
            (prefix, f"^{scope}/SaveV2"),
            {"T": Attr("type", dtypes.string)},
        ),
        WrittenNode(restored, "RestoreV2", (prefix, *inputs[2:]), types),
        *assigned,
        WrittenNode(f"{scope}/restore_all", "NoOp", tuple(f"^{node.name}" for node in assigned)),
    ]


def _file_name(scope: str) -> list[WrittenNode]:
    """The name of the checkpoint: ``model`` unless it is fed, as TensorFlow always does."""
    attrs = {"dtype": Attr("type", dtypes.string), "shape": Attr("shape", ())}
    return [
        _strings(f"{scope}/filename/input", np.array(b"model", object)),
        WrittenNode(f"{scope}/filename", "PlaceholderWithDefault", (f"{scope}/filename/input",), attrs),
        WrittenNode(f"{scope}/Const", "PlaceholderWithDefault", (f"{scope}/filename",), attrs),
    ]


def _names_and_slices(op_name: str, keys: Mapping[str, Any]) -> tuple[WrittenNode, WrittenNode]:
    """One name for each variable: the parts of one have the same, and say which slice of it they are."""
    rows = [(key, variable, extents) for key, saved in keys.items() for variable, extents in pieces(saved)]
    names = [key.encode() for key, _, _ in rows]
    slices = [
        b"" if extents is None else variable.save_slice_info.spec.encode() for _, variable, extents in rows
    ]
    return (
        _strings(f"{op_name}/tensor_names", np.array(names, object)),
        _strings(f"{op_name}/shape_and_slices", np.array(slices, object)),
    )


def _strings(name: str, value: np.ndarray[Any, Any]) -> WrittenNode:
    attrs = {"dtype": Attr("type", dtypes.string), "value": Attr("tensor", (value, dtypes.string))}
    return WrittenNode(name, "Const", (), attrs)


def _saver_def(scope: str, saver: SaverLike) -> Message:
    return messages.SaverDef(
        filename_tensor_name=f"{scope}/Const:0",
        save_tensor_name=f"{scope}/control_dependency:0",
        restore_op_name=f"{scope}/restore_all",
        max_to_keep=min(saver.max_to_keep or 0, _MOST_KEPT),
        keep_checkpoint_every_n_hours=saver.keep_checkpoint_every_n_hours,
        version="V2",
    )


# -- collections -------------------------------------------------------------------------------------------------------


def _collections(graph: Graph, names: WrittenNames, reads: _Reads) -> dict[str, Message]:
    """The collections that a file can hold: of variables, tensors and operations, bytes, or numbers."""
    found = {}
    for key in sorted(graph.get_all_collection_keys()):
        collection = _collection(key, graph.get_collection(key), names, reads)
        if collection is not None:
            found[key] = collection
    return found


def _collection(key: str, items: Sequence[Any], names: WrittenNames, reads: _Reads) -> Message | None:
    result = messages.CollectionDef()
    if key in VARIABLE_COLLECTIONS and all(hasattr(item, "handle") for item in items):
        described = (variable_def(item, f"{reads.of(item)}:0", names.tensor_name) for item in items)
        result.bytes_list.value.extend(map(messages.to_bytes, described))
    elif all(hasattr(item, "enqueue_ops") for item in items):  # queue runners, ours or another's
        result.bytes_list.value.extend(messages.to_bytes(item.to_proto()) for item in items)
    elif all(map(_is_node, items)):
        result.node_list.value.extend(filter(None, (_node_name(item, names) for item in items)))
    elif all(isinstance(item, (str, bytes)) for item in items):
        result.bytes_list.value.extend(item.encode() if isinstance(item, str) else item for item in items)
    elif all(isinstance(item, int) for item in items):
        result.int64_list.value.extend(items)
    elif all(isinstance(item, float) for item in items):
        result.float_list.value.extend(items)
    else:
        return None  # savers, scaffolds, hooks: Python objects that live with the process
    return result


def _is_node(item: Any) -> bool:
    """Whether one name stands for it in a file: not for a variable in parts, which would have to be joined first."""
    if isinstance(item, PartitionedVariable):
        return False
    return isinstance(item, (Tensor, Operation)) or hasattr(item, "as_graph_element")


def _node_name(item: Any, names: WrittenNames) -> str | None:
    """``"x:0"`` of a tensor or variable, ``"x"`` of an operation; None for one that is not written."""
    element = item.as_graph_element() if hasattr(item, "as_graph_element") else item
    if isinstance(element, Tensor):
        return names.tensor_name(element)
    return None if element.definition.is_left_out else str(element.name)
