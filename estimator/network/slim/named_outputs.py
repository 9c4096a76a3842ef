"""Collections of outputs, in which each has the name of the layer that made it.

::

    net = fully_connected(net, 64, scope="fc1", outputs_collections="end_points")
    end_points = convert_collection_to_dict("end_points")    # {"fc1": net}
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, TypeAlias

from estimator.core.keywords import near_keywords_of_functions
from estimator.graph.graph import Graph, get_default_graph

OutputsCollections: TypeAlias = "str | Sequence[str] | None"


def collect_named_outputs(collections: OutputsCollections, alias: str, outputs: Any) -> Any:
    """The outputs, which are listed in collections under a name.

    Parameters
    ----------
    collections : str or list of str, optional
    alias : str
        The name; a last slash is dropped.
    outputs : Tensor

    Source
    ------
    tf.contrib.layers.utils.collect_named_outputs, TF 1.15
    """
    if collections:
        graph = get_default_graph()
        _aliases(graph).setdefault(outputs, []).append(alias.removesuffix("/"))
        graph.add_to_collections(collections, outputs)
    return outputs


def convert_collection_to_dict(collection: str, clear_collection: bool = False) -> dict[str, Any]:
    """The tensors of a collection, by the names of the layers that made them, or else by their own.

    Parameters
    ----------
    collection : str
    clear_collection : bool
        Whether it is emptied.

    Source
    ------
    tf.contrib.layers.utils.convert_collection_to_dict, TF 1.15
    """
    graph = get_default_graph()
    aliases = _aliases(graph)
    found = {
        alias: tensor
        for tensor in graph.get_collection(collection)
        for alias in aliases.get(tensor, [tensor.name.removesuffix(":0")])
    }
    if clear_collection:
        graph.clear_collection(collection)
    return found


def _aliases(graph: Graph) -> dict[Any, list[str]]:
    """What tensors are called by the layers that made them, as the graph keeps it."""
    kept: dict[Any, list[str]] = graph.kept_for(collect_named_outputs, dict)
    return kept


near_keywords_of_functions(__name__)
