"""tf.function where everything is a graph: the function itself, which is traced at every call anyway.

Source: names and arguments of tf.function, TF 2.15
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Sequence
from typing import Any

from estimator.core.keywords import near_keywords_of_functions
from estimator.core.shapes import compatible, show
from estimator.functions.arguments import tensor_of


def function(
    func: Callable[..., Any] | None = None,
    input_signature: Sequence[Any] | None = None,
    autograph: bool = True,
    **kwargs: Any,
) -> Any:
    """Decorator: the function, whose operations are added to the graph at each call, as without it.

    Python's ``if`` and ``while`` of a tensor are not rewritten: use tf.cond and tf.while_loop.

    Parameters
    ----------
    func : callable
    input_signature : list of TensorSpec, optional
        What the positional arguments become: tensors of these types, whose shapes are compared.
    autograph, **kwargs : optional
        Accepted for old scripts.

    Raises
    ------
    ValueError
        In a call, if the arguments do not fit `input_signature`.
    """
    if func is None:
        return functools.partial(function, input_signature=input_signature, autograph=autograph, **kwargs)

    @functools.wraps(func)
    def call(*args: Any, **kwargs: Any) -> Any:
        return func(*(args if input_signature is None else _fitting(args, input_signature)), **kwargs)

    call.python_function = func  # type: ignore[attr-defined]  # TensorFlow's name for it
    return call


def do_not_convert(func: Callable[..., Any] | None = None) -> Any:
    """Decorator of a function whose Python is to run as it is: all functions' does.

    Source
    ------
    tf.autograph.experimental.do_not_convert, TF 1.15
    """
    return do_not_convert if func is None else func


def set_loop_options(
    parallel_iterations: Any = None,
    swap_memory: Any = None,
    maximum_iterations: Any = None,
    shape_invariants: Any = None,
) -> None:
    """What a Python loop would be told if it were rewritten as a tf.while_loop: nothing, as it is not.

    Source
    ------
    tf.autograph.experimental.set_loop_options, TF 1.15
    """


def _fitting(args: Sequence[Any], signature: Sequence[Any]) -> list[Any]:
    if len(args) != len(signature):
        raise ValueError(f"input_signature has {len(signature)} arguments, given: {len(args)}.")
    tensors = [tensor_of(value, spec.dtype) for value, spec in zip(args, signature, strict=True)]
    for place, (tensor, spec) in enumerate(zip(tensors, signature, strict=True)):
        if not compatible(tensor.dims, spec.dims):
            raise ValueError(
                f"argument {place} is {tensor}, but input_signature wants the shape {show(spec.dims)}."
            )
    return tensors


near_keywords_of_functions(__name__)
