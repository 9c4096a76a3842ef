"""Which nodes are a saver's."""

from __future__ import annotations

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
