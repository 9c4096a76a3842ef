"""A graph, from what is fed to what is fetched, as an ONNX model.

The operations are walked in the order of their creation. One that depends on nothing that is fed is not exported: the
session gives its value, and variables are such values, under their own names. For the others their op type's rule adds
nodes.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any

import numpy as np

from estimator.core import dtypes, log
from estimator.core.dtypes import DType
from estimator.core.errors import raise_problems
from estimator.core.registry import shortened
from estimator.graph.handles import handle_op, is_array, is_handle, maker_of, variable_of
from estimator.graph.tensor import Operation, Tensor
from estimator.onnx_export import arrays, elementwise, images, products, reductions, sparse
from estimator.onnx_export.document import Document, has_type, type_number
from estimator.onnx_export.rules import Rule, Untranslatable, refuse
from estimator.runtime.order import prune
from estimator.runtime.session import Session
from estimator.runtime.tables import Table

_FAMILIES = (arrays, elementwise, images, products, reductions, sparse)
RULES: dict[str, Rule] = {op_type: rule for family in _FAMILIES for op_type, rule in family.RULES.items()}

_PRODUCER = "numpy-estimator"
_COPIES = frozenset(("Identity", "StopGradient", "PreventGradient"))
_ELEMENT_TYPES = ("Tparams", "TI", "SrcT", "Tin", "T", "dtype")  # the first of them that an op has
_SAFE = frozenset(("pure", "read"))  # effects of what the session may compute once for all


def to_onnx(session: Session, inputs: Mapping[str, Tensor], outputs: Mapping[str, Tensor]) -> bytes:
    """The part of a session's graph that makes some tensors of others, with the values of its variables.

    Parameters
    ----------
    session : Session
        Its variables have their values.
    inputs, outputs : dict of str to Tensor
        What is fed and what is given, by the names that they have in the model.

    Raises
    ------
    UsageError
        A ValueError that lists each operation that cannot be exported, and why.
    """
    _check_names(inputs, outputs)
    export = _Export(session, inputs)
    export.document.reserve(outputs)  # a variable may be called the same
    fed = frozenset(inputs.values())
    checks = frozenset(op for op in session.graph.get_operations() if _is_check(op))
    operations = prune([tensor.op for tensor in outputs.values() if tensor not in fed], fed, done=checks)
    export.fold(operations, outputs)
    for op in operations:
        export.translate(op)
    export.problems += [
        f"output {name!r} is {tensor.name!r} of {tensor.op.describe()}, which is not exported."
        for name, tensor in outputs.items()
        if tensor not in export.names
    ]
    raise_problems("the ONNX model", export.problems)
    _warn_of_checks(operations, checks)
    for name, tensor in outputs.items():
        export.document.add_output(name, export.names[tensor], tensor.dtype, tensor.dims)
    return export.document.serialized("model", _PRODUCER)


def _check_names(inputs: Mapping[str, Any], outputs: Mapping[str, Any]) -> None:
    problems = [
        f"{what} {name!r} is {given!r}; ONNX takes dense tensors, such as tf.placeholder(tf.float32, [None, 4])."
        for what, tensors in (("input", inputs), ("output", outputs))
        for name, given in tensors.items()
        if not isinstance(given, Tensor)
    ]
    problems += [
        f"{name!r} names an input and an output, and ONNX wants a name for each."
        for name in inputs
        if name in outputs
    ]
    problems += [
        f"{name!r} is {tensor.dtype.name}, which is not exported."
        for name, tensor in [*inputs.items(), *outputs.items()]
        if isinstance(tensor, Tensor) and not has_type(tensor.dtype)
    ]
    problems += [
        f"the number of axes of {name!r} is not known before a run: use tensor.set_shape."
        for name, tensor in [*inputs.items(), *outputs.items()]
        if isinstance(tensor, Tensor) and tensor.dims is None
    ]
    raise_problems("the ONNX model", problems)


def _is_check(op: Operation) -> bool:
    return op.effect == "check" and not op.outputs


def _warn_of_checks(operations: Sequence[Operation], checks: Collection[Operation]) -> None:
    """Say which checks the model does without."""
    left_out = {check.name for op in operations for check in op.control_inputs if check in checks}
    if left_out:
        log.warning(
            "ONNX has no checks, so the model goes on where these would fail: %s", shortened(left_out)
        )


class _Export:
    """The export of one graph; what rules see of it is :class:`~.rules.Nodes`.

    Attributes
    ----------
    document : Document
    names : dict of Tensor to str
        Which value of the model a tensor is.
    problems : list of str
        What cannot be exported.
    """

    def __init__(self, session: Session, inputs: Mapping[str, Tensor]) -> None:
        self.document = Document()
        self.names: dict[Tensor, str] = {}
        self.problems: list[str] = []
        self._session = session
        self._fed = frozenset(inputs.values())
        self._values: dict[Tensor, Any] = {}  # of what depends on nothing that is fed
        self._variables: dict[str | None, str] = {}
        self._constants: dict[tuple[Any, ...], str] = {}
        self._prefix = ""  # the name of the operation that is being exported
        for name, tensor in inputs.items():
            self.document.add_input(name, tensor.dtype, _dims_of_input(name, tensor))
            self.names[tensor] = name

    def fold(self, operations: list[Operation], outputs: Mapping[str, Tensor]) -> None:
        """Let the session compute all that depends on nothing that is fed, as far as something else needs it."""
        fixed: set[Operation] = set()
        for op in operations:  # an operation comes behind its inputs, but for loops, which are not exported
            if op.effect in _SAFE and op.type != "Placeholder" and not op.definition.framed:
                if all(tensor.op in fixed and tensor not in self._fed for tensor in op.inputs):
                    fixed.add(op)
        needed = [tensor for op in operations if op not in fixed for tensor in op.inputs]
        wanted = [
            tensor
            for tensor in dict.fromkeys([*needed, *outputs.values()])
            if tensor.op in fixed and tensor not in self._fed
        ]
        arrays_wanted = [tensor for tensor in wanted if is_array(tensor)]
        self._values = dict(zip(arrays_wanted, self._session.run(arrays_wanted)))
        for tensor in wanted:
            self._add_fixed(tensor)
        self._fixed = fixed

    def _add_fixed(self, tensor: Tensor) -> None:
        """Give a name to what the session has computed: variables have their own."""
        if is_handle(tensor):
            handle = handle_op(tensor)
            if handle is not None and has_type(handle.attrs["dtype"]):
                self.names[tensor] = self._variable(tensor)
        elif has_type(tensor.dtype):
            if tensor.dtype is dtypes.string and not all(map(_is_utf8, np.ravel(self._values[tensor]))):
                self.problems.append(f"{tensor.name!r} has texts that are no UTF-8, and texts of ONNX are.")
            source = tensor
            while source.op.type in _COPIES:
                source = source.op.inputs[0]
            if source.op.type == "ReadVariableOp":
                self.names[tensor] = self._variable(source.op.inputs[0])
            else:
                self.names[tensor] = self.document.add_initializer(
                    tensor.name, _array(self._values[tensor], tensor.dtype)
                )

    def _variable(self, handle: Tensor) -> str:
        variable = variable_of(handle)
        if variable not in self._variables:
            storage = self._session.store.of_handle(handle)
            self._variables[variable] = self.document.add_initializer(str(variable), storage.value)
        return self._variables[variable]

    def translate(self, op: Operation) -> None:
        """Add the nodes of an operation, or note why that is not possible."""
        if op in self._fixed or all(tensor in self._fed for tensor in op.outputs) and op.outputs:
            return
        self._prefix = op.name
        try:
            given = self._translated(op)
        except Untranslatable as reason:
            self.problems.append(f"{op.describe()}: {reason}.")
            given = [""] * len(op.outputs)  # whoever needs it is looked at, too
        self.names.update(
            {tensor: name for tensor, name in zip(op.outputs, given) if tensor not in self._fed}
        )

    def _translated(self, op: Operation) -> list[str]:
        if not op.outputs and op.effect in _SAFE:  # it only lets wait
            return []
        rule = RULES.get(op.type)
        if op.type == "Placeholder":
            refuse("it is not among the inputs: feed it, too, or make it a tf.placeholder_with_default")
        if rule is None:
            refuse("ONNX has nothing like it, or there is no rule for it")
        for tensor in op.inputs:
            if is_array(tensor) and tensor not in self.names:
                refuse(f"it needs {tensor.name!r}, of {tensor.dtype.name}, which is not exported")
        for dtype in _element_types(op):
            if dtype not in rule.types:
                known = ", ".join(sorted(known.name for known in rule.types))
                refuse(f"of {dtype.name}; it is exported of {known}")
        given = rule.translate(self, op, *[self.names.get(tensor, "") for tensor in op.inputs])
        return [given] if isinstance(given, str) else given

    def add(self, op_type: str, *inputs: str, domain: str = "", **attrs: Any) -> str:
        """Add a node with one output; the output's name."""
        (name,) = self.document.add_node(op_type, inputs, [f"{self._prefix}:{op_type}"], attrs, domain)
        return name

    def add_several(self, count: int, op_type: str, *inputs: str, **attrs: Any) -> list[str]:
        """Add a node with several outputs; their names."""
        return self.document.add_node(op_type, inputs, [f"{self._prefix}:{op_type}"] * count, attrs)

    def constant(self, value: Any, dtype: DType = dtypes.int64) -> str:
        """Add a constant; its name. One that is there already is taken again."""
        array = _array(value, dtype)
        key = (dtype, array.shape, array.tobytes() if dtype is not dtypes.string else repr(array.tolist()))
        if key not in self._constants:
            self._constants[key] = self.document.add_initializer("constant", array)
        return self._constants[key]

    def value(self, tensor: Tensor) -> Any:
        """The value of a tensor that depends on nothing that is fed.

        Raises
        ------
        Untranslatable
            If it depends on what is fed.
        """
        if tensor not in self._values:
            refuse(f"it needs {tensor.name!r} as a constant, but that depends on what is fed")
        return self._values[tensor]

    def text(self, tensor: Tensor) -> str:
        """The text that a tensor without axes is.

        Raises
        ------
        Untranslatable
            If it depends on what is fed, or is no UTF-8.
        """
        text = bytes(np.asarray(self.value(tensor)).item())
        if not _is_utf8(text):
            refuse(f"{text!r} is no UTF-8, and texts of ONNX are")
        return text.decode()

    def entries(self, handle: Tensor) -> dict[Any, Any]:
        """The keys of a lookup table that never changes, and their values.

        Raises
        ------
        Untranslatable
            If it may change, or is not initialised, or has texts that are no UTF-8.
        """
        maker = maker_of(handle)
        table = None if maker is None else self._session.store.resource(maker)
        if not isinstance(table, Table) or not table.is_static:
            refuse("its table may change")
        if not table.is_initialized:
            refuse("its table has not been initialised: run tf.tables_initializer()")
        if not all(
            _is_utf8(text) for entry in table.entries.items() for text in entry if isinstance(text, bytes)
        ):
            refuse("its table has texts that are no UTF-8, and texts of ONNX are")
        return table.entries

    def cast(self, name: str, dtype: DType) -> str:
        """Add a conversion to another type; the result's name."""
        return self.add("Cast", name, to=type_number(dtype))

    def like(self, name: str, value: Any, dtype: DType) -> str:
        """Add what repeats a number in the shape of a tensor; the result's name."""
        return self.add("Expand", self.constant(value, dtype), self.add("Shape", name))


def _is_utf8(text: bytes) -> bool:
    try:
        text.decode()
    except UnicodeDecodeError:
        return False
    return True


def _element_types(op: Operation) -> list[DType]:
    """Of what type the values are that it computes with or moves, as opposed to axes, shapes and ids."""
    if op.type == "Range":
        return [op.attrs["Tidx"]]
    given: Any = next((op.attrs[name] for name in _ELEMENT_TYPES if name in op.attrs), [])
    return given if isinstance(given, list) else [given]


def _array(value: Any, dtype: DType) -> Any:
    return np.asarray(value, dtype.np)


def _dims_of_input(name: str, tensor: Tensor) -> list[int | str]:
    """The shape of an input; what only a run tells has a name, the first axis that of the batch."""
    return [
        dim if dim is not None else ("batch" if axis == 0 else f"{name}_{axis}")
        for axis, dim in enumerate(tensor.dims or ())
    ]
