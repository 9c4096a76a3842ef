"""What people read of a comparison; the values for programs are tried with the command."""

from __future__ import annotations

from estimator.inspection.comparison import Comparison, Side
from estimator.inspection.graphs import GraphDifference, NodeChange
from estimator.inspection.settings import ABSENT, SettingDifference
from estimator.inspection.shown_comparison import text_of, values_of
from estimator.inspection.weights import Distance, VariableDifference

FORM = ((2, 3), "float32")
A, B = Side("models/a/model.ckpt-1", 1, {}), Side("models/b/model.ckpt-2", 2, {})
WEIGHTS = (
    VariableDifference("changed", "changed", FORM, FORM, Distance(3, 0.5, 0.25, 0.75, 2)),
    VariableDifference("same", "equal", FORM, FORM),
    VariableDifference("new", "only_b", None, FORM),
    VariableDifference("bad\x1b", "unreadable", FORM, FORM, damage="it is damaged"),
)
SETTINGS = (SettingDifference("params.units", [8], ABSENT),)
GRAPH = GraphDifference(2, 1, (("x" * 200, "Const"),), (), (NodeChange("y", (("op", "Neg", "Abs"),)),))


def test_every_difference_is_told_within_the_width() -> None:
    text = text_of(Comparison(A, B, WEIGHTS, SETTINGS, GRAPH), 80)
    assert max(map(len, text.splitlines())) <= 80 and "\x1b" not in text
    for told in (
        "a: models/a/model.ckpt-1\nb: models/b/model.ckpt-2\n",
        "weights: 1 equal, 1 changed, 1 only in b, 1 unreadable",
        "  changed     3+2nan       0.5      0.25  0.750000",
        "  params.units\n    a [8]\n    b (not said)\n",
        "graph: 1 only in a, 0 only in b, 1 changed (2 and 1 nodes)",
        "  ! y\n      op\n        a Neg\n        b Abs",
    ):
        assert told in text


def test_a_side_that_says_nothing_has_no_key_for_programs() -> None:
    (setting,) = values_of(Comparison(A, B, None, SETTINGS, None))["settings"]
    assert setting == {"key": "params.units", "a": [8]}


def test_many_nodes_are_cut_for_people_alone() -> None:
    many = GraphDifference(60, 0, tuple((f"n{number}", "Const") for number in range(60)), (), ())
    found = Comparison(A, B, None, None, many, ("graph",))
    assert "and 10 more; --json tells all" in text_of(found, 80)
    assert len(values_of(found)["graph"]["only_a"]) == 60
