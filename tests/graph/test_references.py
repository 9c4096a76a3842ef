"""Variables as references become resources: every name keeps its meaning."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from estimator.core.errors import DataLossError, OutOfRangeError
from estimator.formats import messages
from estimator.graph.graph import Graph
from estimator.graph.importer import from_graph_def
from estimator.graph.references import without_references
from estimator.runtime.session import Session

FLOAT = 'attr { key: "%s" value { type: DT_FLOAT } }'


def node(name: str, op: str, *inputs: str, type_attr: str = "T", more: str = "") -> str:
    listed = " ".join(f'input: "{each}"' for each in inputs)
    return f'node {{ name: "{name}" op: "{op}" {listed} {FLOAT % type_attr} {more} }}'


def const(name: str, value: float) -> str:
    tensor = f"tensor {{ dtype: DT_FLOAT tensor_shape {{}} float_val: {value} }}"
    return node(name, "Const", type_attr="dtype", more=f'attr {{ key: "value" value {{ {tensor} }} }}')


SCALAR = 'attr { key: "shape" value { shape {} } }'
W = (
    node("w", "VariableV2", type_attr="dtype", more=SCALAR)
    + const("five", 5)
    + const("two", 2)
    + node("w/Assign", "Assign", "w", "five")
    + node("w/read", "Identity", "w")
)


def run(text: str, *fetches: Any, name: str = "", feed: Any = None) -> list[Any]:
    """What each set of fetches gives, one run after another, when w has been initialised with 5."""
    graph = Graph()
    from_graph_def(messages.parse_text("GraphDef", W + text, "test"), graph, name=name)
    with Session(graph=graph) as session:
        session.run(f"{name}/w/Assign" if name else "w/Assign")
        return [session.run(each, feed) for each in fetches]


def test_the_variable_and_its_read_keep_their_names() -> None:
    assert run("", "w:0", "w/read:0") == [5.0, 5.0]


def test_an_assignment_hands_on_the_new_value() -> None:
    assert run(node("up", "AssignAdd", "w", "two"), "up:0", "up", "w:0") == [7.0, None, 9.0]
    assert run(node("down", "AssignSub", "w", "two"), "down:0", "w/read:0") == [3.0, 3.0]


def test_assignments_can_be_chained() -> None:
    text = node("up", "AssignAdd", "w", "two") + node("twice", "AssignAdd", "up", "five")
    assert run(text, "twice:0", "w:0") == [12.0, 12.0]


def test_what_waits_for_an_assignment_waits_for_the_write() -> None:
    text = (
        node("up", "AssignAdd", "w", "two")
        + node("late", "Identity", "w", "^up")
        + 'node { name: "g" op: "NoOp" input: "^up" }'
    )
    assert run(text, "late:0", "g", "w:0") == [7.0, None, 9.0]


def test_a_variable_may_be_taken_for_its_value() -> None:
    text = (
        node("up", "AssignAdd", "w", "two")
        + node("sum", "AddV2", "w", "five")
        + node("after", "AddV2", "w", "five", "^up")
    )
    assert run(text, "sum:0", "after:0", "sum:0") == [10.0, 12.0, 12.0]


def test_the_value_that_an_assignment_hands_on_may_be_used() -> None:
    text = node("up", "AssignAdd", "w", "two") + node("square", "Square", "up")
    assert run(text, "square:0") == [49.0]


def test_an_update_of_an_optimizer_goes_to_the_variable() -> None:
    text = node("step", "ApplyGradientDescent", "w", "two", "five")
    assert run(text, "step", "w:0", "step:0") == [None, -5.0, -15.0]


def test_whether_a_variable_has_a_value_is_known() -> None:
    text = 'node { name: "known" op: "IsVariableInitialized" input: "w" }'
    assert run(text, "known:0") == [True]


def test_a_reference_may_be_handed_on() -> None:
    text = node("same", "RefIdentity", "w") + node("up", "AssignAdd", "same", "two")
    assert run(text, "up:0", "same:0") == [7.0, 7.0]


def test_a_variable_can_be_fed() -> None:
    assert run(node("sum", "AddV2", "w/read", "five"), "sum:0", feed={"w:0": np.float32(1)}) == [6.0]


def test_below_a_prefix_the_variable_is_another_one() -> None:
    assert run("", "copy/w:0", name="copy") == [5.0]
    text = messages.parse_text("GraphDef", W, "test")
    handles = [each for each in without_references(text.node, "copy") if each.op == "VarHandleOp"]
    assert [each.attr["shared_name"].s for each in handles] == [b"copy/w"]


def test_names_that_are_taken_are_avoided() -> None:
    text = node("up", "AssignAdd", "w", "two") + const("up/AssignAddVariableOp", 1)
    assert run(text, "up:0", "up/AssignAddVariableOp:0") == [7.0, 1.0]


def test_without_references_the_nodes_are_the_same() -> None:
    nodes = list(messages.parse_text("GraphDef", const("a", 1) + node("b", "Identity", "a"), "test").node)
    assert all(new is old for new, old in zip(without_references(nodes), nodes, strict=True))


PRED = 'node { name: "pred" op: "Placeholder" attr { key: "dtype" value { type: DT_BOOL } } }'
SWITCH = PRED + node("s", "RefSwitch", "w", "pred")
FRAME = 'attr { key: "frame_name" value { s: "f" } } attr { key: "is_constant" value { b: true } }'


def test_an_assignment_in_a_branch_writes_when_it_is_taken() -> None:
    text = SWITCH + node("up", "AssignAdd", "s:1", "two") + node("seen", "Identity", "w", "^up")
    graph = Graph()
    from_graph_def(messages.parse_text("GraphDef", W + text, "test"), graph)
    with Session(graph=graph) as session:
        session.run("w/Assign")
        for pred, value in ((True, 7.0), (False, 7.0), (True, 9.0)):
            session.run(graph.get_operation_by_name("up"), {"pred:0": pred})
            assert session.run("w:0") == value
        assert session.run("up:0", {"pred:0": True}) == 11.0
    assert graph.get_operation_by_name("s").type == "Switch"


@pytest.mark.parametrize(("pred", "value"), [(True, 7.0), (False, -5.0)])
def test_a_reference_that_passed_a_branch_may_be_taken_for_its_value(pred: bool, value: float) -> None:
    text = SWITCH + node("sum", "Add", "s:1", "two") + node("neg", "Neg", "s") + node("no", "Identity", "neg")
    merged = node("y", "Merge", "no", "sum", more='attr { key: "N" value { i: 2 } }')
    assert run(text + merged, "y:0", feed={"pred:0": pred}) == [value]


def test_references_merge_to_the_one_that_is_alive() -> None:
    other = node("v", "VariableV2", type_attr="dtype", more=SCALAR) + node("v/Assign", "Assign", "v", "two")
    text = SWITCH + other + node("t", "RefSwitch", "v", "pred")
    merged = node("m", "RefMerge", "s", "t:1", more='attr { key: "N" value { i: 2 } }')
    up = node("up", "AssignAdd", "m", "two")
    graph = Graph()
    from_graph_def(messages.parse_text("GraphDef", W + text + merged + up, "test"), graph)
    with Session(graph=graph) as session:
        session.run(["w/Assign", "v/Assign"])
        assert session.run("up:0", {"pred:0": True}) == 4.0
        assert session.run("up:0", {"pred:0": False}) == 7.0
        assert session.run(["w:0", "v:0", "m:1"], {"pred:0": False}) == [7.0, 4.0, 0]


def test_a_reference_enters_a_loop_as_a_handle() -> None:
    text = node("e", "RefEnter", "w", more=FRAME) + node("up", "AssignAdd", "e", "amount")
    text += node("amount", "Enter", "two", more=FRAME) + node("left", "Exit", "up")
    assert run(text, "left:0", "w:0") == [7.0, 7.0]


def test_references_in_a_circle_are_refused() -> None:
    text = W + node("a", "AssignAdd", "b", "two") + node("b", "AssignAdd", "a", "two")
    with pytest.raises(DataLossError, match="depends on itself"):
        from_graph_def(messages.parse_text("GraphDef", text, "test"), Graph())


def test_a_counter_counts_on_under_its_name() -> None:
    """Of an input of so many epochs."""
    counted = (
        'node { name: "n" op: "VariableV2" attr { key: "dtype" value { type: DT_INT64 } } '
        'attr { key: "shape" value { shape {} } } } '
        'node { name: "zero" op: "Const" attr { key: "dtype" value { type: DT_INT64 } } attr { key: "value" value { '
        "tensor { dtype: DT_INT64 tensor_shape {} int64_val: 0 } } } } "
        'node { name: "n/Assign" op: "Assign" input: "n" input: "zero" attr { key: "T" value { type: DT_INT64 } } } '
        'node { name: "up" op: "CountUpTo" input: "n" attr { key: "T" value { type: DT_INT64 } } '
        'attr { key: "limit" value { i: 2 } } }'
    )
    assert run(counted, "n/Assign", "up:0", "up:0")[1:] == [0, 1]
    with pytest.raises(OutOfRangeError):
        run(counted, "n/Assign", "up:0", "up:0", "up:0")


# -- queues, readers and tables ----------------------------------------------------------------------------------------

TYPES = 'attr { key: "%s" value { list { type: DT_FLOAT } } }'
QUEUE = (
    'node { name: "q" op: "FIFOQueue" %s attr { key: "shapes" value { list { shape {} } } } '
    'attr { key: "capacity" value { i: 10 } } }' % (TYPES % "component_types")
)


def of_queue(name: str, op: str, *inputs: str, types: str = "") -> str:
    listed = " ".join(f'input: "{given}"' for given in inputs)
    return f'node {{ name: "{name}" op: "{op}" {listed} {TYPES % types if types else ""} }}'


def test_queues_of_2017_become_handles_through_branches_too() -> None:
    pred = 'node { name: "p" op: "Placeholder" attr { key: "dtype" value { type: DT_BOOL } } }'
    switch = (
        'node { name: "s" op: "RefSwitch" input: "q" input: "p" attr { key: "T" value { type: DT_STRING } } }'
    )
    text = "".join(
        [
            QUEUE,
            pred,
            switch,
            of_queue("put", "QueueEnqueue", "q", "five", types="Tcomponents"),
            of_queue("keep", "QueueEnqueue", "s:1", "nine", types="Tcomponents"),
            of_queue("take", "QueueDequeue", "q", types="component_types"),
            of_queue("size", "QueueSize", "q"),
            of_queue("close", "QueueClose", "q"),
            node("nine", "Switch", "two", "p").replace('"nine"', '"nine_switch"', 1),
            node("nine", "Identity", "nine_switch:1"),
        ]
    )
    graph = Graph()
    from_graph_def(messages.parse_text("GraphDef", const("five", 5) + const("two", 2) + text, "test"), graph)
    with Session(graph=graph) as session:
        session.run("put")
        session.run("keep", {"p:0": False})
        assert session.run("size:0") == 1
        session.run("keep", {"p:0": True})
        assert [session.run("take:0") for _ in range(2)] == [5.0, 2.0]
        session.run("close")


def test_a_queue_of_2017_stands_beside_variables() -> None:
    put = of_queue("put", "QueueEnqueue", "q", "w/read", types="Tcomponents")
    take = of_queue("take", "QueueDequeue", "q", types="component_types")
    assert run(QUEUE + put + take, "put", "take:0")[1] == 5.0
