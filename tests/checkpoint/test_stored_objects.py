"""Which value of a checkpoint is which object's."""

from __future__ import annotations

from typing import Any

import numpy as np

from estimator.checkpoint.object_graph import nodes_of, to_message
from estimator.checkpoint.stored_objects import Graphed, Named
from estimator.formats import messages


def array() -> Any:
    return np.zeros(2, np.float32)


def graph_of(root: Any) -> Any:
    return messages.parse("TrackableObjectGraph", to_message(nodes_of(root)), "test")


def keys(stored: Any, root: Any) -> dict[str, str | None]:
    """The path of each leaf to the key that is found for it."""
    found = {id(match.value): match.key for match in stored.matches([(root, 0)])}
    return {
        node.name: found[id(node.value)]
        for node in nodes_of(root)
        if node.is_leaf and id(node.value) in found
    }


def test_values_are_found_by_name_whatever_their_keys_are_called() -> None:
    graph = graph_of({"e": {"x": array(), "l": [array()]}, "b": array()})
    number = next(node for node in graph.nodes[0].children if node.local_name == "e").node_id
    inner = next(node for node in graph.nodes[number].children if node.local_name == "x").node_id
    graph.nodes[inner].attributes[0].checkpoint_key = "elsewhere"
    assert keys(Graphed(graph.nodes), {"new": array(), "e": {"x": array()}}) == {"e/x": "elsewhere"}


def test_an_object_with_two_places_is_the_nearer_one() -> None:
    stored = Graphed(graph_of({"deep": {"er": array()}, "flat": array()}).nodes)
    shared = array()
    assert keys(stored, {"deep": {"er": shared}, "flat": shared}) == {
        "flat": "flat/.ATTRIBUTES/VARIABLE_VALUE"
    }


def test_a_graph_with_circles_and_wrong_numbers_ends() -> None:
    text = 'nodes { children { node_id: 0 local_name: "a" } children { node_id: 9 local_name: "b" } }'
    stored = Graphed(messages.parse_text("TrackableObjectGraph", text, "test").nodes)
    assert keys(stored, {"a": {"a": array()}, "b": array()}) == {"a/a": None}  # the root has no value
    assert keys(Graphed([]), {"a": array()}) == {}


def test_a_search_goes_on_from_any_object_that_is_known() -> None:
    model: dict[str, Any] = {"inner": {}}
    stored = Graphed(graph_of({"inner": {"w": array()}}).nodes)
    numbers = {id(match.value): match.number for match in stored.matches([(model, 0)])}
    model["inner"]["w"] = array()
    later = stored.matches([(model["inner"], numbers[id(model["inner"])])])
    assert [match.key for match in later] == [None, "inner/w/.ATTRIBUTES/VARIABLE_VALUE"]


class Renamed:
    """An optimizer whose values had other names, and its slot another place."""

    def __init__(self, variable: Any) -> None:
        self.count, self.slot, self.variable = array(), array(), variable

    def checkpoint_children(self) -> dict[str, Any]:
        return {"count": self.count, "slots": [self.slot]}

    def checkpoint_children_before(self) -> dict[str, Any]:
        return {"iter": self.count}

    def checkpoint_slots_before(self) -> list[tuple[Any, str, Any]]:
        return [(self.variable, "m", self.slot)]


class Former(Renamed):
    """The same as it was."""

    def checkpoint_children(self) -> dict[str, Any]:
        return self.checkpoint_children_before()

    def checkpoint_slots(self) -> list[tuple[Any, str, Any]]:
        return self.checkpoint_slots_before()


def test_values_are_found_under_the_names_that_they_had_before() -> None:
    end = ".ATTRIBUTES/VARIABLE_VALUE"
    w = array()
    stored = Graphed(graph_of({"w": w, "optimizer": Former(w)}).nodes)
    assert keys(stored, {"w": w, "optimizer": Renamed(w)}) == {
        "w": f"w/{end}",
        "optimizer/count": f"optimizer/iter/{end}",
        "optimizer/slots/0": f"w/.OPTIMIZER_SLOT/optimizer/m/{end}",
    }


def test_plain_names_are_paths_of_arrays() -> None:
    assert keys(Named(["model/w", "b"]), {"model": {"w": array()}, "c": array()}) == {
        "model/w": "model/w",
        "c": None,
    }
