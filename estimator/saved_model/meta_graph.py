"""A graph as a SavedModel has it: with tags, signatures, assets, and the operation that a load runs.

What a signature gives must be computed by operations that other runtimes have. The iterator of a training's input is
written as Placeholders, so a signature may take what it gives, but cannot need it. Python no file can hold.

Source
------
MetaGraphDef of tensorflow/core/protobuf/meta_graph.proto, TensorFlow 2.15
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from typing import Any, TypeAlias

from estimator.checkpoint.saver import Saver
from estimator.checkpoint.write_meta import meta_graph_message
from estimator.core.errors import UsageError
from estimator.core.interface import GIT_VERSION
from estimator.formats import messages
from estimator.graph.graph import Graph
from estimator.graph.tensor import Operation, Tensor
from estimator.graph.written import LARGEST_GRAPH, WrittenNames
from estimator.saved_model import constants
from estimator.saved_model.tensor_info import named_tensor, renamed, tensor_names

Message: TypeAlias = Any  # a class made at run time

_RESERVED = (constants.INIT_OP_SIGNATURE_KEY, constants.TRAIN_OP_SIGNATURE_KEY)
_OF_PYTHON = frozenset(("PyFunc", "PyFuncStateless", "EagerPyFunc"))


class SignatureError(UsageError, AssertionError):
    """What is to be exported cannot be served; of an incomplete TensorInfo TensorFlow raises an AssertionError."""


def servable_meta_graph(
    graph: Graph,
    saver: Saver,
    tags: Iterable[str],
    signatures: Mapping[str, Message],
    main_op: Operation | None,
    assets: Iterable[Message],
) -> Message:
    """The MetaGraphDef of a graph that is served.

    Parameters
    ----------
    graph : Graph
    saver : Saver
        Whose operations a loader runs to restore the variables.
    tags : iterable of str
    signatures : mapping of str to SignatureDef
    main_op : Operation, optional
        What a load runs after it has restored the variables. Default: what the graph's collections say, if it was
        loaded itself.
    assets : iterable of AssetFileDef

    Raises
    ------
    InvalidArgumentError
        If no file can hold the graph.
    """
    message = meta_graph_message(graph, saver if saver.keys() else None, largest_constant=LARGEST_GRAPH)
    message.meta_info_def.tags.extend(tags)
    message.meta_info_def.tensorflow_git_version = GIT_VERSION
    names = WrittenNames(graph, largest_constant=LARGEST_GRAPH)
    for key, signature in signatures.items():
        message.signature_def[key].CopyFrom(_written(signature, graph, names))
    if main_op is not None:
        message.collection_def.pop(constants.LEGACY_INIT_OP_KEY, None)
        message.collection_def[constants.MAIN_OP_KEY].Clear()
        message.collection_def[constants.MAIN_OP_KEY].node_list.value.append(main_op.name)
    message.asset_file_def.extend(assets)
    return message


def _written(signature: Message, graph: Graph, names: WrittenNames) -> Message:
    """The signature with the names that its tensors have in files: Placeholders stand for what only we have."""
    result = messages.SignatureDef()
    result.CopyFrom(signature)
    for infos in (result.inputs, result.outputs):
        for info in infos.values():
            renamed(info, lambda name: names.tensor_name(graph.get_tensor_by_name(name)))
    return result


# -- whether it can be served ------------------------------------------------------------------------------------------


def check(graph: Graph, signatures: Mapping[str, Message], main_op: Operation | None) -> None:
    """Refuse signatures and a main_op that no loader could run.

    Raises
    ------
    SignatureError
        A :class:`UsageError` and AssertionError; all problems are listed.
    TypeError
        If the `main_op` is no operation.
    """
    if main_op is not None and not isinstance(main_op, Operation):
        raise TypeError(f"main_op is an Operation, such as tf.tables_initializer(); given: {main_op!r}.")
    problems = [
        problem for key, signature in signatures.items() for problem in _problems(graph, key, signature)
    ]
    if main_op is not None:
        problems += [f"the main_op {main_op.name!r} needs {_shown(op)}." for op in _only_here([main_op], ())]
    if problems:
        raise SignatureError("the SavedModel", problems)


def _problems(graph: Graph, key: str, signature: Message) -> Iterator[str]:
    if key in _RESERVED:
        yield f"the signature key {key!r} is reserved for what a load runs: use another."
        return
    inputs: dict[str, list[Tensor]] = {}
    outputs: dict[str, list[Tensor]] = {}
    for what, infos, found in (("input", signature.inputs, inputs), ("output", signature.outputs, outputs)):
        for name, info in infos.items():
            place = f"signature {key!r}, {what} {name!r}"
            try:
                found[name] = _tensors(graph, info)
            except (KeyError, ValueError) as error:
                yield f"{place}: {error}"
    fed = {tensor for tensors in inputs.values() for tensor in tensors}
    for name, tensors in outputs.items():
        wanted = [tensor.op for tensor in tensors if tensor not in fed]
        for op in _only_here(wanted, fed):
            yield f"signature {key!r}, output {name!r} needs {_shown(op)}."


def _tensors(graph: Graph, info: Message) -> list[Tensor]:
    names = tensor_names(info)
    if not info.dtype:
        raise ValueError(f"the TensorInfo of {names[0]!r} has no dtype; build_tensor_info makes whole ones.")
    return [named_tensor(graph, name) for name in names]


def _only_here(wanted: Iterable[Operation], fed: Collection[Tensor]) -> list[Operation]:
    """The operations that other runtimes do not have, among those that are needed when these tensors are given."""
    pending, seen, found = list(wanted), set[Operation](), list[Operation]()
    while pending:
        op = pending.pop()
        if op in seen:
            continue
        seen.add(op)
        if _is_only_here(op):
            found.append(op)
            continue
        pending += [tensor.op for tensor in op.inputs if tensor not in fed]
        # A file lets wait for those that are local what waits for them.
        pending += [control for control in op.control_inputs if not control.definition.local]
    return found


def _is_only_here(op: Operation) -> bool:
    if op.definition.local or op.type in _OF_PYTHON:
        return True
    return any(_is_only_here(inner) for body in op.bodies for inner in body.get_operations())


def _shown(op: Operation) -> str:
    where = f"{op.name!r} ({op.type})"
    if op.type in _OF_PYTHON:
        return f"{where}, a function of Python, which no file can hold: write it in TensorFlow's operations"
    if op.bodies:
        return f"{where}, whose body holds what no file can hold: a function of Python, or an iterator"
    return (
        f"{where}, which only this process has: give the signature what it gives as an input, or build the model on "
        "tf.placeholder"
    )
