"""How one operation becomes lines of a plan, for each :class:`~estimator.runtime.lifetimes.Way`."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from operator import attrgetter
from typing import Any

import numpy as np

from estimator.graph.bfloat16 import kernel_of
from estimator.graph.constant import gives_text, text_in_c_order
from estimator.graph.handles import is_array
from estimator.graph.static import FitCheck, may_misfit
from estimator.graph.tensor import Operation
from estimator.runtime.bodies import Bodies, BoundRun
from estimator.runtime.buffers import Operand
from estimator.runtime.code import BODIES, PROGRAM, STORE
from estimator.runtime.flat_updates import write_update
from estimator.runtime.lifetimes import Way
from estimator.runtime.program import Program
from estimator.runtime.resources import Resource
from estimator.runtime.store import Storage, VariableStore
from estimator.runtime.writer import Writer

in_c_order = partial(np.asarray, order="C")


def write_operation(p: Writer, op: Operation) -> None:
    """Write the lines of an operation, and note where its outputs are."""
    if op.type != "NoOp" and p.lifetimes.ways[op] is not Way.NEEDLESS:
        _WRITE[p.lifetimes.ways[op]](p, op)


def _folded(p: Writer, op: Operation) -> None:
    for tensor in op.outputs:
        p.operands.setdefault(tensor, p.constant(p.facts.values[tensor]))  # it may be fed all the same


def _handle(p: Writer, op: Operation) -> None:
    if op.type == "VarHandleOp":
        name = p.from_store("s", _storage, p.store.of_handle(op.outputs[0]).name)
    else:
        name = p.code.derive("t", partial(_resource, p.buffers.position), PROGRAM, STORE)
    p.operands[op.outputs[0]] = Operand(name, (), np.dtype(object))


def _read(p: Writer, op: Operation) -> None:
    """The array where it lies, or a copy if it is written before the last use of what is read now."""
    value = p.store.of_handle(op.inputs[0]).value
    live = Operand(p.from_store("w", _array, p.store.of_handle(op.inputs[0]).name), value.shape, value.dtype)
    if not p.lifetimes.read_must_copy(op, p.buffers.position):
        p.operands[op.outputs[0]] = live
        return
    copy = p.operands[op.outputs[0]] = p.out(op)
    p.copy(copy, live)


def _view(p: Writer, op: Operation) -> None:
    shape = p.facts.dims[op.outputs[0]]
    assert shape is not None  # views are of a known rank
    p.operands[op.outputs[0]] = p.view(p.operands[op.inputs[0]], shape)


def _repeat(p: Writer, op: Operation) -> None:
    for tensor in op.outputs:
        p.operands[tensor] = p.operands[p.lifetimes.first[tensor]]


def _conversion(p: Writer, op: Operation) -> None:
    p.operands[op.outputs[0]] = p.operands[op.inputs[0]]


def _ufunc(p: Writer, op: Operation) -> None:
    inputs = [p.operands[tensor] for tensor in op.inputs]
    target = p.out(op, reuse=inputs)
    p.call(op.definition.ufunc, *inputs, out=target)
    p.operands[op.outputs[0]] = target


def _emit(p: Writer, op: Operation) -> None:
    inputs = [
        [p.operands[tensor] for tensor in group] if isinstance(group, list) else p.operands[group]
        for group in op.grouped_inputs()
    ]
    result = op.definition.emitter(p, op, *inputs)  # type: ignore[misc]
    outputs = result if isinstance(result, list) else [result] if op.outputs else []
    p.operands.update(zip(op.outputs, outputs, strict=True))


def write_kernel(p: Writer, op: Operation) -> None:
    """A call of the kernel, with whatever memory it allocates."""
    if may_misfit(op, p.facts):
        _write_fit_check(p, op)
    call = _kernel_call(p, op)
    if op.definition.updates:
        _write_updates(p, op, call)
        return
    names = [p.code.name("t") for _ in op.outputs]
    convert = p.code.bind(text_in_c_order if gives_text(op) else in_c_order, "n")
    # Arrays are what plans give; handles and lists must stay what they are.
    as_it_is = bool(op.bodies) or not all(map(is_array, op.outputs))
    many = len(op.outputs) != 1 or op.definition.outputs[0].is_list
    if not names:
        p.code.line(call)
    elif many:
        p.code.line(f"{', '.join(names)}, = {call if as_it_is else f'map({convert}, {call})'}")
    else:
        p.code.line(f"{names[0]} = {call if as_it_is else f'{convert}({call})'}")
    for name, tensor in zip(names, op.outputs, strict=True):
        # A fed output stays what was fed; the kernel's own goes nowhere.
        p.operands.setdefault(tensor, Operand(name, p.facts.dims[tensor], tensor.dtype.np))


def _write_fit_check(p: Writer, op: Operation) -> None:
    """A look at the shapes of the inputs, which most often have fitted before, and if not a call of the check."""
    check = p.code.derive("d", partial(_fit_check, p.position_of[op]), PROGRAM)
    fitting = p.code.derive("d", attrgetter("fitting"), check)
    names = [p.operands[tensor].name for tensor in op.inputs]
    shapes = [f"{name}.shape, " for name, tensor in zip(names, op.inputs, strict=True) if is_array(tensor)]
    p.code.line(f"if ({''.join(shapes)}) not in {fitting}: {check}([{', '.join(names)}])")


def _kernel_call(p: Writer, op: Operation) -> str:
    definition = op.definition
    words = [p.code.bind(np, "n")]
    for arg, word in zip(definition.inputs, kernel_inputs(p, op), strict=True):
        words.append(f"{word}.value" if arg.name in definition.writes_rows else word)
    words += [f"{key}={p.code.bind(op.attrs[key])}" for key in definition.kernel_attrs]
    if definition.takes_run:
        bound = p.code.derive("k", partial(_bound_run, p.position_of[op]), PROGRAM, STORE, BODIES)
        words.append(f"run={bound}")
    return f"{p.code.bind(kernel_of(op), 'k')}({', '.join(words)})"


def kernel_inputs(p: Writer, op: Operation) -> list[str]:
    """The words for the inputs of an operation, one for each argument; handles are storages."""
    return [
        f"[{', '.join(p.operands[tensor].name for tensor in group)}]"
        if isinstance(group, list)
        else p.operands[group].name
        for group in op.grouped_inputs()
    ]


def _write_updates(p: Writer, op: Operation, call: str) -> None:
    results = [p.code.name("t") for _ in op.definition.updates]
    p.code.line(f"{', '.join(results)} = {call}")
    for result, handle in zip(results, op.written, strict=True):
        p.code.line(f"{p.operands[handle].name}.write({result})")


def _range(p: Writer, op: Operation) -> None:
    found = p.lifetimes.ranges[op]
    numbers = p.operands[found.numbers]
    kind = np.dtype(f"u{numbers.dtype.itemsize}")
    is_inside = p.scratch(numbers, bool)
    p.call(np.less_equal, p.retyped(numbers, kind), kind.type(found.high), out=is_inside)
    fails = p.whether_one_fails(is_inside)
    for bound in found.bounds:
        check, comparison = bound.check, bound.comparison
        data = [p.operands[tensor] for tensor in check.inputs[1:]]
        sides = [p.operands[tensor] for tensor in comparison.inputs]
        p.code.owner = p.position_of[check]  # whose error it would be
        arguments = (check.definition.kernel, comparison.definition.ufunc, *sides, data, check.attrs)
        p.line_if(fails, _check_one, *arguments)
    p.checked[p.lifetimes.viewed(found.numbers)] = found.high


def _check_one(
    kernel: Callable[..., None], comparison: np.ufunc, numbers: Any, limit: Any, data: list[Any], attrs: Any
) -> None:
    kernel(np, comparison(numbers, limit).all(), data, attrs["summarize"], attrs["T"])


_WRITE: dict[Way, Callable[[Writer, Operation], None]] = {
    Way.FOLDED: _folded,
    Way.HANDLE: _handle,
    Way.READ: _read,
    Way.VIEW: _view,
    Way.CONVERSION: _conversion,
    Way.REPEAT: _repeat,
    Way.UFUNC: _ufunc,
    Way.EMIT: _emit,
    Way.UPDATE: write_update,
    Way.RANGE: _range,
    Way.KERNEL: write_kernel,
}


def _storage(name: str, store: VariableStore) -> Storage:
    return store.storage(name)


def _resource(position: int, program: Program, store: VariableStore) -> Resource:
    return store.resource(program.order[position])


def _array(name: str, store: VariableStore) -> Any:
    return store.storage(name).value


def _fit_check(position: int, program: Program) -> Callable[[Sequence[Any]], None]:
    return FitCheck(program.order[position])


def _bound_run(position: int, program: Program, store: VariableStore, bodies: Bodies) -> BoundRun:
    return BoundRun(program.order[position], program, store, bodies)
