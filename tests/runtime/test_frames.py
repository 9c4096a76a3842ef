"""Which operations run in which loop."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from estimator.core.dtypes import int32
from estimator.core.errors import InvalidArgumentError
from estimator.graph import build
from estimator.graph.graph import Graph
from estimator.graph.tensor import Tensor
from estimator.runtime.frames import Frame, frames_of, given_to
from estimator.runtime.order import prune
from tests.runtime.loops import count_to, into, loop


@pytest.fixture(autouse=True)
def graph() -> Iterator[Graph]:
    with Graph().as_default() as graph:
        yield graph


def names(*targets: Tensor, fed: tuple[Tensor, ...] = ()) -> dict[str, str]:
    """The frames of the operations that lie in one, with those around it, the outermost first."""
    operations = prune([target.op for target in targets], frozenset(fed))
    frames = frames_of(operations, frozenset(fed))
    return {op.name: path(frame) for op, frame in frames.items()}


def path(frame: Frame | None) -> str:
    return "" if frame is None else f"{path(frame.outer)}/{frame.name}"


def test_a_graph_without_loops_has_no_frames() -> None:
    assert names(build.Exp(build.Neg(1.0))) == {}


def test_what_is_reached_from_what_enters_lies_in_the_frame() -> None:
    end = build.Neg(count_to(3))
    found = names(end)
    assert set(found.values()) == {"/count"}
    types = {"Enter", "Merge", "Less", "LoopCond", "Switch", "Identity", "AddV2", "NextIteration", "Exit"}
    assert {end.graph.get_operation_by_name(name).type for name in found} == types


def test_what_only_waits_for_something_in_a_frame_lies_in_it(graph: Graph) -> None:
    def body(i: Tensor) -> list[Tensor]:
        with graph.control_dependencies([i]):
            return [build.AddV2(i, graph.constant(1, name="one"))]

    end = into("f", 3)
    (left,) = loop("f", lambda i: build.Less(i, end), body, [0])
    assert names(left)["one"] == "/f"


def test_a_loop_in_a_loop_is_a_frame_in_a_frame() -> None:
    limit, one = into("outer", 3), into("outer", 1)

    def body(i: Tensor) -> list[Tensor]:
        return [build.AddV2(count_to(i, "inner", start=one, step=one), one)]

    (left,) = loop("outer", lambda i: build.Less(i, limit), body, [0])
    assert set(names(left).values()) == {"/outer", "/outer/inner"}


def test_what_leaves_a_frame_is_given_to_the_one_around_it() -> None:
    left = count_to(3)
    frames = frames_of(prune([left.op], frozenset()), frozenset())
    assert path(frames[left.op]) == "/count"
    assert given_to(left.op, frames) is None


def test_loops_of_one_name_in_different_frames_are_different(graph: Graph) -> None:
    ends = {name: into(name, 3) for name in ("a", "b")}
    left = [
        loop(
            name,
            lambda i, end=end: build.Less(i, end),
            lambda i: [count_to(i, "inner", start=i, step=i)],
            [1],
        )[0]
        for name, end in ends.items()
    ]
    assert {"/a/inner", "/b/inner"} < set(names(*left).values())


def test_a_value_from_outside_that_does_not_enter_is_refused(graph: Graph) -> None:
    outside = build.Placeholder(dtype=int32, shape=(), name="outside")
    end = into("f", 3)
    (left,) = loop("f", lambda i: build.Less(i, end), lambda i: [build.AddV2(i, outside, name="sum")], [0])
    with pytest.raises(
        InvalidArgumentError, match=r"AddV2 'sum' .*different frames: .*'f', 'outside' in no frame"
    ):
        names(left)


def test_what_lies_in_a_loop_cannot_be_fed() -> None:
    end, one = into("f", 3), into("f", 1)
    inside: list[Tensor] = []

    def body(i: Tensor) -> list[Tensor]:
        inside.append(build.Neg(i))
        return [build.AddV2(build.Neg(inside[0]), build.AddV2(i, one))]

    (left,) = loop("f", lambda i: build.Less(i, end), body, [0])
    with pytest.raises(InvalidArgumentError, match="inputs from different frames.*cannot be fed"):
        names(left, fed=(inside[0],))
