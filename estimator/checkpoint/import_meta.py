"""A .meta file, ours or TensorFlow's, into the default graph: what a script of years ago begins with.

::

    saver = import_meta_graph("models/old/model.ckpt-3.meta")
    with Session() as session:
        saver.restore(session, "models/old/model.ckpt-3")
        session.run("train_op", {"x:0": rows, "y:0": labels})

What the operations by which TensorFlow saves and restores say of keys and variables goes into the :class:`Saver` that
is returned. They come along, and can be run by their names (``save/restore_all``), but for those of the format before
V2. Variables that are references become resources. Collections come back: variables as :class:`Variable`, tensors and
operations as themselves, what fills queues as :class:`QueueRunner`, numbers and bytes as they are.

Source
------
tf.train.import_meta_graph and export_meta_graph, TensorFlow 1.15 and 2.15; tensorflow/core/protobuf/meta_graph.proto
"""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, TypeAlias

from estimator.checkpoint.contexts import CONTEXTS, context_below
from estimator.checkpoint.graph_files import prefix_for
from estimator.checkpoint.saver import Saver
from estimator.checkpoint.saver_nodes import without_savers
from estimator.checkpoint.write_meta import VARIABLE_COLLECTIONS, WRITTEN_AS, export
from estimator.core import errors, log
from estimator.core.dtypes import DType
from estimator.core.errors import DataLossError, OpError
from estimator.core.files import read_regular
from estimator.core.frozen import frozen
from estimator.core.keywords import near_keywords_of_functions
from estimator.formats import messages
from estimator.formats.seal import is_sealed
from estimator.formats.tensors import array_from_proto
from estimator.graph.graph import Graph, get_default_graph
from estimator.graph.importer import from_graph_def
from estimator.graph.keys import GraphKeys
from estimator.graph.references import is_known, split_input, variable_behind
from estimator.graph.tensor import Operation, Tensor
from estimator.pipeline.queue_runner import QueueRunner
from estimator.variables.slice_info import SaveSliceInfo
from estimator.variables.variable import Variable
from estimator.variables.variable_def import arguments_of

Message: TypeAlias = Any  # a class made at run time

_MOST_BYTES = (1 << 31) - 1  # protobuf's own limit
# Collections of Python objects of TensorFlow's that live with its own process.
_LEFT_OUT = frozenset((GraphKeys.SAVERS,))


def import_meta_graph(
    meta_graph_or_file: Any,
    clear_devices: bool = False,
    import_scope: str | None = None,
    input_map: Mapping[str, Any] | None = None,
) -> Saver | None:
    """Add the graph of a .meta file to the default graph.

    Where the graph has a name already, the operation that is added gets ``_1``; the collections and the saver take the
    one that has the name, as in TensorFlow. So a cell of a notebook can be run twice, and the model answers under its
    names.

    Parameters
    ----------
    meta_graph_or_file : path or MetaGraphDef
        In binary or text form.
    clear_devices : bool
        Forget on which device an operation was to run; here all run on the same.
    import_scope : str, optional
        Put before all names, with a slash.
    input_map : mapping, optional
        Tensor name in the file to the tensor that takes its place.

    Returns
    -------
    Saver or None
        Of the saved variables under their keys; None if the graph has none.

    Raises
    ------
    NotFoundError
        If there is no such file.
    DataLossError
        If it is not a MetaGraphDef, contradicts itself, or differs from its checksum.
    UnimplementedError
        If the graph has ops that are not known here, and that the file does not describe; all are listed.
    """
    return imported(meta_graph_or_file, clear_devices, import_scope, input_map)[0]


def imported(
    meta_graph_or_file: Any,
    clear_devices: bool = False,
    import_scope: str | None = None,
    input_map: Mapping[str, Any] | None = None,
    *,
    is_apart: bool = False,
) -> tuple[Saver | None, str]:
    """What :func:`import_meta_graph` returns, and what it has put before all names: the scope in a form of its own.

    If `is_apart`, that stands before shared names, too: below a scope nothing shares a variable or a table with others.
    """
    meta_graph = _as_message(meta_graph_or_file)
    graph = get_default_graph()
    graph_def = messages.GraphDef()
    graph_def.CopyFrom(meta_graph.graph_def)
    del graph_def.node[:]
    graph_def.node.extend(_with_known_savers(meta_graph.graph_def.node))
    if clear_devices:
        for node in graph_def.node:
            node.device = ""
    prefix = prefix_for(graph, import_scope)
    if is_apart and prefix:
        _share_below(prefix, graph_def.node)
    taken = {op.name for op in graph.get_operations()}
    is_new = taken.isdisjoint(f"{prefix}/{node.name}" if prefix else node.name for node in graph_def.node)
    with _blamed_on(meta_graph_or_file, is_new):
        return _import(meta_graph, graph_def, graph, prefix, input_map), prefix


