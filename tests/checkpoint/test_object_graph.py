"""Objects, their numbers, names and keys. The graph expected here is what tf.train.Checkpoint of TensorFlow 2.15 writes."""

from __future__ import annotations

from typing import Any

import numpy as np

from estimator.checkpoint.object_graph import nodes_of, to_message
from estimator.formats import messages


def array() -> Any:
    return np.zeros(2, np.float32)


def tree() -> dict[str, Any]:
    shared = array()
    inner = {"x": array(), "l": [shared, array()]}
    return {"a.b": shared, "again": shared, "c/d": array(), "e": inner, "empty": {}, "save_counter": array()}


def test_objects_are_numbered_and_keyed_as_by_tensorflow() -> None:
    graph = messages.parse("TrackableObjectGraph", to_message(nodes_of(tree())), "test")
    children = [[(each.local_name, each.node_id) for each in node.children] for node in graph.nodes]
    assert children == [
        [("a.b", 1), ("again", 1), ("c/d", 2), ("e", 3), ("empty", 4), ("save_counter", 5)],
        [], [], [("x", 6), ("l", 7)], [], [], [], [("0", 1), ("1", 8)], [],
    ]  # fmt: skip
    assert [[each.checkpoint_key for each in node.attributes] for node in graph.nodes] == [
        [],
        ["a..b/.ATTRIBUTES/VARIABLE_VALUE"],
        ["c.Sd/.ATTRIBUTES/VARIABLE_VALUE"],
        [],
        [],
        ["save_counter/.ATTRIBUTES/VARIABLE_VALUE"],
        ["e/x/.ATTRIBUTES/VARIABLE_VALUE"],
        [],
        ["e/l/1/.ATTRIBUTES/VARIABLE_VALUE"],
    ]
    assert [node.has_checkpoint_values.value for node in graph.nodes] == [True] * 4 + [False] + [True] * 4


class Fresh:
    """What tells its children in lists that are made for the purpose, as optimizers of Keras do."""

    def __init__(self, *values: Any) -> None:
        self.values = values

    def checkpoint_children(self) -> dict[str, Any]:
        return {f"list{number}": [value, 7, "text"] for number, value in enumerate(self.values)}


def test_children_that_are_made_anew_have_numbers_of_their_own_and_numbers_are_passed_over() -> None:
    nodes = nodes_of(Fresh(*(array() for _ in range(50))))
    assert [node.name for node in nodes if node.is_leaf] == [f"list{number}/0" for number in range(50)]
    assert len(nodes) == 101
