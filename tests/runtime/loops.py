"""Branches and loops of TensorFlow 1, built by hand: this package reads them from files, and never makes them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from estimator.graph import build
from estimator.graph.graph import get_default_graph
from estimator.graph.tensor import Tensor


def into(frame: str, value: Any) -> Tensor:
    """A value that is the same in all rounds of a frame."""
    result: Tensor = build.Enter(_tensor(value), frame_name=frame, is_constant=True)
    return result


def loop(
    frame: str,
    condition: Callable[..., Any],
    body: Callable[..., Sequence[Any]],
    starts: Sequence[Any],
) -> list[Tensor]:
    """What is left of the values when the condition no longer holds; what it and the body use must be taken `into` it."""
    heads = []
    for start in starts:
        enter = build.Enter(_tensor(start), frame_name=frame)
        heads.append(build.Merge([enter, enter])[0])
    goes_on = build.LoopCond(condition(*heads))
    sides = [build.Switch(head, goes_on) for head in heads]
    results = body(*(build.Identity(inside) for _, inside in sides))
    for head, result in zip(heads, results, strict=True):
        head.op.update_input(1, build.NextIteration(result))
    return [build.Exit(outside) for outside, _ in sides]


def branch(pred: Any, value: Any, if_false: Callable[[Tensor], Any], if_true: Callable[[Tensor], Any]) -> Any:
    """What the branch makes of the value, and which it was."""
    no, yes = build.Switch(_tensor(value), pred)
    return build.Merge([if_false(no), if_true(yes)])


def count_to(limit: Any, frame: str = "count", start: Any = 0, step: Any = 1) -> Tensor:
    """A loop that counts; in another loop what it is given must lie there."""
    end, one = into(frame, limit), into(frame, step)
    return loop(frame, lambda i: build.Less(i, end), lambda i: [build.AddV2(i, one)], [start])[0]


def _tensor(value: Any) -> Tensor:
    return get_default_graph().convert(value)
