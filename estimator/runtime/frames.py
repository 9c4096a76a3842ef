"""Which operations run in which loop of TensorFlow 1's: its frame.

Enter takes a value into a frame, Exit out of it; what is reached from an Enter lies in its frame, and frames lie in
frames. Here a frame runs as a whole: when all that enters it is there, and until its last round is done.

Source: BuildControlFlowInfo, TensorFlow 2.15 core/graph/control_flow.cc
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from estimator.core.errors import InvalidArgumentError
from estimator.graph.tensor import Operation, Tensor


class Frame:
    """One loop.

    Attributes
    ----------
    name : str
    outer : Frame or None
        The frame that it lies in; None outside of all.
    depth : int
        How many frames it is in, itself included.
    """

    def __init__(self, name: str, outer: Frame | None) -> None:
        self.name = name
        self.outer = outer
        self.depth = 1 + depth_of(outer)


def depth_of(frame: Frame | None) -> int:
    """How many frames lie around what runs in this one."""
    return 0 if frame is None else frame.depth


def leads_back(earlier: Operation, op: Operation) -> bool:
    """Whether an edge goes from the end of a round to the beginning of the next."""
    return earlier.type == "NextIteration" and op.type == "Merge"


def needs(op: Operation, fed: frozenset[Tensor]) -> Iterator[Operation]:
    """What must have run before an operation in the same round."""
    for tensor in op.inputs:
        if tensor not in fed and not leads_back(tensor.op, op):
            yield tensor.op
    yield from op.control_inputs


def frames_of(operations: Sequence[Operation], fed: frozenset[Tensor]) -> dict[Operation, Frame]:
    """The frames of the operations that run in one; empty for graphs without.

    Parameters
    ----------
    operations : sequence of Operation
        Each behind those that it needs.
    fed : frozenset of Tensor
        Tensors that are given.

    Raises
    ------
    InvalidArgumentError
        If an operation takes values from two frames, which happens if something in a loop is fed.
    """
    frames: dict[Operation, Frame] = {}
    if not any(op.type == "Enter" for op in operations):
        return frames
    made: dict[tuple[Frame | None, str], Frame] = {}
    for op in operations:
        frame = _common(op, fed, frames)
        if op.type == "Enter":
            name = op.attrs["frame_name"]
            frame = made.setdefault((frame, name), Frame(name, frame))
        if frame is not None:
            frames[op] = frame
    return frames


def given_to(op: Operation, frames: Mapping[Operation, Frame]) -> Frame | None:
    """The frame in which what an operation gives is used."""
    frame = frames.get(op)
    return frame.outer if frame is not None and op.type == "Exit" else frame


def _common(op: Operation, fed: frozenset[Tensor], frames: Mapping[Operation, Frame]) -> Frame | None:
    """The frame that all inputs are given to; what is fed is given to none."""
    found = {given_to(earlier, frames): earlier.name for earlier in needs(op, fed)}
    for tensor in op.inputs:
        if tensor in fed:
            found[None] = tensor.name
    if len(found) > 1:
        (one, first), (other, second) = list(found.items())[:2]
        raise InvalidArgumentError(
            f"{op.describe()} has inputs from different frames: {first!r} is in {_shown(one)}, {second!r} in "
            f"{_shown(other)}. What lies in a loop cannot be fed, and is used in that loop only.",
            op,
        )
    return next(iter(found), None)


def _shown(frame: Frame | None) -> str:
    return "no frame" if frame is None else f"frame {frame.name!r}"
