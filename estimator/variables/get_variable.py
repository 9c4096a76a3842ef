"""get_variable: the variable of a name, made when it is first asked for and shared when its scope says so."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Any

from estimator.core.dtypes import DType, as_dtype, float32
from estimator.core.keywords import near_keywords_of_functions
from estimator.core.registry import did_you_mean
from estimator.core.shapes import Dims, as_dims, compatible, show
from estimator.graph.graph import get_default_graph
from estimator.graph.keys import GraphKeys
from estimator.variables.distribution_options import VariableAggregation, VariableSynchronization, is_trained
from estimator.variables.partitions import PartitionedVariable, cut, same_cut
from estimator.variables.recipe import Recipe, value_dims
from estimator.variables.scopes import (
    VariableScope,
    get_variable_scope,
    join,
    scope_state,
)
from estimator.variables.variable import Variable


def get_variable(
    name: str,
    shape: Any = None,
    dtype: Any = None,
    initializer: Any = None,
    regularizer: Callable[[Any], Any] | None = None,
    trainable: bool | None = None,
    collections: Sequence[str] | str | None = None,
    caching_device: Any = None,
    partitioner: Any = None,
    validate_shape: bool = True,
    use_resource: bool | None = None,
    custom_getter: Callable[..., Any] | None = None,
    constraint: Any = None,
    synchronization: Any = VariableSynchronization.AUTO,
    aggregation: Any = VariableAggregation.NONE,
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
    partitioner : callable, optional
        By default the scope's. With one, everything but a scalar is made in parts: the result is a
        :class:`~estimator.variables.partitions.PartitionedVariable`, which is used as a variable is.

    custom_getter : callable, optional
        Called in place of the scope's as ``custom_getter(getter, name, *args, **kwargs)``: what it gives is the
        variable; `getter` makes the true one.
    caching_device, use_resource
        Accepted: there is one device, and all variables are resources.
    constraint, synchronization, aggregation
        As of :class:`tf.Variable`.

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
        "reuse": scope.reuse,
        "trainable": is_trained(trainable, synchronization),
        "collections": collections,
        "caching_device": scope.caching_device if caching_device is None else caching_device,
        "partitioner": scope.partitioner if partitioner is None else partitioner,
        "validate_shape": validate_shape,
        "use_resource": scope.use_resource if use_resource is None else use_resource,
        "constraint": scope.constraint if constraint is None else constraint,
        "synchronization": synchronization,
        "aggregation": aggregation,
    }
    explicit = dtype is not None  # else a value given as initializer decides
    make = partial(_get, scope, explicit)
    getter = scope.custom_getter if custom_getter is None else custom_getter
    if getter is not None and not callable(getter):
        raise ValueError(f"custom_getter must be a function, given: {getter!r}.")
    if getter is None:
        return make(**arguments)
    with get_default_graph().name_scope(
        None
    ):  # what a getter adds is named as the variable is: without the scope's
        result: Variable = getter(_true_getter(make), **arguments)
    return result


def get_local_variable(
    name: str,
    shape: Any = None,
    dtype: Any = None,
    initializer: Any = None,
    regularizer: Callable[[Any], Any] | None = None,
    trainable: bool = False,
    collections: Sequence[str] | str | None = None,
    caching_device: Any = None,
    partitioner: Any = None,
    validate_shape: bool = True,
    use_resource: bool | None = None,
    custom_getter: Callable[..., Any] | None = None,
    constraint: Any = None,
    synchronization: Any = VariableSynchronization.AUTO,
    aggregation: Any = VariableAggregation.NONE,
) -> Variable:
    """As :func:`get_variable`, for a variable that is not trained, whatever `trainable` says, and not saved.

    It is listed among the local variables, and in `collections`.
    """
    listed = [collections] if isinstance(collections, str) else list(collections or ())
    return get_variable(
        name, shape, dtype, initializer, regularizer, False, [*listed, GraphKeys.LOCAL_VARIABLES], caching_device,
        partitioner, validate_shape, use_resource, custom_getter, constraint, synchronization, aggregation,
    )  # fmt: skip


def _true_getter(make: Callable[..., Variable]) -> Callable[..., Variable]:
    """What a custom getter calls: it may pass any of TensorFlow's arguments, and the name by position."""
    known = (
        "name", "shape", "dtype", "initializer", "regularizer", "reuse", "trainable", "collections", "caching_device",
        "partitioner", "validate_shape", "use_resource", "constraint", "synchronization", "aggregation",
    )  # fmt: skip

    def getter(name: str, *args: Any, **kwargs: Any) -> Variable:
        given = dict(zip(known, (name, *args), strict=False)) | {
            key: kwargs[key] for key in known if key in kwargs
        }
        return make(**{"shape": None, "dtype": float32, "initializer": None, "regularizer": None} | given)

    return getter


