"""Values for variables that there are, from a checkpoint or from arrays: what scripts that fine-tune call.

The functions give an operation and what to feed it, or a function of a session that runs it::

    restore = assign_from_checkpoint_fn("inception.ckpt", get_variables_to_restore(exclude=["logits"]))
    scaffold = tf.train.Scaffold(init_fn=lambda scaffold, session: restore(session))
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

import numpy as np

from estimator.checkpoint.reader import CheckpointReader, load_checkpoint
from estimator.checkpoint.saver import Saver
from estimator.core import log
from estimator.core.errors import raise_problems
from estimator.core.keywords import near_keywords_of_functions
from estimator.core.registry import did_you_mean
from estimator.core.shapes import show
from estimator.functions.arrays import placeholder
from estimator.functions.grouping import group
from estimator.graph.tensor import Operation
from estimator.variables.model_variables import get_unique_variable, get_variable_full_name

Restore = Callable[[Any], Any]


def assign_from_values(var_names_to_values: Mapping[str, Any]) -> tuple[Operation, dict[Any, Any]]:
    """An operation that sets global variables by name, and what to feed it.

    Parameters
    ----------
    var_names_to_values : dict of str to array
        The array is brought into the variable's shape.

    Raises
    ------
    ValueError
        If there is no variable of a name, or an array has another number of elements. The error has all problems.

    Source
    ------
    tf.contrib.framework.assign_from_values, TF 1.15
    """
    problems, pairs = [], []
    for name, value in var_names_to_values.items():
        try:
            variable = get_unique_variable(name)
        except ValueError as error:
            problems.append(str(error))
            continue
        array = np.asarray(value)
        if array.size != variable.shape.num_elements():
            problems.append(f"{name} has the shape {show(variable.dims)}, its value {show(array.shape)}")
        else:
            pairs.append((variable, array.reshape(variable.dims)))
    raise_problems("assign_from_values", problems)
    return _assignment(pairs)


def assign_from_values_fn(var_names_to_values: Mapping[str, Any]) -> Restore:
    """A function of a session that sets global variables by name; see :func:`assign_from_values`."""
    assign, feeds = assign_from_values(var_names_to_values)
    return lambda session: session.run(assign, feeds)


def assign_from_checkpoint(
    model_path: str, var_list: Sequence[Any] | Mapping[str, Any], ignore_missing_vars: bool = False
) -> tuple[Operation, dict[Any, Any]]:
    """An operation that sets variables to what a checkpoint has, and what to feed it.

    Parameters
    ----------
    model_path : str
        A checkpoint's path, or the directory of which to take the latest.
    var_list : list of Variable, or dict of a checkpoint's name to a variable or a list of them
        Of a variable in parts, the parts.
    ignore_missing_vars : bool
        Whether variables that the checkpoint lacks keep their values; the log says which.

    Raises
    ------
    NotFoundError
        If there is no such checkpoint.
    ValueError
        If the checkpoint lacks a variable or has another shape of it. The error has all problems.

    Source
    ------
    tf.contrib.framework.assign_from_checkpoint, TF 1.15
    """
    with load_checkpoint(model_path) as reader:
        problems, pairs = [], []
        for name, variable in _named(var_list):
            if not reader.has_tensor(name):
                if ignore_missing_vars:
                    log.warning("checkpoint %s has no variable %s, which keeps its value.", model_path, name)
                else:
                    hint = did_you_mean(name, reader.names())
                    problems.append(f"Checkpoint is missing variable [{name}].{hint}")
                continue
            value = _value_for(variable, reader, name)
            if value.shape != variable.dims:
                problems.append(
                    f"{name} in the checkpoint has the shape {show(value.shape)}, the variable {variable.op.name} the "
                    f"shape {show(variable.dims)}"
                )
            pairs.append((variable, value))
    raise_problems("assign_from_checkpoint", problems)
    return _assignment(pairs)


def assign_from_checkpoint_fn(
    model_path: str,
    var_list: Sequence[Any] | Mapping[str, Any],
    ignore_missing_vars: bool = False,
    reshape_variables: bool = False,
) -> Restore | None:
    """A function of a session that sets variables to what a checkpoint has; None if there are none to set.

    Parameters
    ----------
    model_path : str
        A checkpoint's path.
    var_list : list of Variable, or dict of a checkpoint's name to a variable
    ignore_missing_vars : bool
        Whether variables that the checkpoint lacks keep their values; the log says which.
    reshape_variables : bool
        Whether what has as many elements may have another shape.

    Raises
    ------
    NotFoundError
        If there is no such checkpoint.
    ValueError
        If there are no variables.

    Source
    ------
    tf.contrib.framework.assign_from_checkpoint_fn, TF 1.15
    """
    if not var_list:
        raise ValueError(
            "assign_from_checkpoint_fn: var_list cannot be empty; give the variables to restore."
        )
    if ignore_missing_vars:
        var_list = _present(model_path, var_list)
    if not var_list:
        log.warning("No Variables to restore.")
        return None
    saver = Saver(var_list, reshape=reshape_variables)
    return lambda session: saver.restore(session, model_path)


def _present(model_path: str, var_list: Any) -> dict[str, Any]:
    """The variables that a checkpoint has, by their names in it."""
    named = var_list if isinstance(var_list, Mapping) else {var.op.name: var for var in var_list}
    with CheckpointReader(model_path) as reader:
        missing = [name for name in named if not reader.has_tensor(name)]
    for name in missing:
        log.warning("Variable %s missing in checkpoint %s; it keeps its value.", name, model_path)
    return {name: variable for name, variable in named.items() if name not in missing}


def _named(var_list: Sequence[Any] | Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    """Each variable, with its name in the checkpoint."""
    if not isinstance(var_list, Mapping):
        yield from ((get_variable_full_name(variable), variable) for variable in var_list)
        return
    for name, given in var_list.items():
        for variable in given if isinstance(given, (list, tuple)) else [given]:
            yield name, variable


def _value_for(variable: Any, reader: CheckpointReader, name: str) -> Any:
    """What the checkpoint has of a variable, or of the whole that it is a part of."""
    value = np.asarray(reader.get_tensor(name))
    info = variable.save_slice_info
    if info is None or value.shape != info.full_shape:
        return value
    return value[tuple(slice(start, start + length) for start, length in info.extents)]


def _assignment(pairs: Sequence[tuple[Any, Any]]) -> tuple[Operation, dict[Any, Any]]:
    """An operation that sets variables, fed with their values."""
    feeds, updates = {}, []
    for variable, value in pairs:
        fed = placeholder(variable.dtype, variable.dims, name=f"placeholder/{variable.op.name}")
        updates.append(variable.assign(fed, read_value=False))
        feeds[fed] = value
    return group(*updates), feeds


near_keywords_of_functions(__name__)
