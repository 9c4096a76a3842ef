"""What an optimizer is given, checked before anything is added to the graph."""

from __future__ import annotations

from typing import Any, TypeAlias

from estimator.core.errors import UnimplementedError
from estimator.graph.slices import IndexedSlices
from estimator.graph.tensor import Tensor
from estimator.variables.variable import Variable

Gradient: TypeAlias = "Tensor | IndexedSlices | None"
GradientAndVariable: TypeAlias = "tuple[Gradient, Variable]"


def checked_loss(loss: Any) -> Tensor:
    """The loss as a floating point tensor.

    Raises
    ------
    TypeError, ValueError
        If it is none.
    """
    tensor = loss.as_tensor() if isinstance(loss, Variable) else loss
    if not isinstance(tensor, Tensor):
        raise TypeError(f"the loss must be a Tensor, given: {loss!r} ({type(loss).__name__}).")
    if not tensor.dtype.is_floating:
        raise ValueError(
            f"Invalid type {tensor.dtype.name} for {tensor.name}, expected float32, float64 or float16: use tf.cast."
        )
    return tensor


def checked_variables(var_list: Any) -> list[Variable]:
    """The variables as a list.

    Raises
    ------
    TypeError, ValueError
        If there are none, or something else is among them.
    """
    variables = [var_list] if isinstance(var_list, Variable) else list(var_list)
    if not variables:
        raise ValueError(
            "No variables to optimize. Make them trainable, before calling minimize(), or pass var_list."
        )
    for each in variables:
        if not isinstance(each, Variable):
            raise TypeError(f"var_list must hold variables, given: {each!r} ({type(each).__name__}).")
    return variables


def checked_pairs(grads_and_vars: Any) -> list[GradientAndVariable]:
    """Pairs of a gradient, or None, and a variable.

    Raises
    ------
    TypeError, ValueError
        If there are none, or they are no such pairs.
    UnimplementedError
        For a gradient that touches some rows only.
    """
    pairs = list(grads_and_vars)
    if not pairs:
        raise ValueError("No variables provided.")
    for gradient, variable in pairs:
        if not isinstance(variable, Variable):
            raise TypeError(f"Variable must be a variable: {variable!r} ({type(variable).__name__}).")
        if isinstance(gradient, IndexedSlices):
            raise UnimplementedError(
                f"the gradient of {variable.name} touches some rows only (IndexedSlices); this optimizer cannot apply "
                "that yet. tf.convert_to_tensor(gradient) makes it dense."
            )
        if gradient is not None and not isinstance(gradient, Tensor):
            raise TypeError(f"Gradient must be a Tensor or None: {gradient!r} ({type(gradient).__name__}).")
    return pairs


def check_not_negative(**strengths: float) -> None:
    """Check that hyper-parameters are not below 0.

    Raises
    ------
    ValueError
        For the first that is.
    """
    for name, value in strengths.items():
        if value < 0.0:
            raise ValueError(f"{name} {value} needs to be positive or zero.")
