"""TensorFlow 1's control flow: branches and loops as a flow of values, some of which are dead.

A Switch gives its value on one side and nothing, a dead value, on the other; whatever takes a dead value, or waits for
what took one, does not run and gives dead values; a Merge gives the one that is alive. A loop is a frame, in which
every operation runs once a round; the ways in and out are Enter, Exit and NextIteration::

    x -> Enter -> Merge -> Switch -> a round's operations -> NextIteration -> (the Merge)
                             └-> Exit -> y

They come from files: functions of this package make If and While instead. What they do stands in
:mod:`estimator.runtime.executors.frames`, which runs all graphs that have them; none has a kernel, since dead values
and rounds are not arrays.

Branches have gradients, which are branches as well: what flows out of a Merge flows back by a Switch, into the one of
its inputs that was alive, and the gradient of a Switch is a Merge of what comes back on either side. Those of a
loop would have to keep what its rounds have computed; they are in the file or nowhere.

Source: TensorFlow 2.15, core/ops/control_flow_ops.cc; core/common_runtime/executor.cc
"""

from __future__ import annotations

from typing import Any

from estimator.core.errors import GradientError
from estimator.core.shapes import Dims
from estimator.graph import rules
from estimator.graph.backward import dense, gradient_kind
from estimator.graph.op import OpDef, ShapeScope, declare


def _both_sides(s: ShapeScope) -> list[Dims]:
    rules.check_scalars(s, pred=1)
    return [s.shapes[0], s.shapes[0]]


def _any_of(s: ShapeScope) -> list[Dims]:
    """What the shapes have in common, since any of the inputs may be the one; and which it is."""
    first, *others = s.shapes
    for other in others:
        if first is None or other is None or len(first) != len(other):
            return [None, ()]
        first = tuple([size if size == size2 else None for size, size2 in zip(first, other, strict=True)])
    return [first, ()]


def _truth(s: ShapeScope) -> Dims:
    rules.check_scalars(s, input=0)
    return ()


def refuse_gradient(b: Any, op: Any, *dys: Any) -> Any:
    """The gradient rule of a loop from a file: its gradients are in the file, or nowhere.

    Raises
    ------
    GradientError
        Always.
    """
    raise GradientError(
        f"No gradient defined for operation {op.describe()}: it belongs to a loop of TensorFlow 1's control flow, read "
        "from a file. The gradients that the file has can be run; for others call tf.gradients (or minimize) in "
        "TensorFlow before the graph is exported, or build the model anew here with tf.while_loop."
    )


def _framed(name: str, signature: str, shape: Any, **traits: Any) -> OpDef:
    definition = declare(name, signature, shape=shape, framed=True, **traits)
    definition.gradient_rule = refuse_gradient
    return definition


switch = _framed("Switch", "data: T, pred: bool -> output_false: T, output_true: T", _both_sides)
merge = _framed("Merge", "inputs: N * T -> output: T, value_index: int32", _any_of)


@switch.gradient
def switch_gradient(b: Any, op: Any, dfalse: Any, dtrue: Any) -> Any:
    """What comes back on the side that is alive: each passes a Switch, since zeros, for one, are alive on both."""
    data, pred = op.inputs
    if pred.op.type == "LoopCond":
        refuse_gradient(b, op)
    sides = [b.Switch(dense(dy, data), pred)[side] for side, dy in enumerate((dfalse, dtrue))]
    back = b.Merge(sides)[0]
    back.set_shape(gradient_kind(data)[1])
    return back, None


@merge.gradient
def merge_gradient(b: Any, op: Any, dy: Any, _: Any) -> Any:
    """What flows into the input that was alive, by its number."""
    if any(tensor.op.type in ("Enter", "NextIteration") for tensor in op.inputs):
        refuse_gradient(b, op)
    taken = op.outputs[1]
    return [b.Switch(dy, b.Equal(taken, place))[1] for place in range(len(op.inputs))]


_framed(
    "Enter",
    "data: T -> output: T",
    rules.like_first,
    attrs={"frame_name": str, "is_constant": False, "parallel_iterations": 10},
)
_framed("Exit", "data: T -> output: T", rules.like_first)
_framed("NextIteration", "data: T -> output: T", rules.like_first)
_framed("LoopCond", "input: bool -> output: bool", _truth)
_framed("ControlTrigger", "", rules.no_output)