def _get(
    scope: VariableScope,
    explicit_dtype: bool,
    *,
    name: str,
    shape: Any,
    dtype: DType,
    partitioner: Any = None,
    reuse: Any = None,
    **rest: Any,
) -> Any:  # Variable or PartitionedVariable
    state = scope_state(get_default_graph())
    if partitioner is not None and _stated_dims(shape, rest) != ():
        return _get_partitioned(scope, reuse, explicit_dtype, name, shape, dtype, partitioner, **rest)
    if f"{name}/part_0" in state.variables:
        return _whole_again(reuse, name, _stated_dims(shape, rest), dtype)
    existing = state.variables.get(name)
    if existing is not None:
        if not reuse:
            raise ValueError(_already_exists(name, existing))
        _check_same(name, existing, as_dims(shape), dtype)
        return existing
    _check_may_create(scope, reuse, name)
    variable = Recipe(name, shape, dtype, explicit_dtype, **rest).make()
    state.variables[name] = variable
    return variable


def _stated_dims(shape: Any, rest: Mapping[str, Any]) -> Dims:
    """The shape that is asked for: as given, else that of a value which is the initializer."""
    dims, value = as_dims(shape), rest.get("initializer")
    return value_dims(value) if dims is None and value is not None and not callable(value) else dims


def _get_partitioned(
    scope: VariableScope,
    reuse: Any,
    explicit_dtype: bool,
    name: str,
    shape: Any,
    dtype: DType,
    partitioner: Any,
    **rest: Any,
) -> PartitionedVariable:
    state = scope_state(get_default_graph())
    if name in state.variables:
        raise ValueError(
            f"A partitioner was provided, but an unpartitioned version of the variable was found: {name}. It was "
            f"made without one{_made_at(state.variables[name])}; make it with the same partitioner both times."
        )
    recipe = Recipe(name, shape, dtype, explicit_dtype, **rest)
    existing = state.partitioned.get(name)
    if existing is not None:
        if not reuse:
            raise ValueError(_already_exists(name, existing.parts[0]))
        _check_same(name, existing, recipe.dims, recipe.dtype)
        if not same_cut(existing, cut(name, existing.dims, existing.dtype, partitioner)):
            raise ValueError(
                f"Trying to reuse partitioned variable {name}, which has {len(existing)} parts, with a partitioner "
                "that cuts it otherwise. Give the same partitioner, or none."
            )
        return existing
    _check_may_create(scope, reuse, name)
    parts = [
        recipe.make_part(f"{name}/part_{number}", info)
        for number, info in enumerate(cut(name, recipe.static_dims(), recipe.dtype, partitioner))
    ]
    state.variables.update((part.op.name, part) for part in parts)
    state.partitioned[name] = PartitionedVariable(name, parts)
    return state.partitioned[name]


def _whole_again(reuse: Any, name: str, dims: Dims, dtype: DType) -> PartitionedVariable:
    """The variable in parts that exists, although no partitioner is given now."""
    existing = scope_state(get_default_graph()).partitioned.get(name)
    if existing is None or not reuse:
        raise ValueError(
            f"No partitioner was provided, but a partitioned version of the variable was found: {name}/part_0. Did "
            "you mean to set reuse=True or reuse=tf.AUTO_REUSE in variable_scope, or to give the partitioner?"
        )
    _check_same(name, existing, dims, dtype)
    return existing


def _check_may_create(scope: VariableScope, reuse: Any, name: str) -> None:
    if reuse is True:
        known = scope_state(get_default_graph()).variables
        raise ValueError(
            f"Variable {name} does not exist, or was not created with tf.get_variable(), and the scope "
            f"{scope.name!r} has reuse=True.{did_you_mean(name, known)} Did you mean to set "
            "reuse=tf.AUTO_REUSE in variable_scope?"
        )


def _made_at(variable: Variable) -> str:
    return f" at {variable.op.frame}" if variable.op.frame else ""


def _already_exists(name: str, existing: Variable) -> str:
    where = f" Originally made{_made_at(existing)}." if existing.op.frame else ""
    return (
        f"Variable {name} already exists, disallowed. Did you mean to set reuse=True or "
        f"reuse=tf.AUTO_REUSE in variable_scope?{where} A graph that is built anew, as by a notebook's cell that runs "
        "again, begins with tf.reset_default_graph()."
    )


def _check_same(name: str, existing: Variable | PartitionedVariable, dims: Dims, dtype: DType) -> None:
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


near_keywords_of_functions(__name__)
