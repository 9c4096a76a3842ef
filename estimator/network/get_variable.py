"""get_variable: the variable of a name, made when it is first asked for and shared when its scope says so."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

from estimator.core.dtypes import DType, as_dtype, float32
from estimator.core.registry import did_you_mean
from estimator.core.shapes import Dims, as_dims, compatible, is_static, show
from estimator.graph.constant import to_array
from estimator.graph.graph import dtype_of, get_default_graph
from estimator.graph.keys import GraphKeys
from estimator.network.initializers import default_initializer
from estimator.network.scopes import (
    Initializer,
    VariableScope,
    get_variable_scope,
    join,
    nested_getter,
    scope_state,
)
from estimator.network.variables import Variable


def get_variable(
    name: str,
    shape: Any = None,
    dtype: Any = None,
    initializer: Any = None,
    regularizer: Callable[[Any], Any] | None = None,
    trainable: bool = True,
    collections: Sequence[str] | str | None = None,
    caching_device: Any = None,
    partitioner: Any = None,
    validate_shape: bool = True,
    use_resource: bool | None = None,
    custom_getter: Callable[..., Any] | None = None,
    constraint: Any = None,
) -> Variable:
    """The variable of that name in the current scope: a new one, or with reuse the one there is.

    Parameters
    ----------
    name : str
    shape : sequence of int, optional
        Needed unless `initializer` is a value.
    dtype : DType, optional
        By default the scope's: float32.
    initializer : callable or value, optional
        By default the scope's, else glorot_uniform for floating point and zeros for other numbers.

    Raises
    ------
    ValueError
        If the variable exists and may not be reused (the message shows where it was made), if it
        does not exist and only reuse is allowed, or if shape or type differ from those of the
        existing one.

    Source
    ------
    tf.get_variable, TF 1.15 variable_scope.py
    """
    scope = get_variable_scope()
    arguments = {
        "name": join(scope.name, name),
        "shape": shape,
        "dtype": scope.dtype if dtype is None else as_dtype(dtype),
        "initializer": scope.initializer if initializer is None else initializer,
        "regularizer": scope.regularizer if regularizer is None else regularizer,
        "trainable": trainable,
        "collections": collections,
        "constraint": scope.constraint if constraint is None else constraint,
    }
    explicit = dtype is not None  # else a value given as initializer decides
    make = partial(_get, scope, explicit)
    getter = (
        scope.custom_getter if custom_getter is None else nested_getter(custom_getter, scope.custom_getter)
    )
    result: Variable = getter(_true_getter(make), **arguments) if getter else make(**arguments)
    return result


def get_local_variable(
    name: str, shape: Any = None, dtype: Any = None, initializer: Any = None, **kwargs: Any
) -> Variable:
    """As :func:`get_variable`, for a variable that is not trained and not saved."""
    kwargs |= {"trainable": False, "collections": [GraphKeys.LOCAL_VARIABLES]}
    return get_variable(name, shape, dtype, initializer, **kwargs)


def _true_getter(make: Callable[..., Variable]) -> Callable[..., Variable]:
    """What a custom getter calls: it may pass any of TensorFlow's arguments, and the name by position."""
    known = ("name", "shape", "dtype", "initializer", "regularizer", "trainable", "collections", "constraint")

    def getter(name: str, *args: Any, **kwargs: Any) -> Variable:
        given = dict(zip(known, (name, *args), strict=False)) | {
            key: kwargs[key] for key in known if key in kwargs
        }
        return make(**{"shape": None, "dtype": float32, "initializer": None, "regularizer": None} | given)

    return getter


def _get(
    scope: VariableScope, explicit_dtype: bool, *, name: str, shape: Any, dtype: DType, **rest: Any
) -> Variable:
    state = scope_state(get_default_graph())
    existing = state.variables.get(name)
    if existing is not None:
        if not scope.reuse:
            raise ValueError(_already_exists(name, existing))
        _check_same(name, existing, as_dims(shape), dtype)
        return existing
    if scope.reuse is True:
        raise ValueError(
            f"Variable {name} does not exist, or was not created with tf.get_variable(), and the scope "
            f"{scope.name!r} has reuse=True.{did_you_mean(name, state.variables)} Did you mean to set "
            "reuse=tf.AUTO_REUSE in variable_scope?"
        )
    variable = _create(name, shape, dtype, explicit_dtype, **rest)
    state.variables[name] = variable
    return variable


def _already_exists(name: str, existing: Variable) -> str:
    where = f" Originally made at {existing.op.frame}." if existing.op.frame else ""
    return (
        f"Variable {name} already exists, disallowed. Did you mean to set reuse=True or "
        f"reuse=tf.AUTO_REUSE in variable_scope?{where}"
    )


def _check_same(name: str, existing: Variable, dims: Dims, dtype: DType) -> None:
    if not compatible(dims, existing.dims):
        raise ValueError(
            f"Trying to share variable {name}, but specified shape {show(dims)} and found shape "
            f"{show(existing.dims)}."
        )
    if dtype is not existing.dtype:
        raise ValueError(
            f"Trying to share variable {name}, but specified dtype {dtype.name} and found dtype "
            f"{existing.dtype.name}."
        )


def _create(
    name: str,
    shape: Any,
    dtype: DType,
    explicit_dtype: bool,
    *,
    initializer: Any = None,
    regularizer: Any = None,
    trainable: bool = True,
    collections: Any = None,
    constraint: Any = None,
) -> Variable:
    dims = as_dims(shape)
    if initializer is None:
        initializer = default_initializer(name, dtype)
    elif isinstance(initializer, type):
        initializer = initializer()
    if callable(initializer):
        if dims is None or not is_static(dims):
            given = "no shape" if dims is None else f"shape {show(dims)}"
            raise ValueError(
                f"Shape of a new variable ({name}) must be fully defined, but {given} was given. "
                "Give all sizes; those of an input must be known (set_shape, or shape= of the column)."
            )
        initial: Any = partial(_call_initializer, initializer, dims, dtype)
    else:
        if dims is not None:
            raise ValueError(
                f"variable {name}: with a value as initializer do not give a shape; the value has one."
            )
        initial = initializer
        if not explicit_dtype:
            dtype = dtype_of(initializer) or as_dtype(to_array(initializer).dtype)
    with get_default_graph().name_scope(None):
        return Variable(
            initial,
            trainable,
            collections,
            name=name,
            dtype=dtype,
            shape=dims,
            initializer_scope="Initializer/",
            regularizer=regularizer,
            constraint=constraint,
        )


def _call_initializer(initializer: Initializer, dims: Sequence[Any], dtype: DType) -> Any:
    """TensorFlow's initializers take the type as well; a plain function of the shape will do."""
    parameters = inspect.signature(initializer).parameters.values()
    takes_dtype = any(each.name == "dtype" or each.kind is each.VAR_KEYWORD for each in parameters)
    return initializer(list(dims), dtype=dtype) if takes_dtype else initializer(list(dims))
