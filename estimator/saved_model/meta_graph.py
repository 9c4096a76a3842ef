"""A graph as a SavedModel has it: with tags, signatures, assets, and the operation that a load runs.

Source
------
MetaGraphDef of tensorflow/core/protobuf/meta_graph.proto, TensorFlow 2.15
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, TypeAlias

from estimator.checkpoint.saver import Saver
from estimator.checkpoint.write_meta import meta_graph_message
from estimator.core.interface import GIT_VERSION
from estimator.formats import messages
from estimator.graph.graph import Graph
from estimator.graph.tensor import Operation
from estimator.graph.written import LARGEST_GRAPH, WrittenNames
from estimator.saved_model import constants
from estimator.saved_model.tensor_info import renamed

Message: TypeAlias = Any  # a class made at run time


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
    _add_assets(message, assets)
    return message


def _add_assets(message: Message, assets: Iterable[Message]) -> None:
    """Say which files constants name, in the field and, for what is older than TensorFlow 1.14, in a collection."""
    for asset in assets:
        message.asset_file_def.append(asset)
        packed = message.collection_def[constants.ASSETS_KEY].any_list.value.add()
        packed.type_url = "type.googleapis.com/tensorflow.AssetFileDef"
        packed.value = asset.SerializeToString()


def _written(signature: Message, graph: Graph, names: WrittenNames) -> Message:
    """The signature with the names that its tensors have in files: Placeholders stand for what only we have."""
    result = messages.SignatureDef()
    result.CopyFrom(signature)
    for infos in (result.inputs, result.outputs):
        for info in infos.values():
            renamed(info, lambda name: names.tensor_name(graph.get_tensor_by_name(name)))
    return result