def _import(
    meta_graph: Message, graph_def: Message, graph: Graph, prefix: str, input_map: Mapping[str, Any] | None
) -> Saver | None:
    """Add the graph and its collections; gives the saver."""
    described = meta_graph.meta_info_def.stripped_op_list.op
    from_graph_def(graph_def, graph, name=prefix, input_map=input_map, described=described)
    names = _Names(graph, prefix)
    variables = _variables(meta_graph, names, _listed_variables(graph))
    for key in sorted(meta_graph.collection_def):
        if key not in _LEFT_OUT:
            listed = graph.get_collection_ref(key)
            kinds = (bytes,) if key in CONTEXTS else (Variable, Tensor, Operation)
            there = {item for item in listed if isinstance(item, kinds)}  # a list would be searched for each
            for item in _items(key, meta_graph.collection_def[key], names, variables):
                if isinstance(item, kinds):
                    if item in there:
                        continue
                    there.add(item)
                listed.append(item)
    saver = _saver(meta_graph, names, variables)
    if saver is not None and GraphKeys.SAVERS in meta_graph.collection_def:
        graph.add_to_collection(GraphKeys.SAVERS, saver)
    return saver


def _share_below(prefix: str, nodes: Iterable[Message]) -> None:
    for node in nodes:
        if "shared_name" in node.attr and (shared := node.attr["shared_name"].s):
            node.attr["shared_name"].s = f"{prefix}/".encode() + shared


def export_meta_graph(
    filename: str | os.PathLike[str] | None = None,
    meta_info_def: Message | None = None,
    graph_def: Message | None = None,
    saver_def: Message | None = None,
    collection_list: Iterable[str] | None = None,
    as_text: bool = False,
    graph: Graph | None = None,
    export_scope: str | None = None,
    clear_devices: bool = False,
    clear_extraneous_savers: bool = False,
    strip_default_attrs: bool = False,
    save_debug_info: bool = False,
    *,
    saver: Saver | None = None,
) -> Message:
    """A graph as a MetaGraphDef, also written to a file if a name is given.

    Parameters
    ----------
    filename : path, optional
    meta_info_def, graph_def, saver_def : message, optional
        Stand in place of what would be written.
    collection_list : iterable of str, optional
        Which collections to write; by default all that a file can hold.
    as_text : bool
        Write protobuf's text form.
    graph : Graph, optional
        By default the default graph.
    export_scope : str, optional
        Not here: a part of a graph cannot be written.
    clear_devices, strip_default_attrs : bool
        Leave out for which devices operations are, and attributes that have their defaults.
    clear_extraneous_savers, save_debug_info : bool
        Accepted: no saver has operations in the graph, and nothing is written of how the program made it.
    saver : Saver, optional
        Whose operations are written too; without one the reader makes a saver of its own.

    Raises
    ------
    OpError
        If the file cannot be written.
    UnimplementedError
        If `export_scope` is given.
    """
    messages_given = {"meta_info_def": meta_info_def, "graph_def": graph_def, "saver_def": saver_def}
    return export(
        graph or get_default_graph(), saver, filename, collection_list, as_text, export_scope=export_scope,
        clear_devices=clear_devices, strip_default_attrs=strip_default_attrs,
        given={field: message for field, message in messages_given.items() if message is not None},
    )  # fmt: skip


# -- the message -------------------------------------------------------------------------------------------------------


class _NoFile(errors.NotFoundError, OSError):
    """There is no such .meta: TensorFlow raises an IOError here alone, and scripts that may be the first catch it."""


def _as_message(given: Any) -> Message:
    if hasattr(given, "SerializeToString"):
        return messages.own("MetaGraphDef", given)
    if not isinstance(given, (str, bytes, os.PathLike)):
        raise TypeError(
            f"import_meta_graph takes a file's name or a MetaGraphDef, given: {given!r} ({type(given).__name__})."
        )
    path = os.fsdecode(given)
    try:
        data = read_regular(path, _MOST_BYTES)
    except errors.NotFoundError as error:
        near = f" There is {path + '.meta'!r}." if os.path.exists(path + ".meta") else ""
        raise _NoFile(
            f"cannot read {path!r}: No such file or directory. A graph is saved beside its checkpoint, for example "
            f"model.ckpt-200.meta.{near}"
        ) from error
    if not data:
        raise DataLossError(f"{path}: the file is empty; take the .meta of another checkpoint.")
    is_whole = is_sealed(data, path)
    try:
        message = messages.parse("MetaGraphDef", data, path)
    except DataLossError:
        if b"graph_def" not in data:
            raise
        return messages.parse_text("MetaGraphDef", data, path)
    if message.meta_info_def.tensorflow_version == WRITTEN_AS and not is_whole:
        raise DataLossError(f"{path}: the file is cut off; take the .meta of another checkpoint.")
    return message


