"""Whether a graph can be served by its signatures, before anything of it is written.

What a signature gives must be computed by operations that other runtimes have. The iterator of a training's input is
written as Placeholders, so a signature may take what it gives, but cannot need it. Python no file can hold.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from typing import Any, TypeAlias

from estimator.checkpoint.saver import Saver
from estimator.checkpoint.variables import flat
from estimator.core import log
from estimator.core.errors import UsageError
from estimator.graph.graph import Graph
from estimator.graph.handles import HANDLE_OPS, resource_name, variable_of
from estimator.graph.tensor import Operation, Tensor
from estimator.saved_model import constants
from estimator.saved_model.tensor_info import named_tensor, tensor_names

Message: TypeAlias = Any  # a class made at run time

_RESERVED = (constants.INIT_OP_SIGNATURE_KEY, constants.TRAIN_OP_SIGNATURE_KEY)
_OF_PYTHON = frozenset(("PyFunc", "PyFuncStateless", "EagerPyFunc"))


class SignatureError(UsageError, AssertionError):
    """What is to be exported cannot be served; of an incomplete TensorInfo TensorFlow raises an AssertionError."""


def check(graph: Graph, signatures: Mapping[str, Message], main_op: Operation | None) -> None:
    """Refuse signatures and a main_op that no loader could run.

    Raises
    ------
    SignatureError
        A :class:`UsageError` and AssertionError; all problems are listed.
    TypeError
        If the `main_op` is no operation.
    """
    if main_op is not None and not isinstance(main_op, Operation):
        raise TypeError(f"main_op is an Operation, such as tf.tables_initializer(); given: {main_op!r}.")
    problems = [
        problem for key, signature in signatures.items() for problem in _problems(graph, key, signature)
    ]
    if main_op is not None:
        problems += [
            f"the main_op {main_op.name!r} needs {_shown(op)}."
            for op in filter(_is_only_here, _needed([main_op]))
        ]
    if problems:
        raise SignatureError("the SavedModel", problems)


def _problems(graph: Graph, key: str, signature: Message) -> Iterator[str]:
    if key in _RESERVED:
        yield f"the signature key {key!r} is reserved for what a load runs: use another."
        return
    inputs: dict[str, list[Tensor]] = {}
    outputs: dict[str, list[Tensor]] = {}
    for what, infos, found in (("input", signature.inputs, inputs), ("output", signature.outputs, outputs)):
        for name, info in infos.items():
            place = f"signature {key!r}, {what} {name!r}"
            try:
                found[name] = _tensors(graph, info)
            except (KeyError, ValueError) as error:
                yield f"{place}: {error}"
    fed = {tensor for tensors in inputs.values() for tensor in tensors}
    for name, tensors in outputs.items():
        wanted = [tensor.op for tensor in tensors if tensor not in fed]
        for op in filter(_is_only_here, _needed(wanted, fed)):
            yield f"signature {key!r}, output {name!r} needs {_shown(op)}."


def _tensors(graph: Graph, info: Message) -> list[Tensor]:
    names = tensor_names(info)
    if not info.dtype:
        raise ValueError(f"the TensorInfo of {names[0]!r} has no dtype; build_tensor_info makes whole ones.")
    return [named_tensor(graph, name) for name in names]


def _needed(wanted: Iterable[Operation], fed: Collection[Tensor] = ()) -> list[Operation]:
    """The operations that are run for these when those tensors are given, up to such as are only here."""
    pending, seen = list(wanted), dict[Operation, None]()
    while pending:
        op = pending.pop()
        if op in seen:
            continue
        seen[op] = None
        if not _is_only_here(op):
            pending += [tensor.op for tensor in op.inputs if tensor not in fed]
            # A file lets wait for those that are local what waits for them.
            pending += [control for control in op.control_inputs if not control.definition.is_left_out]
    return list(seen)


def _is_only_here(op: Operation) -> bool:
    if op.definition.opaque is not None:
        return False  # an op of TensorFlow's, with functions that are not graphs here
    if op.definition.is_left_out or op.type in _OF_PYTHON:
        return True
    return any(_is_only_here(inner) for body in op.bodies for inner in body.get_operations())


def _shown(op: Operation) -> str:
    where = f"{op.name!r} ({op.type})"
    if op.type in _OF_PYTHON:
        return f"{where}, a function of Python, which no file can hold: write it in TensorFlow's operations"
    if op.bodies:
        return f"{where}, whose body holds what no file can hold: a function of Python, or an iterator"
    return (
        f"{where}, which only this process has: give the signature what it gives as an input, or build the model on "
        "tf.placeholder"
    )


def warn_of_empty_resources(
    graph: Graph, signatures: Mapping[str, Message], main_op: Operation | None, saver: Saver
) -> None:
    """Warn of variables and tables that a signature uses and that have no value after a load.

    They are neither saved nor does the `main_op` touch them; a script may still initialise them itself.
    """
    wanted = [
        named_tensor(graph, name).op
        for signature in signatures.values()
        for info in signature.outputs.values()
        for name in tensor_names(info)
    ]
    saved = {variable_of(variable.handle) for variable in flat(saver.keys().values())}
    initialised = set(_resources([] if main_op is None else [main_op]))
    empty = {
        name: kind
        for name, kind in _resources(wanted).items()
        if name not in saved and name not in initialised
    }
    if empty:
        shown = ", ".join(f"{kind} {name!r}" for name, kind in sorted(empty.items()))
        log.warning(
            "The SavedModel uses what is neither saved nor initialised when it is loaded: %s. Pass "
            "main_op=tf.group(tf.local_variables_initializer(), tf.tables_initializer()), or a saver of all variables.",
            shown,
        )


def _resources(wanted: Iterable[Operation]) -> dict[str, str]:
    """The names of the variables, tables and so on that these operations need, with the kind of each."""
    return {
        resource_name(op): HANDLE_OPS[op.type]
        for op in _needed(wanted)
        if op.type in HANDLE_OPS and HANDLE_OPS[op.type] in ("variable", "lookup table")
    }
