"""Initializers that store what a checkpoint has: TensorFlow's way to begin with the weights of another model."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from typing import Any, TypeAlias

from estimator.checkpoint.first_values import FirstValue
from estimator.checkpoint.reader import load_checkpoint
from estimator.checkpoint.variables import as_saved, flat, is_variable, stored_name
from estimator.core import log
from estimator.core.errors import raise_problems
from estimator.core.keywords import near_keywords_of_functions
from estimator.core.registry import did_you_mean, shortened
from estimator.graph.graph import get_default_graph
from estimator.variables.scopes import scope_state

AssignmentMap: TypeAlias = "Mapping[str, Any] | Iterable[tuple[str, Any]]"


def init_from_checkpoint(ckpt_dir_or_file: str | os.PathLike[str], assignment_map: AssignmentMap) -> None:
    """Let the initializers of variables of the default graph store what a checkpoint has.

    Call it where the variables are made, in a model_fn for example, before ``tf.global_variables_initializer()``. A
    model that is restored from a checkpoint of its own runs no initializers, and is not affected.

    Parameters
    ----------
    ckpt_dir_or_file : path
        The prefix of a checkpoint, or a directory (its latest is taken).
    assignment_map : mapping, or iterable of pairs
        From the checkpoint to the graph; pairs where one tensor goes to several variables:

        ===================  =================================  =============================================
        in the checkpoint    in the graph                       means
        ===================  =================================  =============================================
        ``"old/weights"``    ``"new/weights"``                  the variable that get_variable made
        ``"old/weights"``    a variable, whole or in parts,     that variable
                             or a list of all parts
        ``"old/"``           ``"new/"``                         all variables below new, called alike below old
        ``"/"``              ``"new/"``                         the same, from the top of the checkpoint
        ``"/"``              ``"/"``                            all variables
        ===================  =================================  =============================================

    Raises
    ------
    ValueError
        If a name is found nowhere, or a shape or type differs; all problems at once, and nothing is changed then.
    NotFoundError, DataLossError
        If there is no such checkpoint, or its index is damaged.

    Source
    ------
    tf.train.init_from_checkpoint, TF 1.15 checkpoint_utils.py
    """
    pairs = assignment_map.items() if isinstance(assignment_map, Mapping) else assignment_map
    firsts, problems = [], []
    with load_checkpoint(ckpt_dir_or_file) as reader:
        prefix, stored = reader.prefix, reader.specs()
    for key, target in pairs:
        try:
            firsts += _first_values(key, target)
        except (TypeError, ValueError) as error:
            problems.append(str(error))
    for first in firsts:
        problems += first.problems(stored, prefix)
    raise_problems("init_from_checkpoint", problems)
    for first in firsts:
        first.install(prefix, stored)
        log.debug("Initialize variable %s from checkpoint %s with %s", first, prefix, first.key)


def _first_values(key: str, target: Any) -> list[FirstValue]:
    """What one entry of an assignment map means.

    Raises
    ------
    ValueError, TypeError
        If it means nothing.
    """
    if not isinstance(key, str):
        raise TypeError(f"the keys of assignment_map are names in the checkpoint, given: {key!r}.")
    if not isinstance(target, str):
        if not is_variable(target):
            raise TypeError(
                f"{key!r} is mapped to {target!r} ({type(target).__name__}): give a variable, all parts of one, or its "
                "name."
            )
        return [FirstValue(variable, key) for variable in flat([as_saved(target)])]
    state = scope_state(get_default_graph())
    variable = state.partitioned.get(target) or state.variables.get(target)
    if variable is not None:
        return _first_values(key, variable)
    if not (key.endswith("/") and target.endswith("/")):
        raise ValueError(
            f"Assignment map with scope only name {target} should map to scope only {key}. Should be 'scope/': "
            f"'other_scope/'. Or is {target!r} to be a variable? There is none of that name."
            f"{did_you_mean(target, state.variables) or ' There are ' + shortened(state.variables) + '.'}"
        )
    scope, old_scope = target.removeprefix("/"), key.removeprefix("/")
    below = [variable for name, variable in state.variables.items() if name.startswith(scope)]
    if not below:
        log.warning("init_from_checkpoint: the graph has no variable below %r.", target)
    return [FirstValue(variable, old_scope + stored_name(variable).removeprefix(scope)) for variable in below]


near_keywords_of_functions(__name__)
