"""What an optimizer is given, checked before anything is added to the graph."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from numbers import Real
from typing import Any, TypeAlias

from estimator.core.dtypes import DType
from estimator.core.tracebacks import cause_of
from estimator.graph.graph import graph_of
from estimator.graph.slices import IndexedSlices
from estimator.graph.tensor import Tensor
from estimator.variables.variable import Variable

Gradient: TypeAlias = "Tensor | IndexedSlices | None"
GradientAndVariable: TypeAlias = "tuple[Gradient, Variable]"


def checked_loss(loss: Any, dtypes: Collection[DType]) -> Tensor:
    """The loss as a tensor of one of these types.

    Raises
    ------
    TypeError, ValueError
        If it is none.
    """
    tensor = loss.as_tensor() if isinstance(loss, Variable) else loss
    if not isinstance(tensor, Tensor):
        raise TypeError(f"the loss must be a Tensor, given: {loss!r} ({type(loss).__name__}).")
    check_dtypes([tensor], dtypes)
    return tensor


def check_dtypes(tensors: Iterable[Tensor | Variable], dtypes: Collection[DType]) -> None:
    """Check that all have one of these types.

    Raises
    ------
    ValueError
        For the first that has not.
    """
    for tensor in tensors:
        if tensor.dtype not in dtypes:
            known = ", ".join(sorted(dtype.name for dtype in dtypes))
            raise ValueError(
                f"Invalid type {tensor.dtype.name} for {tensor.name}, expected one of {known}: use tf.cast."
            )


def checked_targets(var_list: Any) -> list[Any]:
    """What to differentiate by: variables (all parts of one in parts), or tensors.

    Raises
    ------
    TypeError, ValueError
        If there are none, or something else is among them.
    """
    is_one = isinstance(var_list, (str, Variable, Tensor)) or hasattr(var_list, "parts")
    listed = [var_list] if is_one or not hasattr(var_list, "__iter__") else list(var_list)
    targets = [target for item in listed for target in getattr(item, "parts", (item,))]
    if not targets:
        raise ValueError(
            "No variables to optimize. Make them trainable, before calling minimize(), or pass var_list."
        )
    for target in targets:
        if not isinstance(target, (Variable, Tensor)):
            raise TypeError(f"var_list must hold variables, given: {target!r} ({type(target).__name__}).")
    return targets


def checked_pairs(grads_and_vars: Any) -> list[GradientAndVariable]:
    """Pairs of a gradient, or None, and a variable.

    Raises
    ------
    TypeError, ValueError
        If there are none, or they are not such pairs.
    """
    pairs = list(grads_and_vars)
    if not pairs:
        raise ValueError("No variables provided.")
    for _, variable in pairs:
        if not isinstance(variable, Variable):
            raise TypeError(f"Variable must be a variable: {variable!r} ({type(variable).__name__}).")
    return [(_checked_gradient(gradient, variable), variable) for gradient, variable in pairs]


def _checked_gradient(gradient: Any, variable: Variable) -> Gradient:
    if gradient is None or isinstance(gradient, Tensor):
        return gradient
    graph = graph_of([variable])
    try:
        if isinstance(gradient, IndexedSlices):
            values = graph.convert(gradient.values, variable.dtype)
            return IndexedSlices(values, graph.convert(gradient.indices), gradient.dense_shape)
        return graph.convert(gradient, variable.dtype)
    except (TypeError, ValueError) as error:
        raise TypeError(
            f"Gradient must be convertible to a Tensor or IndexedSlices, or None: {gradient!r} "
            f"({type(gradient).__name__}), for {variable.name}. {error}"
        ) from cause_of(error)


def check_not_negative(**strengths: Any) -> None:
    """Check that hyper-parameters are not below 0; what is no number yet, such as a tensor, only the run can tell.

    Raises
    ------
    ValueError
        For the first that is.
    """
    for name, value in strengths.items():
        if isinstance(value, Real) and value < 0.0:
            raise ValueError(f"{name} {value} needs to be positive or zero.")


def check_positive(**values: float) -> None:
    """Check that hyper-parameters are above 0.

    Raises
    ------
    ValueError
        For the first that is not.
    """
    for name, value in values.items():
        if value <= 0.0:
            raise ValueError(f"{name} must be positive: {value}")


def come_once(indices: Tensor) -> bool:
    """Whether the graph shows that no two indices are equal, as those of ``embedding_lookup_sparse``."""
    while indices.op.type in ("Identity", "Reshape"):
        indices = indices.op.inputs[0]
    return indices.op.type == "Unique" and indices.value_index == 0
