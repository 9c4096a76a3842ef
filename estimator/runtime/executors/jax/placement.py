"""Which operations run on the device; all others run on the host, where the interpreter's kernels compute them."""

from __future__ import annotations

from estimator.core.dtypes import bfloat16, string, variant
from estimator.graph.handles import is_handle, variable_of
from estimator.graph.tensor import Operation, Tensor
from estimator.runtime.executors.jax.lower import LOWERINGS

# kernels that ask whether there is a value
_ON_HOST = ("VarIsInitializedOp", "DisableCopyOnRead")

# kernels that take lists as well as arrays
_OF_LISTS = ("AddN", "Identity", "IdentityN", "ZerosLike")


def runs_on_device(op: Operation) -> bool:
    """Whether an operation is one for the device, as far as its type and its tensors' types tell.

    Where its shapes follow from values, or it cannot be traced, it runs on the host all the same.
    """
    if op.type in LOWERINGS:
        return op.type == "Assert" or all(map(_lies_on_device, (*op.inputs, *op.outputs)))
    if op.type not in _OF_LISTS and any(tensor.dtype is variant for tensor in (*op.inputs, *op.outputs)):
        return False
    definition = op.definition
    if definition.host or definition.takes_run or definition.local or definition.framed or definition.waits:
        return False
    if definition.kernel is None or definition.function_attrs or op.type in _ON_HOST:
        return False
    if op.effect not in ("pure", "read", "write"):
        return False
    return all(map(_lies_on_device, (*op.inputs, *op.outputs)))


def _lies_on_device(tensor: Tensor) -> bool:
    if is_handle(tensor):
        return variable_of(tensor) is not None
    return tensor.dtype not in (string, bfloat16)


def needs_lowering(op: Operation) -> bool:
    """Whether only lowering it tells what shapes it gives, and if it can be lowered at all: it has bodies or lists."""
    return bool(op.definition.function_attrs) or any(
        tensor.dtype is variant for tensor in (*op.inputs, *op.outputs)
    )
