"""GraphDefs in and out."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from estimator.checkpoint.graph_files import import_graph_def, write_graph
from estimator.checkpoint.saver import Saver
from estimator.core.errors import OpError
from estimator.formats import messages
from estimator.functions.math import add_n
from estimator.functions.reductions import reduce_sum
from estimator.graph import build as b
from estimator.graph.graph import Graph, get_default_graph
from estimator.optimizers import adam
from estimator.runtime.session import Session
from estimator.variables import initializers, variable


def doubling() -> Graph:
    with Graph().as_default() as graph:
        x = b.Placeholder(dtype="float32", shape=(), name="x")
        b.Mul(x, 2.0, name="y")
    return graph


def test_the_operations_stand_below_import_unless_another_name_is_given() -> None:
    found = import_graph_def(doubling().as_graph_def(), return_elements=["y:0", "x"])
    assert found is not None and [each.name for each in found] == ["import/y:0", "import/x"]
    assert import_graph_def(doubling().as_graph_def(), name="") is None
    import_graph_def(doubling().as_graph_def())
    names = [op.name for op in get_default_graph().get_operations() if op.type == "Mul"]
    assert names == ["import/y", "y", "import_1/y"]
    with Session() as session:
        assert session.run("import/y:0", {"import/x:0": 3.0}) == 6.0


def test_inputs_are_replaced() -> None:
    three = get_default_graph().constant(3.0)
    found = import_graph_def(doubling().as_graph_def(), {"x:0": three}, ["y:0"], "")
    with Session() as session:
        assert session.run(found) == [6.0]


def test_an_input_map_that_does_not_fit_is_refused() -> None:
    """As TensorFlow 2.15 does; a node that nobody takes may be named."""
    graph = get_default_graph()
    with pytest.raises(
        ValueError, match=r"Attempted to map inputs .* not found in graph_def: \['xx:0'\]\. .*'x'"
    ):
        import_graph_def(doubling().as_graph_def(), {"xx:0": graph.constant(3.0), "y": graph.constant(1.0)})
    with pytest.raises(
        ValueError, match=r"input_map gives the node 'y' \(Mul\) what it does not take: .*int32"
    ):
        import_graph_def(doubling().as_graph_def(), {"x": graph.constant(3)})
    import_graph_def(doubling().as_graph_def(), {"y": graph.constant(1.0)})


def test_the_operations_wait_for_what_a_block_around_waits_for() -> None:
    guard = b.NoOp(name="guard")
    with get_default_graph().control_dependencies([guard]):
        import_graph_def(doubling().as_graph_def(), name="")
    assert list(get_default_graph().get_operation_by_name("x").control_inputs) == [guard]


@pytest.mark.parametrize("given", ["graph.pb", b"", None])
def test_what_is_no_graph_def_is_refused(given: object) -> None:
    with pytest.raises(
        TypeError, match=r"`graph_def` must be a GraphDef proto, given: .*tf\.GraphDef\.FromString"
    ):
        import_graph_def(given)


def test_an_element_that_is_not_there_is_named() -> None:
    with pytest.raises(ValueError, match="return_elements: the GraphDef has no 'z'"):
        import_graph_def(doubling().as_graph_def(), return_elements=["z"])


def test_names_that_the_graph_has_already_get_a_number() -> None:
    """As TensorFlow 2.15 names them, also inside a name scope, which an empty name leaves."""
    graph_def = doubling().as_graph_def()
    for expected in (["y:0", "x"], ["y_1:0", "x_1"]):
        found = import_graph_def(graph_def, name="", return_elements=["y:0", "x"])
        assert found is not None and [element.name for element in found] == expected
    with get_default_graph().name_scope("scope"):
        other = get_default_graph().constant(3.0)
        (y,) = import_graph_def(graph_def, {"x:0": other}, ["y:0"], name="") or ()
    assert (y.name, y.op.inputs[0]) == ("y_2:0", other)
    with Session() as session:
        assert session.run(y) == 6


@pytest.mark.parametrize("as_text", [True, False])
def test_a_written_graph_reads_back(tmp_path: Path, as_text: bool) -> None:
    graph = doubling()
    path = write_graph(graph, tmp_path / "new", "g.pb", as_text)
    again = write_graph(graph.as_graph_def(), tmp_path, "g.pb", as_text)
    data = Path(path).read_bytes()
    assert path == str(tmp_path / "new" / "g.pb") and data == Path(again).read_bytes()
    message = (
        messages.parse_text("GraphDef", data, path) if as_text else messages.parse("GraphDef", data, path)
    )
    assert message == graph.as_graph_def()


def test_a_directory_that_cannot_be_made_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"")
    with pytest.raises(OpError, match="file"):
        write_graph(doubling(), tmp_path / "file" / "below", "g.pbtxt")


def test_a_perceptron_with_adam_writes_a_graph_of_kilobytes(tmp_path: Path) -> None:
    with Graph().as_default() as graph, Session() as session:
        weights = [
            variable.Variable(initializers.Zeros()([500, 500]), name=f"kernel_{number}")
            for number in range(4)
        ]
        adam.AdamOptimizer().minimize(add_n([reduce_sum(each) for each in weights]))
        session.run(variable.global_variables_initializer())
        Saver().save(session, str(tmp_path / "model.ckpt"))
        write_graph(graph, tmp_path, "graph.pbtxt")
    sizes = {path.name: path.stat().st_size for path in tmp_path.iterdir()}
    assert sizes["model.ckpt.data-00000-of-00001"] > 12_000_000
    assert sizes["model.ckpt.meta"] < 40_000 and sizes["graph.pbtxt"] < 80_000


def test_a_graph_is_imported_before_anything_else_was_made(tmp_path: Path) -> None:
    write_graph(doubling(), str(tmp_path), "graph.pb", as_text=False)
    program = (
        "import sys; from estimator import tf; definition = tf.GraphDef(); "
        "definition.ParseFromString(open(sys.argv[1], 'rb').read()); tf.import_graph_def(definition)"
    )
    subprocess.run([sys.executable, "-c", program, str(tmp_path / "graph.pb")], check=True)
