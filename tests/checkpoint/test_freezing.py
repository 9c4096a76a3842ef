"""GraphDefs cut down and frozen: what the part gives is what the whole gave."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest

from estimator import tf


@pytest.fixture
def session() -> Iterator[tf.Session]:
    """A session of a graph with two variables, one of them looked up in, and an update that no result needs."""
    with tf.Graph().as_default(), tf.Session() as made:
        x = tf.placeholder(tf.float32, [None, 2], name="x")
        v = tf.get_variable("v", initializer=[[1.0], [2.0]])
        table = tf.get_variable("table", initializer=[[3.0], [4.0], [5.0]])
        rows = tf.nn.embedding_lookup(table, tf.constant([2, 0]))
        tf.add(tf.matmul(x, v), rows, name="result")
        tf.assign_add(v, [[1.0], [1.0]], name="update")
        made.run(tf.global_variables_initializer())
        yield made


def _run(graph_def: Any, fetch: str, feed: dict[str, Any]) -> Any:
    with tf.Graph().as_default(), tf.Session() as session:
        tf.import_graph_def(graph_def, name="")
        return session.run(fetch, feed)


def _ops(graph_def: Any) -> set[str]:
    return {node.op for node in graph_def.node}


def test_variables_become_constants_with_their_present_values(session: tf.Session) -> None:
    session.run("update")
    frozen = tf.graph_util.convert_variables_to_constants(
        sess=session, input_graph_def=session.graph.as_graph_def(), output_node_names=["result"]
    )
    assert not _ops(frozen) & {"VarHandleOp", "ReadVariableOp", "ResourceGather", "AssignAddVariableOp"}
    given = {"x:0": [[1.0, 1.0], [0.0, 2.0]]}
    np.testing.assert_allclose(_run(frozen, "result:0", given), [[5.0 + 5], [6.0 + 3]])


@pytest.mark.parametrize(
    "lists", [{"variable_names_whitelist": ["table"]}, {"variable_names_blacklist": ["v"]}]
)
def test_variables_may_be_left(lists: dict[str, Any], session: tf.Session) -> None:
    frozen = tf.graph_util.convert_variables_to_constants(
        session, session.graph.as_graph_def(), ["result"], **lists
    )
    assert [node.name for node in frozen.node if node.op == "VarHandleOp"] == ["v"]
    assert [node.op for node in frozen.node if node.name == "table"] == ["Const"]


def test_variables_of_graphs_of_2017_become_constants_where_they_stand(session: tf.Session) -> None:
    old = tf.GraphDef()
    variable = old.node.add(name="v", op="VariableV2")
    variable.attr["dtype"].type = tf.float32.as_datatype_enum
    read = old.node.add(name="v/read", op="Identity", input=["v"])
    read.attr["T"].type = tf.float32.as_datatype_enum
    frozen = tf.graph_util.convert_variables_to_constants(session, old, ["v/read"])
    np.testing.assert_allclose(_run(frozen, "v/read:0", {}), [[1.0], [2.0]])


def test_a_variable_of_a_loop_cannot_become_a_constant(session: tf.Session) -> None:
    v = tf.global_variables()[0]
    tf.identity(tf.while_loop(lambda i: i < 3.0, lambda i: i + tf.reduce_sum(v), [0.0]), name="looped")
    with pytest.raises(ValueError, match=r"While\) uses 'v'.* Read them outside"):
        tf.graph_util.convert_variables_to_constants(session, session.graph.as_graph_def(), ["looped"])


def test_the_part_has_what_its_nodes_need_and_no_more(session: tf.Session) -> None:
    whole = session.graph.as_graph_def()
    part = tf.graph_util.extract_sub_graph(graph_def=whole, dest_nodes=["update"])
    assert "AssignAddVariableOp" in _ops(part) and "MatMul" not in _ops(part)
    assert part.versions == whole.versions


@pytest.mark.parametrize(
    ("nodes", "kind", "message"),
    [
        ("result", TypeError, r"write \['result'\]"),
        (["resutl"], ValueError, "not in the graph: 'resutl'. Did you mean 'result'"),
    ],
)
def test_nodes_that_are_not_there_are_named(
    nodes: Any, kind: type[Exception], message: str, session: tf.Session
) -> None:
    with pytest.raises(kind, match=message):
        tf.graph_util.extract_sub_graph(session.graph.as_graph_def(), nodes)
    with pytest.raises(TypeError, match=r"given: Graph; write graph.as_graph_def\(\)"):
        tf.graph_util.extract_sub_graph(session.graph, ["result"])


def test_nodes_that_pass_a_value_on_go_but_for_those_that_others_wait_for() -> None:
    with tf.Graph().as_default() as graph:
        x = tf.placeholder(tf.float32, [], name="x")
        passed = tf.identity(tf.check_numerics(tf.identity(x, name="a"), "bad", name="b"), name="c")
        waited = tf.identity(x, name="waited")
        with tf.control_dependencies([waited]):
            y = tf.add(passed, 1.0, name="y")
        tf.identity(y, name="out")
    left = tf.graph_util.remove_training_nodes(graph.as_graph_def(), protected_nodes=["out"])
    names = [node.name for node in left.node]
    assert "waited" in names and "out" in names and not {"a", "b", "c"} & set(names)
    assert _run(left, "out:0", {"x:0": 2.0}) == 3.0
