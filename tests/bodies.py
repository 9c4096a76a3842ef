"""Branches, loops and calls made of Python functions, for tests of how bodies are run."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from estimator.graph import build
from estimator.graph.function import FunctionGraph, share_captures
from estimator.graph.graph import get_default_graph
from estimator.graph.tensor import Tensor


def traced(function: Callable[..., Any], arguments: Sequence[Tensor], name: str) -> FunctionGraph:
    """The body that the function makes of arguments like these; it returns a list of tensors."""
    body = FunctionGraph(name)
    with body.as_default():
        placeholders = [body.add_argument(tensor.dtype, tensor.dims) for tensor in arguments]
        body.results = [body.convert(result) for result in function(*placeholders)]
    return body


def branches(
    pred: Any, then: Callable[[], Any], otherwise: Callable[[], Any], stateless: bool = False
) -> list[Tensor]:
    """The results of `then`, or of `otherwise` where `pred` does not hold."""
    bodies = traced(then, [], "then"), traced(otherwise, [], "otherwise")
    captured = share_captures(*bodies)
    with get_default_graph().control_dependencies(sum((body.control_captures for body in bodies), [])):
        return getattr(build, "StatelessIf" if stateless else "If")(  # type: ignore[no-any-return]
            pred,
            captured,
            Tout=[result.dtype for result in bodies[0].results],
            then_branch=bodies[0].name,
            else_branch=bodies[1].name,
            output_shapes=[result.dims for result in bodies[0].results],
            name="branches",
        )


def branches_by_number(
    number: Any, functions: Sequence[Callable[[], Any]], stateless: bool = False
) -> list[Tensor]:
    """The results of the function of that number, or of the last."""
    bodies = [traced(function, [], f"branch{place}") for place, function in enumerate(functions)]
    captured = share_captures(*bodies)
    with get_default_graph().control_dependencies(sum((body.control_captures for body in bodies), [])):
        return getattr(build, "StatelessCase" if stateless else "Case")(  # type: ignore[no-any-return]
            number,
            captured,
            Tout=[result.dtype for result in bodies[0].results],
            branches=[body.name for body in bodies],
            output_shapes=[result.dims for result in bodies[0].results],
            name="branches",
        )


def loop(
    cond: Callable[..., Any], step: Callable[..., Any], start: Sequence[Any], stateless: bool = False
) -> list[Tensor]:
    """The values that `step` makes of those at the start as long as `cond` holds."""
    values = [get_default_graph().convert(value) for value in start]
    bodies = traced(lambda *inside: [cond(*inside)], values, "cond"), traced(step, values, "step")
    captured = share_captures(*bodies)
    bodies[1].results += bodies[1].captures.values()
    with get_default_graph().control_dependencies(sum((body.control_captures for body in bodies), [])):
        results: list[Tensor] = getattr(build, "StatelessWhile" if stateless else "While")(
            [*values, *captured],
            cond=bodies[0].name,
            body=bodies[1].name,
            output_shapes=[tensor.dims for tensor in bodies[1].inputs],
            name="loop",
        )
    return results[: len(values)]


def call(function: Callable[..., Any], arguments: Sequence[Any]) -> list[Tensor]:
    """What the function gives, called at run time."""
    values = [get_default_graph().convert(value) for value in arguments]
    body = traced(function, values, "called")
    with get_default_graph().control_dependencies(body.control_captures):
        return build.StatefulPartitionedCall(
            [*values, *body.captures],
            Tout=[result.dtype for result in body.results],
            f=body.name,
            name="call",
        )