@contextlib.contextmanager
def _blamed_on(given: Any, is_new: bool) -> Iterator[None]:
    """Say of a file which contradicts itself that it does: TensorFlow's have no checksum that tells damage."""
    try:
        yield
    except OpError:
        raise
    except ValueError as error:
        if hasattr(given, "SerializeToString") or not is_new:
            raise
        raise DataLossError(
            f"{os.fsdecode(given)}: {error} Is the file damaged? Take the .meta of another checkpoint."
        ) from error


def _with_known_savers(nodes: Sequence[Message]) -> list[Message]:
    """The nodes, or those that are no savers' if a saver has ops that are not known here."""
    others = without_savers(nodes)
    kept = {node.name for node in others}
    return list(nodes) if all(is_known(node.op) for node in nodes if node.name not in kept) else others


# -- what the file says of the graph -----------------------------------------------------------------------------------


class _Names:
    """The elements of the graph by the names that they have in the file."""

    def __init__(self, graph: Graph, prefix: str) -> None:
        self._graph = graph
        self.prefix = prefix
        self._prefix = f"{prefix}/" if prefix else ""

    def in_graph(self, name: str) -> str:
        """What is called so in the file has this name in the graph."""
        return self._prefix + name

    def element(self, name: str) -> Tensor | Operation:
        """The tensor ``x:0`` or the operation ``x``.

        Raises
        ------
        DataLossError
            If the graph has none of that name.
        """
        try:
            return self._graph.as_graph_element(self.in_graph(name))
        except KeyError as error:
            raise DataLossError(f"the file speaks of {name!r}, which its graph does not have.") from error

    def has(self, name: str) -> bool:
        """Whether the graph has it; the operations of savers may have been left out."""
        try:
            self.element(name)
        except DataLossError:
            return False
        return True


def _listed_variables(graph: Graph) -> dict[Tensor, Variable]:
    """The variables in the graph's collections, by their handles."""
    lists = (graph.get_collection(key) for key in sorted(VARIABLE_COLLECTIONS))
    return {variable.handle: variable for variables in lists for variable in variables}


def _variables(meta_graph: Message, names: _Names, known: Mapping[Tensor, Variable]) -> dict[str, Variable]:
    """Every variable of the collections, once, by the name of its operation in the file."""
    trainable = {proto.variable_name for proto in _variable_defs(meta_graph, GraphKeys.TRAINABLE_VARIABLES)}
    found: dict[str, Variable] = {}
    for key in sorted(VARIABLE_COLLECTIONS):
        for proto in _variable_defs(meta_graph, key):
            name = split_input(proto.variable_name)[0]
            if name not in found:
                found[name] = _variable(proto, names, proto.variable_name in trainable, known)
    return found


def _variable_defs(meta_graph: Message, key: str) -> list[Message]:
    if key not in meta_graph.collection_def:
        return []
    values = meta_graph.collection_def[key].bytes_list.value
    return [messages.parse("VariableDef", value, f"collection {key!r}") for value in values]


def _variable(
    proto: Message, names: _Names, is_trainable: bool, known: Mapping[Tensor, Variable]
) -> Variable:
    arguments = arguments_of(proto, names.element)
    return known.get(arguments["handle"]) or Variable.of_handle(**arguments, trainable=is_trainable)


def _items(key: str, collection: Message, names: _Names, variables: Mapping[str, Variable]) -> list[Any]:
    """The items of a collection."""
    kind = collection.WhichOneof("kind")
    if kind == "node_list":
        return [_node(name, names, variables) for name in collection.node_list.value if names.has(name)]
    if kind == "bytes_list" and key in VARIABLE_COLLECTIONS:
        protos = (messages.parse("VariableDef", value, key) for value in collection.bytes_list.value)
        return [variables[split_input(proto.variable_name)[0]] for proto in protos]
    if kind == "bytes_list" and key in CONTEXTS:
        return [context_below(key, value, names.in_graph("")) for value in collection.bytes_list.value]
    if kind == "bytes_list" and key == GraphKeys.QUEUE_RUNNERS:
        return [_queue_runner(value, names) for value in collection.bytes_list.value]
    if kind in ("bytes_list", "int64_list", "float_list"):
        return list(getattr(collection, kind).value)
    log.debug("collection %r is left out: it holds %s.", key, kind or "nothing")
    return []


