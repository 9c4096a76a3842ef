"""Graphs that the tests of this folder write and read."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from estimator.core import dtypes
from estimator.graph import build
from estimator.graph.gradients import gradients
from estimator.graph.graph import Graph, get_default_graph
from tests.bodies import branches, branches_by_number, loop

EVERY_TYPE = (
    "float16 bfloat16 float32 float64 int8 int16 int32 int64 uint8 uint16 uint32 uint64 bool complex64 complex128"
).split()


def classifier() -> Graph:
    """A softmax layer with its gradient and an Adagrad update, fed by an iterator."""
    graph = Graph()
    with graph.as_default():
        features, labels = build.IteratorGetNext(
            output_types=[dtypes.float32, dtypes.int64],
            output_shapes=[(None, 4), (None,)],
            shared_name="input",
            name="IteratorGetNext",
        )
        weights, accumulator = (
            build.VarHandleOp(dtype=dtypes.float32, shape=(4, 3), shared_name=name, name=name)
            for name in ("w", "w/Adagrad")
        )
        for handle, value in ((weights, 0.0), (accumulator, 0.1)):
            build.AssignVariableOp(
                handle, np.full((4, 3), value, np.float32), name=f"{handle.op.name}/Assign"
            )
        read = build.ReadVariableOp(weights, dtype=dtypes.float32, name="w/Read/ReadVariableOp")
        losses, _ = build.SparseSoftmaxCrossEntropyWithLogits(
            build.MatMul(features, read), labels, name="losses"
        )
        loss = build.Mean(losses, [0], name="loss")
        (gradient,) = gradients([loss], [weights])
        with graph.control_dependencies([gradient]):
            build.ResourceApplyAdagrad(weights, accumulator, 0.05, gradient, name="train")
    return graph


def constants() -> Graph:
    """Constants of every type: scalars, arrays, none at all, and text that needs escaping."""
    graph = Graph()
    with graph.as_default():
        for name in EVERY_TYPE:
            dtype = dtypes.as_dtype(name)
            for shape in ((), (1,), (2, 3), (0, 3)):
                graph.constant(
                    np.arange(np.prod(shape), dtype=np.int64).reshape(shape).astype(dtype.np), dtype
                )
        for number in (0.1, 1 / 3, 1e-45, 3.4028235e38, 16777217.0, -0.0, 1e10, np.nan, np.inf, -np.inf):
            graph.constant(number)
            graph.constant(number, dtypes.float64)
        for text in (
            "",
            "plain",
            "tab\t newline\n return\r",
            "\"both\" 'quotes' \\",
            "Größe",
            b"\x00\x7f\x80\xff0",
        ):
            graph.constant(text)
        graph.constant([["a", "b"], ["", "d"]])
    return graph


def attributes() -> Graph:
    """Attributes of every kind, among them empty lists, unknown shapes and a device."""
    graph = Graph()
    with graph.as_default():
        x = build.Placeholder(dtype=dtypes.float32, shape=None, name="x")
        y = build.Placeholder(dtype=dtypes.float32, shape=(None, 0, 3), name="y")
        y.op.device = "/device:CPU:0"
        build.Squeeze(x, squeeze_dims=[], name="squeeze_all")
        build.Squeeze(x, squeeze_dims=[0, -2], name="squeeze_some")
        build.LeakyRelu(x, alpha=0.3, name="leaky")
        build.Assert(True, [x, 1, "text"], summarize=2, name="assert")
        build.Sum(y, [0], keep_dims=True, name="sum")
    return graph


def bodies() -> Graph:
    """A loop with a branch in its body: a variable, outputs of several kinds, something to wait for."""
    graph = Graph()
    with graph.as_default():
        x = build.Placeholder(dtype=dtypes.float32, shape=(2, 4), name="x")
        v = build.VarHandleOp(dtype=dtypes.float32, shape=(2, 2), shared_name="v", name="v")
        build.AssignVariableOp(v, np.eye(2, dtype=np.float32), name="v/Assign")

        def step(i: Any, total: Any) -> list[Any]:
            left, right = build.Split(1, x, num_split=2, name="Halves")
            write = build.AssignAddVariableOp(v, left * 0.5, name="write")
            with get_default_graph().control_dependencies([write]):
                read = build.ReadVariableOp(v, dtype=dtypes.float32)
            even = build.Equal(i % 2, 0)
            (term,) = branches(even, lambda: [build.MatMul(read, right)], lambda: [right], stateless=True)
            (factor,) = branches_by_number(i, [lambda: [read], lambda: [right * right]], stateless=True)
            return [i + 1, total + term * factor]

        _, total = loop(lambda i, total: i < 3, step, [0, np.zeros((2, 2), np.float32)])
        build.Identity(total, name="total")
        with graph.control_dependencies([total]):
            build.ReadVariableOp(v, dtype=dtypes.float32, name="after")
    return graph


GRAPHS: dict[str, Callable[[], Graph]] = {
    "classifier": classifier,
    "constants": constants,
    "attributes": attributes,
    "bodies": bodies,
    "empty": Graph,
}
