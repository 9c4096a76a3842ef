from __future__ import annotations

import numpy as np

from estimator.graph.graph import Graph
from estimator.network.slim.fully_connected import fully_connected
from estimator.network.slim.named_outputs import collect_named_outputs, convert_collection_to_dict
from estimator.network.slim.pooling import max_pool2d
from estimator.variables.scopes import variable_scope

IMAGES = np.ones((1, 4, 4, 2), np.float32)


def test_outputs_are_found_by_the_scopes_of_their_layers(graph: Graph) -> None:
    with variable_scope("net"):
        pooled = max_pool2d(IMAGES, 2, scope="pool1", outputs_collections="ends")
        first = fully_connected(pooled, 3, scope="fc1", outputs_collections=["ends"])
        second = fully_connected(first, 3, outputs_collections="ends")
    ends = convert_collection_to_dict("ends")
    assert list(ends) == ["net/pool1", "net/fc1", "net/fully_connected"]
    assert list(ends.values()) == [pooled, first, second]


def test_what_has_no_name_of_a_layer_has_its_own_and_the_collection_may_be_emptied(graph: Graph) -> None:
    x = graph.constant(1.0, name="x")
    graph.add_to_collection("ends", x)
    assert convert_collection_to_dict("ends", clear_collection=True) == {"x": x}
    assert convert_collection_to_dict("ends") == {}


def test_an_output_may_have_several_names_or_be_in_no_collection(graph: Graph) -> None:
    x = collect_named_outputs("ends", "a/", graph.constant(1.0))
    assert collect_named_outputs(["ends"], "b", x) is x
    assert collect_named_outputs(None, "c", x) is x
    assert convert_collection_to_dict("ends") == {"a": x, "b": x}
