"""Ops that are not here stay in the graph as a file describes them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from estimator.checkpoint.write_meta import meta_graph_message
from estimator.core.errors import UnimplementedError
from estimator.formats import messages
from estimator.graph.graph import Graph
from estimator.graph.graphdef import to_graph_def
from estimator.graph.importer import from_graph_def
from estimator.graph.opaque import opaque_ops
from estimator.runtime.session import Session

DESCRIBED = """
    op { name: "Add" }
    op {
      name: "Puzzle"
      input_arg { name: "pieces" type_attr: "T" number_attr: "N" }
      output_arg { name: "picture" type: DT_FLOAT } output_arg { name: "rest" type_list_attr: "types" }
      attr { name: "T" type: "type" } attr { name: "N" type: "int" has_minimum: true minimum: 1 }
      attr { name: "types" type: "list(type)" }
      attr { name: "how" type: "string" default_value { s: "slowly" } }
      attr { name: "solver" type: "func" }
    }
    op { name: "Turn" input_arg { name: "table" type: DT_STRING is_ref: true } }
"""
GRAPH = """
    node { name: "x" op: "Placeholder" attr { key: "dtype" value { type: DT_INT32 } } }
    node {
      name: "p" op: "Puzzle" input: "x" input: "x"
      attr { key: "T" value { type: DT_INT32 } } attr { key: "N" value { i: 2 } }
      attr { key: "types" value { list { type: DT_INT64 type: DT_BOOL } } }
      attr { key: "solver" value { func { name: "somebody" } } }
      attr { key: "_output_shapes" value { list { shape { dim { size: 3 } } shape { unknown_rank: true } shape {} } } }
    }
    node { name: "y" op: "Neg" input: "p" attr { key: "T" value { type: DT_FLOAT } } }
    node { name: "z" op: "Identity" input: "p:2" attr { key: "T" value { type: DT_BOOL } } }
"""


@pytest.fixture
def graph() -> Iterator[Graph]:
    with Graph().as_default() as graph:
        from_graph_def(messages.parse_text("GraphDef", GRAPH, "test"), graph, described=described())
        yield graph


def described() -> Any:
    return messages.parse_text("OpList", DESCRIBED, "test").op


def test_only_ops_that_are_not_here_and_take_no_references_are_opaque() -> None:
    assert list(opaque_ops(described())) == ["Puzzle"]


def test_its_outputs_have_the_types_and_shapes_of_the_file(graph: Graph) -> None:
    puzzle = graph.get_operation_by_name("p")
    assert [(tensor.dtype.name, tensor.dims) for tensor in puzzle.outputs] == [
        ("float32", (3,)), ("int64", None), ("bool", ()),
    ]  # fmt: skip
    assert graph.get_tensor_by_name("y:0").dims == (3,)


def test_it_is_written_as_it_was_read_with_its_defaults(graph: Graph) -> None:
    (node,) = (node for node in to_graph_def(graph).node if node.name == "p")
    assert list(node.input) == ["x", "x"]
    assert (node.attr["how"].s, node.attr["solver"].func.name) == (b"slowly", "somebody")


@pytest.mark.parametrize("executor", ["interpreter", "numpy"])
def test_what_it_gives_may_be_fed_and_else_the_run_is_refused(graph: Graph, executor: str) -> None:
    with Session(graph=graph, executor=executor) as session:
        for _ in range(3):
            assert session.run("y:0", {"p:0": [1, 2, 3]}).tolist() == [-1, -2, -3]
        with pytest.raises(
            UnimplementedError,
            match=r"needs Puzzle 'p'.* feed what it gives, 'p:0' \(float32 \(3,\)\), 'p:1'",
        ):
            session.run(["y:0", "z:0"], {"p:0": [1, 2, 3], "x:0": 1})
        assert session.run(["y:0", "z:0"], {"p:0": [1, 2, 3], "p:2": True})[1]


def test_without_a_description_it_is_refused() -> None:
    with pytest.raises(
        UnimplementedError, match="1 ops that are not known here:\n  Puzzle .* for example 'p'"
    ):
        from_graph_def(messages.parse_text("GraphDef", GRAPH, "test"), Graph())


# A function of two results: the puzzle's last output, and a number that has nothing to do with it.
CALLS = """
    node { name: "x" op: "Placeholder" attr { key: "dtype" value { type: DT_INT32 } } }
    node {
      name: "call" op: "PartitionedCall" input: "x"
      attr { key: "Tin" value { list { type: DT_INT32 } } }
      attr { key: "Tout" value { list { type: DT_BOOL type: DT_INT32 } } }
      attr { key: "f" value { func { name: "play" } } }
    }
    node { name: "done" op: "Identity" input: "call" attr { key: "T" value { type: DT_BOOL } } }
    node { name: "more" op: "Identity" input: "call:1" attr { key: "T" value { type: DT_INT32 } } }
    library {
      function {
        signature {
          name: "play" input_arg { name: "x" type: DT_INT32 }
          output_arg { name: "done" type: DT_BOOL } output_arg { name: "more" type: DT_INT32 }
        }
        node_def {
          name: "p" op: "Puzzle" input: "x" input: "x"
          attr { key: "T" value { type: DT_INT32 } } attr { key: "N" value { i: 2 } }
          attr { key: "types" value { list { type: DT_INT64 type: DT_BOOL } } }
          attr { key: "solver" value { func { name: "somebody" } } }
        }
        node_def { name: "n" op: "Neg" input: "x" attr { key: "T" value { type: DT_INT32 } } }
        ret { key: "done" value: "p:rest:1" } ret { key: "more" value: "n:y:0" }
      }
    }
"""


@pytest.mark.parametrize("executor", ["interpreter", "numpy"])
def test_in_a_function_it_matters_to_a_run_that_needs_it(executor: str) -> None:
    graph = Graph()
    from_graph_def(messages.parse_text("GraphDef", CALLS, "test"), graph, described=described())
    with Session(graph=graph, executor=executor) as session:
        for _ in range(3):
            assert session.run("more:0", {"x:0": 2}) == -2
            with pytest.raises(
                UnimplementedError, match=r"Puzzle 'p'.*is not here: fetch what does not need it"
            ):
                session.run("done:0", {"x:0": 2})


def test_in_a_function_it_is_written_with_its_description() -> None:
    graph = Graph()
    from_graph_def(messages.parse_text("GraphDef", CALLS, "test"), graph, described=described())
    written = meta_graph_message(graph, None)
    assert [op.name for op in written.meta_info_def.stripped_op_list.op] == ["Puzzle"]
    again = Graph()
    from_graph_def(written.graph_def, again, described=written.meta_info_def.stripped_op_list.op)
    assert "p:rest:1" in written.graph_def.library.function[0].ret.values()
    assert to_graph_def(again) == written.graph_def