def _queue_runner(value: bytes, names: _Names) -> QueueRunner:
    definition = messages.parse("QueueRunnerDef", value, GraphKeys.QUEUE_RUNNERS)
    said = (
        definition.queue_name,
        *definition.enqueue_op_name,
        definition.close_op_name,
        definition.cancel_op_name,
    )
    for name in said:
        names.element(name)  # raises if the graph has it not
    return QueueRunner.from_proto(definition, names.prefix)


def _node(name: str, names: _Names, variables: Mapping[str, Variable]) -> Any:
    element = names.element(name)
    is_handle = isinstance(element, Tensor) and element.op.type == "VarHandleOp"
    return variables.get(split_input(name)[0], element) if is_handle else element


# -- the saver ---------------------------------------------------------------------------------------------------------


@frozen
class _Saved:
    """A variable that is saved but stands in no collection: as much of it as a saver needs."""

    handle: Tensor
    dtype: DType
    save_slice_info: SaveSliceInfo | None = None


def _saver(meta_graph: Message, names: _Names, variables: Mapping[str, Variable]) -> Saver | None:
    saved: dict[str, list[Any]] = {}
    for key, spec, name in _saved_keys(meta_graph):
        handle = names.element(f"{name}:0")
        if isinstance(handle, Tensor):
            info = SaveSliceInfo.of_spec(key, spec) if spec else None
            variable = variables.get(name) or _Saved(handle, handle.op.attrs["dtype"], info)
            saved.setdefault(key, []).append(variable)
    if not saved:
        for name, variable in variables.items():
            if _is_global(meta_graph, name):
                info = variable.save_slice_info
                saved.setdefault(info.full_name if info else name, []).append(variable)
    if not saved:
        return None
    return Saver(
        saved, saver_def=_saver_def(meta_graph.saver_def, names) if meta_graph.HasField("saver_def") else None
    )


def _saver_def(in_file: Message, names: _Names) -> Message:
    result = messages.SaverDef()
    result.CopyFrom(in_file)
    result.keep_checkpoint_every_n_hours = in_file.keep_checkpoint_every_n_hours or 10000.0
    for field in ("filename_tensor_name", "save_tensor_name", "restore_op_name"):
        setattr(result, field, names.in_graph(getattr(in_file, field)))
    return result


def _is_global(meta_graph: Message, name: str) -> bool:
    protos = _variable_defs(meta_graph, GraphKeys.GLOBAL_VARIABLES)
    return any(split_input(proto.variable_name)[0] == name for proto in protos)


def _saved_keys(meta_graph: Message) -> list[tuple[str, str, str]]:
    """Checkpoint key, slice and variable name, as the saver of the file has them."""
    by_name = {node.name: node for node in meta_graph.graph_def.node}
    found = []
    for node in _save_nodes(meta_graph.saver_def.save_tensor_name, by_name):
        keys, slices = (_strings_of(node, by_name.get(split_input(text)[0])) for text in node.input[1:3])
        for key, spec, text in zip(keys, slices, node.input[3:], strict=False):
            variable = variable_behind(by_name, text)
            if variable is not None:
                found.append((key, spec, variable))
    return found


def _save_nodes(tensor_name: str, by_name: Mapping[str, Message]) -> Iterator[Message]:
    """The SaveV2 nodes, one a shard, on which what a saver gives when it has saved depends.

    The scope of their names does not tell: where a graph was loaded and is saved again, two savers share one.
    """
    waiting, seen = [split_input(tensor_name)[0]], set[str]()
    while waiting:
        name = waiting.pop()
        if name in seen or name not in by_name:
            continue
        seen.add(name)
        if by_name[name].op == "SaveV2":
            yield by_name[name]
        else:
            waiting += [split_input(text)[0] for text in reversed(by_name[name].input)]


def _strings_of(saver: Message, const: Message | None) -> list[str]:
    if const is None or const.op != "Const":
        raise DataLossError(f"the saver {saver.name!r} does not say under which keys it saves.")
    texts = array_from_proto(const.attr["value"].tensor, f"node {const.name!r}").ravel().tolist()
    return [text.decode() for text in texts]


near_keywords_of_functions(__name__)
