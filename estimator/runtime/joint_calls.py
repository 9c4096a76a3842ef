"""Calls of joint kernels as lines of a plan: what siblings do, done together.

A joint kernel leaves the operations of which it is not sure to give the same bits, and those where something is wrong;
for these their own kernels are called, whose lines stand below, and whose errors are those of the interpreter.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from estimator.graph.bfloat16 import computes_in_bfloat16
from estimator.graph.handles import written_variables
from estimator.graph.tensor import Operation, Tensor
from estimator.runtime.dispatch import kernel_inputs, write_kernel, write_operation
from estimator.runtime.lifetimes import NOTHING_LEFT, Lifetimes, Way
from estimator.runtime.siblings import kind_of
from estimator.runtime.writer import Writer


def find_siblings(order: Sequence[Operation], lifetimes: Lifetimes) -> list[list[Operation]]:
    """Neighbours in the order of a program of which a plan gives two or more to a joint kernel.

    Among them stand repeats of them: these have what they repeat only when the call has been written.
    """
    found: list[list[Operation]] = []
    kind: Any = None
    made: set[Tensor] = set()
    written: set[str | None] = set()
    for op in order:
        if lifetimes.ways[op] in NOTHING_LEFT:
            if kind is not None and not made.isdisjoint(map(lifetimes.first.get, op.outputs)):
                found[-1].append(op)
                made.update(op.outputs)
            continue
        is_own = op.definition.joint is None or lifetimes.ways[op] is not Way.KERNEL
        if is_own or computes_in_bfloat16(op):  # then its kernel is given other types
            kind = None
            continue
        own, writes = kind_of(op), written_variables(op)
        # None stands for a variable that only the run tells: it may be that of any other.
        is_apart = made.isdisjoint(op.inputs) and written.isdisjoint(writes) and None not in writes | written
        if own != kind or not is_apart:
            found.append([])
            kind, made, written = own, set(), set()
        found[-1].append(op)
        made.update(op.outputs)
        written |= writes
    return [group for group in found if len(_called(group, lifetimes)) > 1]


def _called(group: Sequence[Operation], lifetimes: Lifetimes) -> list[Operation]:
    """Those of a group that are no repeats."""
    return [op for op in group if lifetimes.ways[op] is Way.KERNEL]


def write_siblings(p: Writer, group: Sequence[Operation]) -> None:
    """Write a call of the joint kernel of some operations, and behind it their own, for those that it leaves."""
    siblings = _called(group, p.lifetimes)
    definition = siblings[0].definition
    inputs = zip(*(kernel_inputs(p, op) for op in siblings), strict=True)
    words = [p.code.bind(np, "n"), *(f"[{', '.join(group)}]" for group in inputs)]
    words += [f"{key}={p.code.bind([op.attrs[key] for op in siblings])}" for key in definition.kernel_attrs]
    found = [p.code.name("t") for _ in siblings]
    p.code.line(f"{', '.join(found)} = {p.code.bind(definition.joint, 'k')}({', '.join(words)})")
    for op, result in zip(siblings, found, strict=True):
        p.code.owner = p.position_of[op]  # whose error it would be
        p.code.begin_block(f"if {result} is None:")
        write_kernel(p, op)
        p.code.end_block()
        names = [_result_name(p, tensor) for tensor in op.outputs]
        if names:
            p.code.line(f"else: {', '.join(names)}{',' * (len(names) > 1)} = {result}")
    for op in group:
        if p.lifetimes.ways[op] is Way.REPEAT:
            write_operation(p, op)


def _result_name(p: Writer, tensor: Tensor) -> str:
    return "_" if p.facts.is_given(tensor) else p.operands[tensor].name  # a fed output stays what was fed
