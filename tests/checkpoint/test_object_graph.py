"""Objects, their numbers, names and keys. The graph expected here is what tf.train.Checkpoint of TensorFlow 2.15 writes."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from estimator.checkpoint.object_graph import check_trackable, nodes_of, stored_keys, to_message
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


def test_stored_keys_are_found_by_name_whatever_they_are_called() -> None:
    graph = messages.parse("TrackableObjectGraph", to_message(nodes_of(tree())), "test")
    graph.nodes[6].attributes[0].checkpoint_key = "elsewhere"
    ours = nodes_of({"new": array(), "e": {"x": array()}})
    assert stored_keys(ours, messages.to_bytes(graph), "test") == {3: "elsewhere"}


def test_a_graph_with_circles_and_wrong_numbers_ends() -> None:
    text = 'nodes { children { node_id: 0 local_name: "a" } children { node_id: 9 local_name: "b" } }'
    stored = messages.to_bytes(messages.parse_text("TrackableObjectGraph", text, "test"))
    assert stored_keys(nodes_of({"a": {"a": array()}, "b": array()}), stored, "test") == {}
    assert stored_keys(nodes_of({"a": array()}), b"", "test") == {}


@pytest.mark.parametrize(
    ("value", "advice"),
    [
        (3, r"Use a numpy array, for example np.array\(3\)"),
        ("text", "cannot be restored in place"),
        (None, "a variable, or a mapping or list of these"),
        (np.array(["a"]), "text is an object array of bytes"),
        (np.zeros(2, "datetime64[s]"), "a checkpoint cannot hold"),
        ({"deep": [1.5]}, "'x/deep/0' is 1.5"),
    ],
)
def test_what_has_no_place_to_restore_into_is_refused(value: Any, advice: str) -> None:
    with pytest.raises(TypeError, match=advice):
        check_trackable(value, "x")
