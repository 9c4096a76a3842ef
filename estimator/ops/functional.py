"""Ops that call functions of the graph's library: branches, loops, plain calls.

A body is a graph of its own (:class:`estimator.graph.function.FunctionGraph`). Its arguments are the op's
inputs: what the body was given, then what it captured, handles of variables among them. The kernels
run it by ``run.call(attribute, arguments)``; what an operation reads, draws and writes is what its
bodies do (:attr:`estimator.graph.tensor.Operation.effect`), so each op of a pair (If, StatelessIf) is the
other here. TensorFlow leaves stateful bodies alone only under the name without ``Stateless``.

Source: TensorFlow 2.15, core/ops/functional_ops.cc; core/kernels/functional_ops.cc.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from estimator.core.dtypes import DType
from estimator.core.shapes import Dims, show
from estimator.graph.branches import choice_gradients, function_gradients
from estimator.graph.constant import is_true
from estimator.graph.function import FunctionGraph
from estimator.graph.loops import loop_gradients
from estimator.graph.op import OpRun, ShapeScope, op

BRANCHES = "cond: Tcond, input: Tin[] -> output: Tout[]"
CASE = "branch_index: int32, input: Tin[] -> output: Tout[]"
LOOP = "input: T[] -> output: T[]"
CALL = "args: Tin[] -> output: Tout[]"
_BRANCH_ATTRS = {"then_branch": "func", "else_branch": "func", "output_shapes": []}
_CASE_ATTRS = {"branches": "list(func)", "output_shapes": []}
_LOOP_ATTRS = {"cond": "func", "body": "func", "output_shapes": [], "parallel_iterations": 10}
_CALL_ATTRS = {"f": "func", "config": "", "config_proto": "", "executor_type": ""}


def _fits(s: ShapeScope, attr: str, inputs: str, outputs: str | None) -> None:
    """Check that the functions in one attribute take and give the types in others."""
    for body in s.bodies(attr):
        _demand_types(s, attr, body, inputs, outputs)


def _demand_types(s: ShapeScope, attr: str, body: FunctionGraph, inputs: str, outputs: str | None) -> None:
    given, taken = _types(s.attrs[inputs]), _types(tensor.dtype for tensor in body.inputs)
    if given != taken:
        raise ValueError(f"{attr} is {body.name!r}, which takes {taken}; given: {given}.")
    wanted, results = _types(s.attrs[outputs] if outputs else ()), _types(t.dtype for t in body.results)
    if outputs is not None and results != wanted:
        raise ValueError(f"{attr} is {body.name!r}, which gives {results}; wanted: {wanted}.")
    if outputs is None and len(body.results) != 1:
        raise ValueError(f"{attr} is {body.name!r}, which must give one value, not {results}.")


def _types(dtypes: Any) -> str:
    return f"({', '.join(dtype.name for dtype in dtypes)})"


def _stated(s: ShapeScope, types: Sequence[DType]) -> list[Dims]:
    shapes: list[Dims] = s.attrs["output_shapes"]
    if shapes and len(shapes) != len(types):
        raise ValueError(f"output_shapes has {len(shapes)} shapes for {len(types)} outputs.")
    return shapes or [None] * len(types)


def _branches_shape(s: ShapeScope) -> list[Dims]:
    _fits(s, "then_branch", "Tin", "Tout")
    _fits(s, "else_branch", "Tin", "Tout")
    return _stated(s, s.attrs["Tout"])


def _case_shape(s: ShapeScope) -> list[Dims]:
    if not s.attrs["branches"]:
        raise ValueError("branches must be at least one function.")
    if s.shapes[0]:
        raise ValueError(f"branch_index must be a scalar, its shape is {show(s.shapes[0])}.")
    _fits(s, "branches", "Tin", "Tout")
    return _stated(s, s.attrs["Tout"])


def _loop_shape(s: ShapeScope) -> list[Dims]:
    _fits(s, "cond", "T", None)
    _fits(s, "body", "T", "T")
    return _stated(s, s.attrs["T"])


def _call_shape(s: ShapeScope) -> list[Dims]:
    _fits(s, "f", "Tin", "Tout")
    (body,) = s.bodies("f")
    return [tensor.dims for tensor in body.results]


def _choose(xp: Any, cond: Any, input: list[Any], *, run: OpRun) -> list[Any]:
    """The results of `then_branch`, or of `else_branch` if the condition does not hold.

    Source  TF ops If and StatelessIf, functional_ops.cc
    """
    return run.call("then_branch" if is_true(cond) else "else_branch", input)


def _choose_by_number(
    xp: Any, branch_index: Any, input: list[Any], branches: Any, *, run: OpRun
) -> list[Any]:
    """The results of the function of that number; of the last, if no function has it.

    Source  TF ops Case and StatelessCase, functional_ops.cc
    """
    number = int(branch_index)
    return run.call("branches", input, number if 0 <= number < len(branches) else len(branches) - 1)


def _repeat(xp: Any, input: list[Any], *, run: OpRun) -> list[Any]:
    """The values after `body` has replaced them as long as `cond` holds of them.

    Source  TF ops While and StatelessWhile, functional_ops.cc
    """
    return run.repeat("cond", "body", input)


def _call(xp: Any, args: list[Any], *, run: OpRun) -> list[Any]:
    """The results of the function `f`.

    Source  TF ops PartitionedCall and StatefulPartitionedCall, functional_ops.cc
    """
    return run.call("f", args)


def _pair(
    names: str, signature: str, attrs: dict[str, Any], shape: Any, kernel: Callable[..., Any], gradients: Any
) -> None:
    for name in names.split():
        declared = op(name, signature, attrs=attrs, shape=shape)(kernel)
        declared.gradient(lambda b, op, *dys: gradients(op, dys))


_pair("If StatelessIf", BRANCHES, _BRANCH_ATTRS, _branches_shape, _choose, choice_gradients)
_pair("Case StatelessCase", CASE, _CASE_ATTRS, _case_shape, _choose_by_number, choice_gradients)
_pair("While StatelessWhile", LOOP, _LOOP_ATTRS, _loop_shape, _repeat, loop_gradients)
_pair("PartitionedCall StatefulPartitionedCall", CALL, _CALL_ATTRS, _call_shape, _call, function_gradients)
