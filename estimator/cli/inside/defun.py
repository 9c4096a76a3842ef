"""Functions of tensors with gradients of their own, as TensorFlow 1 made them before tf.custom_gradient.

Source: tensorflow/python/framework/function.py
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Sequence
from typing import Any

from estimator.core.dtypes import DTypeLike
from estimator.core.frozen import frozen
from estimator.core.keywords import demand_known
from estimator.functions.arguments import tensor_of
from estimator.functions.custom_gradient import custom_gradient
from estimator.graph import build as b
from estimator.graph.graph import get_default_graph
from estimator.graph.tensor import Tensor

# They say how TensorFlow compiles the function; numpy computes it as it is.
_OPTIONS = ("compiled", "implements", "noinline", "out_names", "reference", "separate_compiled_gradients")


@frozen
class Call:
    """One call of such a function, as its `python_grad_func` and `shape_func` see it: an operation with tensors."""

    inputs: Sequence[Tensor]
    outputs: Sequence[Tensor]


class Defun:
    """Decorator: a function of tensors, whose operations each call adds to the graph.

    Parameters
    ----------
    *input_types : DType
        What the arguments become; by default they stay what they are.
    func_name : str, optional
        The name scope of the calls; by default the function's name.
    grad_func : function of a Defun, optional
        Takes the arguments and the gradients of the results, and gives those of the arguments.
    python_grad_func : callable, optional
        The same of a call, whose tensors are ``call.inputs`` and ``call.outputs``, and of the results' gradients.
    shape_func : callable, optional
        Gives the static shapes of the results of a call.
    **options
        How TensorFlow compiles the function; accepted for old scripts.

    Raises
    ------
    TypeError
        If an option is none of TensorFlow's.
    ValueError
        If there are two functions for the gradient, or a call has too few arguments or too many.

    Source
    ------
    tensorflow/python/framework/function.py
    """

    def __init__(
        self,
        *input_types: DTypeLike,
        func_name: str | None = None,
        grad_func: Callable[..., Any] | None = None,
        python_grad_func: Callable[..., Any] | None = None,
        shape_func: Callable[[Call], Sequence[Any]] | None = None,
        **options: Any,
    ) -> None:
        demand_known("Defun", options, _OPTIONS)
        if grad_func is not None and python_grad_func is not None:
            raise ValueError("Defun: give grad_func or python_grad_func, not both.")
        self._input_types = input_types
        self._name = func_name
        self._grad_func = grad_func
        self._python_grad_func = python_grad_func
        self._shape_func = shape_func

    def __call__(self, func: Callable[..., Any]) -> Callable[..., Any]:
        """The function, which takes a ``name`` as well."""

        @functools.wraps(func)
        def call(*args: Any, name: str | None = None) -> Any:
            with get_default_graph().name_scope(name or self._name or func.__name__.strip("<>")):
                inputs = self._converted(args, func.__name__)
                outputs = self._with_gradient(func)(*inputs)
            if self._shape_func is not None:
                made = Call(inputs, _as_list(outputs))
                for output, shape in zip(made.outputs, self._shape_func(made), strict=True):
                    output.set_shape(shape)
            return outputs

        return call

    def _converted(self, args: Sequence[Any], name: str) -> list[Tensor]:
        types = self._input_types or (None,) * len(args)
        if len(types) != len(args):
            raise ValueError(f"{name} takes {len(types)} tensors, as its Defun says, given: {len(args)}.")
        return [tensor_of(value, dtype) for value, dtype in zip(args, types, strict=True)]

    def _with_gradient(self, func: Callable[..., Any]) -> Callable[..., Any]:
        if self._grad_func is None and self._python_grad_func is None:
            return func

        @custom_gradient
        @functools.wraps(func)
        def both(*inputs: Tensor) -> Any:
            result = func(*(b.Identity(tensor) for tensor in inputs))
            return result, functools.partial(self._gradients, inputs, _as_list(result))

        return both

    def _gradients(self, inputs: Sequence[Tensor], outputs: Sequence[Tensor], *dys: Any) -> Any:
        if self._python_grad_func is not None:
            return self._python_grad_func(Call(inputs, outputs), *dys)
        assert self._grad_func is not None
        return self._grad_func(*inputs, *dys)


def _as_list(value: Any) -> list[Any]:
    return list(value) if isinstance(value, (list, tuple)) else [value]
