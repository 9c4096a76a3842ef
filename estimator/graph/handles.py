"""Which variable, lookup table, queue or reader a handle stands for.

A handle is a tensor of type resource: the output of a VarHandleOp or of the op of a table, for example, or inside a
function the stand-in of one that was captured. Two handles name one variable if their names in the session are the
same, whichever operations they come from: a .meta imported under a scope brings a second handle of the variables it
was exported with. Whoever asks whether two operations touch the same variable must ask :func:`variable_of`.
"""

from __future__ import annotations

from estimator.core import dtypes
from estimator.core.dtypes import DType
from estimator.core.shapes import Dims
from estimator.graph.tensor import Operation, Tensor

# The ops that make handles, and of what.
HANDLE_OPS = {
    "VarHandleOp": "variable",
    "HashTableV2": "lookup table",
    "MutableHashTableV2": "lookup table",
    "FIFOQueueV2": "queue",
    "PaddingFIFOQueueV2": "queue",
    "PriorityQueueV2": "queue",
    "RandomShuffleQueueV2": "queue",
    "FixedLengthRecordReaderV2": "reader",
    "IdentityReaderV2": "reader",
    "TFRecordReaderV2": "reader",
    "TextLineReaderV2": "reader",
    "WholeFileReaderV2": "reader",
}
_ROUTES = frozenset(("Switch", "Enter", "Exit"))  # a handle comes out of them as it goes in


def is_handle(tensor: Tensor) -> bool:
    """Whether the value of the tensor is a resource, not an array."""
    return tensor.dtype is dtypes.resource


def is_array(tensor: Tensor) -> bool:
    """Whether the value of the tensor is an array: not a handle, and not a list of tensors."""
    return tensor.dtype is not dtypes.resource and tensor.dtype is not dtypes.variant


def outside(tensor: Tensor) -> Tensor:
    """The tensor that one stands for, out of all functions that captured it; any other is itself."""
    while tensor.op.graph.is_function and (source := tensor.op.graph.source_of(tensor)) is not None:
        tensor = source
    return tensor


def maker_of(tensor: Tensor) -> Operation | None:
    """The operation of HANDLE_OPS behind a tensor, out of all functions and branches; None if only the run tells."""
    source = outside(tensor)
    while (given := _unchanged(source)) is not None:
        source = outside(given)
    return source.op if source.op.type in HANDLE_OPS else None


def handle_op(tensor: Tensor) -> Operation | None:
    """The VarHandleOp behind a tensor, out of all functions, branches and loops; None if only the run tells."""
    if tensor.op.type == "VarHandleOp":  # nearly always
        return tensor.op
    maker = maker_of(tensor)
    return maker if maker is not None and maker.type == "VarHandleOp" else None


def _unchanged(tensor: Tensor) -> Tensor | None:
    """What a branch or a loop was given, if the tensor is that same thing in it or behind it."""
    op = tensor.op
    if op.type in _ROUTES:
        return op.inputs[0]
    if op.type not in ("While", "StatelessWhile"):
        return None
    step = op.body("body")
    is_given = handed_on(step.results[tensor.value_index]) is step.inputs[tensor.value_index]
    return op.inputs[tensor.value_index] if is_given else None


def handed_on(tensor: Tensor) -> Tensor:
    """What a handle is before the branches and loops of its graph that it comes out of as it went in."""
    while (given := _unchanged(tensor)) is not None:
        tensor = given
    return tensor


def variable_of(tensor: Tensor) -> str | None:
    """The name in the session of the variable whose handle the tensor is; None if only the run tells.

    Source
    ------
    TF op VarHandleOp, resource_variable_ops.cc: a container and a name in it. A handle without a name is its own.
    """
    op = handle_op(tensor)
    return None if op is None else resource_name(op)


def resource_name(op: Operation) -> str:
    """The name in the session of what an operation of HANDLE_OPS makes a handle of."""
    name: str = op.attrs["shared_name"] or op.name
    return f"{op.attrs['container']}:{name}" if op.attrs["container"] else name


def handle_dims(tensor: Tensor) -> Dims:
    """The shape of the variable whose handle the tensor is; None if it is none or not known."""
    op = handle_op(tensor)
    dims: Dims = None if op is None else op.attrs["shape"]
    return dims


def variable_dims(op: Operation, index: int) -> Dims:
    """The shape of the variable that an input of an operation names, for its shape rule.

    Raises
    ------
    ValueError
        If the operation is made for values of another type.

    Source
    ------
    ValidateVariableResourceHandle, TF 2.15 resource_variable_ops.cc
    """
    handle = handle_op(op.inputs[index])
    if handle is None:
        return None
    wanted = op.attrs.get("dtype") or op.attrs.get("T")
    if wanted is not None and wanted is not handle.attrs["dtype"]:
        raise ValueError(
            f"variable {handle.name!r} is {handle.attrs['dtype'].name}, but {op.type} is made for {wanted.name}: "
            "use tf.cast on what it is given, or on what it gives."
        )
    dims: Dims = handle.attrs["shape"]
    return dims


def handles_of(op: Operation) -> list[Tensor]:
    """The handles among the inputs of an operation."""
    return [tensor for tensor in op.inputs if is_handle(tensor)]


def written_variables(op: Operation) -> set[str | None]:
    """The variables that an operation or its bodies write; None among them if only the run tells all."""
    own = {variable_of(handle) for handle in op.written}
    if op.definition.function_attrs:
        own.update(*(written_variables(inner) for body in op.bodies for inner in body.get_operations()))
    return own


def queue_components(maker: Operation) -> tuple[list[DType], list[Dims]]:
    """The types of the components of a queue, by the operation that makes its handle, and their shapes, if known."""
    types, shapes = maker.attrs["component_types"], maker.attrs["shapes"]
    if maker.type == "PriorityQueueV2":
        return [dtypes.int64, *types], [(), *shapes]
    return list(types), list(shapes)
