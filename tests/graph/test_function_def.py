"""FunctionDefs of other hands, and broken ones."""

from __future__ import annotations

from typing import Any

import pytest

from estimator.core.errors import DataLossError, UnimplementedError
from estimator.formats import messages
from estimator.graph.function_def import plain_nodes
from estimator.graph.graph import Graph
from estimator.graph.importer import from_graph_def
from estimator.runtime.session import Session

CALL = """
node { name: "x" op: "Placeholder" attr { key: "dtype" value { type: DT_FLOAT } } }
node { name: "call" op: "PartitionedCall" input: "x"
  attr { key: "Tin" value { list { type: DT_FLOAT } } } attr { key: "Tout" value { list { type: DT_FLOAT } } }
  attr { key: "f" value { func { name: "f" } } } }
"""
SIGNATURE = """signature { name: "f"
  input_arg { name: "a" type: DT_FLOAT } output_arg { name: "r" type: DT_FLOAT } }"""
NEGATIVE = 'node_def { name: "n" op: "Neg" input: "a" attr { key: "T" value { type: DT_FLOAT } } }'


def library(*functions: str) -> Any:
    text = "".join(f"function {{ {function} }}" for function in functions)
    return messages.parse_text("GraphDef", f"{CALL} library {{ {text} }}", "the test")


def imported(*functions: str) -> Graph:
    graph = Graph()
    from_graph_def(library(*functions), graph)
    return graph


def test_nodes_name_arguments_and_outputs_as_a_graph_does() -> None:
    (function,) = library(
        """signature { name: "f" input_arg { name: "a" type: DT_FLOAT } output_arg { name: "r" type: DT_FLOAT } }
        node_def { name: "top" op: "TopKV2" input: "a" input: "k:output:0" input: "^a" input: "^k" }
        node_def { name: "k" op: "Const" }
        node_def { name: "split" op: "Split" input: "k:output:0" input: "top:values:0"
          attr { key: "num_split" value { i: 3 } } }
        ret { key: "r" value: "split:output:2" }"""
    ).library.function
    nodes, results = plain_nodes(function)
    assert [list(node.input) for node in nodes] == [["a", "k:0", "^k"], [], ["k:0", "top:0"]]
    assert results == ["split:2"]
    function.ret["r"] = "top:indices:0"
    assert plain_nodes(function)[1] == ["top:1"]


def test_shapes_of_arguments_are_read_where_they_stand() -> None:
    noted = """arg_attr { key: 0 value { attr { key: "_output_shapes" value { list { shape {
      dim { size: -1 } dim { size: 3 } } } } } } }"""
    graph = imported(f'{SIGNATURE} {NEGATIVE} ret {{ key: "r" value: "n:y:0" }} {noted}')
    assert graph.get_tensor_by_name("call:0").dims == (None, 3)
    assert Session(graph=graph).run("call:0", {"x:0": [[1, 2, 3]]}).tolist() == [[-1, -2, -3]]


DAMAGED = {
    "a function that is not there": ([], DataLossError, "node 'call' calls the function 'f', which is not in the library"),
    "a function that calls itself": (
        [SIGNATURE + CALL.split("\n")[2].replace("node", "node_def") + CALL.split("\n", 3)[3]], DataLossError,
        "the function 'f' depends on itself",
    ),
    "a result that is missing": ([SIGNATURE + NEGATIVE], DataLossError, "'f' does not say what it returns as 'r'"),
    "a result of no node": (
        [f'{SIGNATURE} ret {{ key: "r" value: "m:y:0" }}'], DataLossError, "'f' takes 'm:y:0', which nothing in its",
    ),
    "an output that is not there": (
        [f'{SIGNATURE} {NEGATIVE} ret {{ key: "r" value: "n:z:0" }}'], DataLossError, "Neg has no output 'z'",
    ),
    "a tensor of an output that is not there": (
        [f'{SIGNATURE} {NEGATIVE} ret {{ key: "r" value: "n:y:1" }}'], DataLossError, "'n' has 1 outputs",
    ),
    "a function of any type": (
        ['signature { name: "f" input_arg { name: "a" type_attr: "T" } }'], UnimplementedError, "'f' takes 'a' in any type",
    ),
    "a function that does not fit its call": (
        ['signature { name: "f" }'], ValueError, r"f is 'f', which takes \(\); given: \(float32\)",
    ),
}  # fmt: skip


@pytest.mark.parametrize("damage", DAMAGED)
def test_a_function_that_contradicts_itself_is_refused(damage: str) -> None:
    functions, error, message = DAMAGED[damage]
    with pytest.raises(error, match=message):
        imported(*functions)
