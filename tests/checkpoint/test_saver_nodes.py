"""Which nodes are a saver's."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import pytest

from estimator.checkpoint.saver_nodes import without_savers
from estimator.formats import messages


def test_only_what_savers_need_is_left_out() -> None:
    text = """
        node { name: "w" op: "VarHandleOp" } node { name: "save/keep" op: "NoOp" }
        node { name: "save/Const" op: "Const" } node { name: "save/names" op: "Const" }
        node { name: "save/SaveV2" op: "SaveV2" input: "save/Const" input: "save/names" input: "w" }
        node { name: "save/done" op: "Identity" input: "save/Const" input: "^save/SaveV2" }
        node { name: "other" op: "Identity" input: "w" }
    """
    nodes = messages.parse_text("GraphDef", text, "test").node
    assert [node.name for node in without_savers(nodes)] == ["w", "save/keep", "other"]


def test_a_circle_of_nodes_is_followed_once() -> None:
    text = """
        node { name: "w" op: "VarHandleOp" } node { name: "save/Const" op: "Const" }
        node { name: "save/SaveV2" op: "SaveV2" input: "save/Const" input: "w" }
        node { name: "head" op: "Merge" input: "w" input: "next" } node { name: "next" op: "NextIteration" input: "head" }
    """
    nodes = messages.parse_text("GraphDef", text, "test").node
    assert [node.name for node in without_savers(nodes)] == ["w", "head", "next"]


class Unasked(NamedTuple):
    """A node whose inputs nobody may ask for."""

    name: str
    op: str

    @property
    def input(self) -> Sequence[str]:
        raise AssertionError(f"the inputs of {self.name!r} were asked for.")


def test_a_graph_without_savers_is_left_as_it_is_and_not_followed() -> None:
    nodes = [Unasked("w", "VarHandleOp"), Unasked("read", "ReadVariableOp")]
    assert without_savers(nodes) == nodes
    with pytest.raises(AssertionError, match="'w'"):
        without_savers([*nodes, Unasked("save/SaveV2", "SaveV2")])
