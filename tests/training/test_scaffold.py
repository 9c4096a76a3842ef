"""What a scaffold takes from a graph, and what it makes."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from estimator.graph.graph import Graph
from estimator.graph.keys import GraphKeys
from estimator.runtime.session import Session
from estimator.training.scaffold import Scaffold
from estimator.variables.variable import Variable, global_variables_initializer

PIECES = {
    "init_op": GraphKeys.INIT_OP,
    "ready_op": GraphKeys.READY_OP,
    "ready_for_local_init_op": GraphKeys.READY_FOR_LOCAL_INIT_OP,
    "local_init_op": GraphKeys.LOCAL_INIT_OP,
    "saver": GraphKeys.SAVERS,
}


@pytest.fixture
def scaffold(graph: Graph) -> Scaffold:
    Variable(1.0, name="w")
    Variable(2.0, name="loc", collections=[GraphKeys.LOCAL_VARIABLES])
    return Scaffold().finalize()


@pytest.mark.parametrize("name", PIECES)
def test_what_is_made_stands_in_the_graphs_collections(graph: Graph, scaffold: Scaffold, name: str) -> None:
    assert graph.finalized
    assert graph.get_collection(PIECES[name]) == [getattr(scaffold, name)]


@pytest.mark.parametrize("name", PIECES)
def test_the_next_scaffold_takes_what_a_final_graph_has(scaffold: Scaffold, name: str) -> None:
    assert getattr(Scaffold().finalize(), name) is getattr(scaffold, name)


def test_the_ready_ops_list_what_the_init_ops_have_not_made_yet(graph: Graph, scaffold: Scaffold) -> None:
    # TensorFlow 2.15 lists the same at each of the three moments
    session = Session(graph=graph)
    ready = [scaffold.ready_op, scaffold.ready_for_local_init_op]
    assert [names.tolist() for names in session.run(ready)] == [[b"w", b"loc"], [b"w"]]
    session.run(scaffold.init_op)
    assert [names.tolist() for names in session.run(ready)] == [[b"loc"], []]
    session.run(scaffold.local_init_op)
    assert [names.tolist() for names in session.run(ready)] == [[], []]


def test_a_graph_without_variables_or_summaries_gets_a_saver_of_nothing_and_no_summary(
    graph: Graph, tmp_path: Path
) -> None:
    scaffold = Scaffold().finalize()
    assert scaffold.summary_op is None and scaffold.init_op is not None
    assert scaffold.saver.save(Session(graph=graph), tmp_path / "m") is None
    assert list(tmp_path.iterdir()) == []


def test_a_graph_finalized_by_hand_gives_what_it_has(graph: Graph) -> None:
    Variable(1.0)
    init = global_variables_initializer()
    graph.add_to_collection(GraphKeys.INIT_OP, init)
    graph.finalize()
    scaffold = Scaffold().finalize()
    assert scaffold.init_op is init
    assert scaffold.ready_op is None and scaffold.saver is None


def test_what_is_given_or_copied_is_kept(graph: Graph) -> None:
    variable = Variable(1.0)
    mine = Scaffold(init_op=variable.initializer)
    copy = Scaffold(copy_from_scaffold=mine).finalize()
    assert copy.init_op is variable.initializer
    assert graph.get_collection(GraphKeys.INIT_OP) == []


def test_two_items_where_one_can_be_are_refused(graph: Graph) -> None:
    for _ in range(2):
        graph.add_to_collection(GraphKeys.SUMMARY_OP, graph.constant("a"))
    with pytest.raises(RuntimeError, match=r"'summary_op'.*Say which with Scaffold\(summary_op=\.\.\.\)"):
        Scaffold().finalize()


def test_a_default_is_made_once(graph: Graph) -> None:
    def make() -> Any:
        return graph.constant(1)

    made = Scaffold.get_or_default("mine", "key", make)
    assert graph.get_collection("key") == [made]
    assert Scaffold.get_or_default("mine", "key", make) is made
