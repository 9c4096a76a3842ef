"""A declared op as TensorFlow's raw op: a function that takes keywords, adds one operation and does nothing else.

Its arguments are the op's inputs, and those of its attributes that do not follow from them. They are called as these
are, but for some that TensorFlow gave other names.
"""

from __future__ import annotations

from collections import namedtuple
from collections.abc import Callable, Mapping
from inspect import Parameter, Signature
from typing import Any

from estimator.core.keywords import demand_known
from estimator.core.shapes import TensorShape
from estimator.graph import build
from estimator.graph.op import OpDef
from estimator.graph.tensor import Operation

# All of TensorFlow 2.15.1's; tests/interop/tf_raw_ops.py asks it.
_REDUCTIONS = ("All", "Any", "EuclideanNorm", "Max", "Mean", "Min", "Prod", "Sum")
RENAMED = {
    **{f"{name}.reduction_indices": "axis" for name in _REDUCTIONS},
    **dict.fromkeys(
        ("ExpandDims.dim", "Split.split_dim", "SplitV.split_dim", "Squeeze.squeeze_dims"), "axis"
    ),
    "Select.t": "x",
    "Select.e": "y",
    "Where.input": "condition",
}


def raw_arguments(definition: OpDef) -> dict[str, str]:
    """The names of a raw op's arguments, each with the input or attribute that it gives.

    Inputs come first, then the attributes without and those with a default. What follows from the inputs, such as
    their type, is no argument.
    """
    attrs = [attr for name, attr in definition.attrs.items() if name not in definition.implied_attrs]
    attrs.sort(key=lambda attr: not attr.required)
    names = [*definition.input_names, *(attr.name for attr in attrs)]
    return {RENAMED.get(f"{definition.name}.{name}", name): name for name in names}


def raw_signature(definition: OpDef) -> Signature:
    """The arguments of a raw op, all by keyword: ``(*, x, axis, out_idx=tf.int32, name=None)``."""
    parameters = [Parameter("name", Parameter.KEYWORD_ONLY, default=None)]
    for name, own in reversed(raw_arguments(definition).items()):
        attr = None if own in definition.input_names else definition.attrs[own]
        default = Parameter.empty if attr is None or attr.required else attr.default
        if isinstance(default, TensorShape) and default.rank is None:
            default = None  # TensorFlow's word for any shape
        parameters.insert(0, Parameter(name, Parameter.KEYWORD_ONLY, default=default))
    return Signature(parameters)


def raw_op(definition: OpDef) -> Callable[..., Any]:
    """The raw op of a declaration.

    Its result is a tensor, or a list if the op has one output that is a list; a named tuple of these if it has several
    outputs; the operation if it has none.
    """
    own_names, signature = raw_arguments(definition), raw_signature(definition)
    outputs = namedtuple(definition.name, [arg.name for arg in definition.outputs])  # type: ignore[misc]

    def add(*args: Any, **given: Any) -> Any:
        _check_arguments(definition.name, signature, args, given)
        chosen = {
            own_names.get(name, name): value
            for name, value in given.items()
            if value is not None or _is_required(signature, name)  # None is TensorFlow's word for a default
        }
        result = getattr(build, definition.name)(**chosen)
        if len(definition.outputs) < 2 or isinstance(result, Operation):
            return result
        return outputs(*result[0].op.grouped_outputs())

    add.__name__ = add.__qualname__ = definition.name
    add.__doc__ = definition.__doc__
    add.__signature__ = signature  # type: ignore[attr-defined]
    return add


def _is_required(signature: Signature, name: str) -> bool:
    return signature.parameters[name].default is Parameter.empty


def _check_arguments(
    op_type: str, signature: Signature, args: tuple[Any, ...], given: Mapping[str, Any]
) -> None:
    if args:
        raise TypeError(
            f"{op_type} takes keyword arguments alone: {op_type}{signature}; {len(args)} came without one."
        )
    demand_known(op_type, given, signature.parameters)
    missing = [name for name in signature.parameters if _is_required(signature, name) and name not in given]
    if missing:
        raise TypeError(f"{op_type} needs {', '.join(map(repr, missing))} as well: {op_type}{signature}.")
