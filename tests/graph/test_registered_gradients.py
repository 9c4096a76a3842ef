"""Tests of gradients that scripts register."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from estimator.core.dtypes import float32
from estimator.core.errors import GradientError
from estimator.graph import build as b
from estimator.graph import registered_gradients
from estimator.graph.gradients import gradients
from estimator.graph.graph import Graph
from estimator.graph.graphdef import to_graph_def
from estimator.graph.importer import from_graph_def
from estimator.graph.registered_gradients import NotDifferentiable, RegisterGradient

Run = Callable[..., Any]


@pytest.fixture(autouse=True)
def _nothing_stays(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(registered_gradients, "_REGISTERED", {})
    yield


def guided(op: Any, dy: Any) -> Any:
    return b.Mul(b.ReluGrad(dy, op.outputs[0]), 10.0)


def placeholder() -> Any:
    return b.Placeholder(dtype=float32, shape=[2])


def test_operations_inside_the_block_have_the_registered_gradient(run: Run, graph: Graph) -> None:
    RegisterGradient("Guided")(guided)
    x = placeholder()
    with graph.gradient_override_map({"Relu": "Guided"}):
        inside = b.Relu(x)
    outside = b.Relu(x)
    assert run(gradients(inside, x)[0], {x: [-1, 2]}).tolist() == [0, 10]
    assert run(gradients(outside, x)[0], {x: [-1, 2]}).tolist() == [0, 1]


def test_an_op_without_gradient_gets_one(run: Run, graph: Graph) -> None:
    RegisterGradient("Through")(lambda op, dy: dy)
    x = placeholder()
    with graph.gradient_override_map({"PyFunc": "Through"}):
        (y,) = b.PyFunc([x], token="none", Tout=[float32])
    assert run(gradients(y, x)[0], {x: [1, 2], y: [1, 2]}).tolist() == [1, 1]


def test_the_inner_of_two_blocks_counts(graph: Graph) -> None:
    with graph.gradient_override_map({"Relu": "A", "Tanh": "B"}), graph.gradient_override_map({"Relu": "C"}):
        names = [
            b.Relu([1.0]).op.gradient_name,
            b.Tanh([1.0]).op.gradient_name,
            b.Sin([1.0]).op.gradient_name,
        ]
    assert names == ["C", "B", ""]


def test_a_name_is_registered_once() -> None:
    RegisterGradient("Guided")(guided)
    for name in ("Guided", "Relu", "PyFunc"):
        with pytest.raises(KeyError, match=f"'{name}' is registered already"):
            RegisterGradient(name)(guided)
    with pytest.raises(TypeError, match="op_type must be a name"):
        RegisterGradient(3)  # type: ignore[arg-type]


def test_a_wrong_map_is_refused(graph: Graph) -> None:
    with pytest.raises(TypeError, match="from op types to names"):
        graph.gradient_override_map({"Relu": guided})  # type: ignore[dict-item]


def test_a_file_keeps_the_name(run: Run, graph: Graph) -> None:
    x = placeholder()
    with graph.gradient_override_map({"Relu": "Guided"}):
        y = b.Relu(x)
    with Graph().as_default() as read:
        from_graph_def(to_graph_def(graph), read)
        ends = read.get_tensor_by_name(y.name), read.get_tensor_by_name(x.name)
        with pytest.raises(GradientError, match="RegisterGradient\\('Guided'\\)"):
            gradients(*ends)
        RegisterGradient("Guided")(guided)
        assert gradients(*ends)[0] is not None


def test_too_many_gradients_are_refused(graph: Graph) -> None:
    RegisterGradient("Two")(lambda op, dy: [dy, dy])
    x = placeholder()
    with graph.gradient_override_map({"Relu": "Two"}):
        y = b.Relu(x)
    with pytest.raises(ValueError, match="gives 2 gradients for 1 inputs"):
        gradients(y, x)


def test_operations_may_be_declared_to_have_no_gradient(graph: Graph) -> None:
    NotDifferentiable("NothingFlowsHere")
    x = graph.constant(2.0)
    with graph.gradient_override_map({"Square": "NothingFlowsHere"}):
        y = b.Square(x)
    assert gradients(y, x) == [None]
    assert gradients(b.AddV2(y, x), x)[0] is not None
    with pytest.raises(KeyError, match="registered already"):
        NotDifferentiable("NothingFlowsHere")


def test_ops_are_known_to_who_has_imported_nothing_else() -> None:
    """In processes of their own: others have asked for ops before."""
    for code in (
        "tf.Graph().create_op('NoOp', [], [])",
        "import pytest\nwith pytest.raises(KeyError): tf.RegisterGradient('Erf')(len)",
    ):
        subprocess.run([sys.executable, "-c", f"from estimator import tf\n{code}"], check=True)
