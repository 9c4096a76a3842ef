"""Variables of models, and the lists of them: the variables of tf.contrib.framework.

A model variable is one that a model needs to predict, in training and afterwards: it is a global variable that also
stands in the collection ``MODEL_VARIABLES``, as those of :mod:`estimator.network.slim` do.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from typing import Any, TypeAlias

from estimator.core.arg_scope import add_arg_scope
from estimator.core.dtypes import DTypeLike, float32
from estimator.core.keywords import near_keywords_of_functions
from estimator.core.registry import did_you_mean
from estimator.graph.graph import get_default_graph
from estimator.graph.keys import GraphKeys
from estimator.variables.get_variable import get_variable
from estimator.variables.partitions import PartitionedVariable
from estimator.variables.scopes import VariableScope, get_variable_scope
from estimator.variables.variable import Variable

ScopeLike: TypeAlias = "str | VariableScope | None"


@add_arg_scope
def variable(
    name: str,
    shape: Any = None,
    dtype: DTypeLike | None = None,
    initializer: Any = None,
    regularizer: Callable[[Any], Any] | None = None,
    trainable: bool = True,
    collections: Sequence[str] | None = None,
    caching_device: Any = None,
    device: Any = None,
    partitioner: Any = None,
    custom_getter: Callable[..., Any] | None = None,
    use_resource: bool | None = None,
) -> Variable:
    """The variable of that name in the current scope, as of tf.get_variable.

    Parameters
    ----------
    name : str
    shape, dtype, initializer, regularizer, trainable, collections, partitioner
        As of :func:`~estimator.variables.get_variable.get_variable`.
    device : str or callable, optional
        What its operations say they are for.
    custom_getter : callable, optional
        Called in place of get_variable, with its arguments and `reuse`.
    caching_device, use_resource
        Accepted for old scripts.

    Raises
    ------
    ValueError
        As tf.get_variable.

    Source
    ------
    tf.contrib.framework.variable, TF 1.15
    """
    arguments = {
        "shape": shape,
        "dtype": dtype,
        "initializer": initializer,
        "regularizer": regularizer,
        "trainable": trainable,
        "collections": list(dict.fromkeys(collections or [GraphKeys.GLOBAL_VARIABLES])),
        "partitioner": partitioner,
    }
    with get_default_graph().device(device or ""):
        if custom_getter is None:
            return get_variable(name, **arguments)
        made: Variable = custom_getter(name, reuse=get_variable_scope().reuse, **arguments)
        return made


@add_arg_scope
def model_variable(
    name: str,
    shape: Any = None,
    dtype: DTypeLike | None = float32,
    initializer: Any = None,
    regularizer: Callable[[Any], Any] | None = None,
    trainable: bool = True,
    collections: Sequence[str] | None = None,
    caching_device: Any = None,
    device: Any = None,
    partitioner: Any = None,
    custom_getter: Callable[..., Any] | None = None,
    use_resource: bool | None = None,
) -> Variable:
    """As :func:`variable`, listed among the model variables too; `collections` come in addition.

    Source
    ------
    tf.contrib.framework.model_variable, TF 1.15
    """
    return variable(  # by keywords, of which a block of arguments around may give others
        name,
        shape=shape,
        dtype=dtype,
        initializer=initializer,
        regularizer=regularizer,
        trainable=trainable,
        collections=[*(collections or ()), GraphKeys.GLOBAL_VARIABLES, GraphKeys.MODEL_VARIABLES],
        partitioner=partitioner,
        custom_getter=custom_getter,
        **({} if device is None else {"device": device}),
    )


def global_variable(
    initial_value: Any, validate_shape: bool = True, name: str | None = None, use_resource: bool | None = None
) -> Variable:
    """A new variable that is saved and not trained.

    Source
    ------
    tf.contrib.framework.global_variable, TF 1.15
    """
    return Variable(initial_value, False, [GraphKeys.GLOBAL_VARIABLES], validate_shape, name=name)


def local_variable(
    initial_value: Any, validate_shape: bool = True, name: str | None = None, use_resource: bool | None = None
) -> Variable:
    """A new variable that is neither saved nor trained.

    Source
    ------
    tf.contrib.framework.local_variable, TF 1.15
    """
    return Variable(initial_value, False, [GraphKeys.LOCAL_VARIABLES], validate_shape, name=name)


def add_model_variable(var: Any) -> None:
    """List a variable, or the parts of one, among the model variables; once."""
    list_variable(var, [GraphKeys.MODEL_VARIABLES])


def list_variable(var: Any, collections: Iterable[str]) -> None:
    """List a variable, or the parts of one, in collections; once in each."""
    for listed in map(get_default_graph().get_collection_ref, collections):
        parts = var if isinstance(var, PartitionedVariable) else [var]
        listed.extend(part for part in parts if not any(part is known for known in listed))


# -- lists ------------------------------------------------------------------------------------


def get_variables(
    scope: ScopeLike = None, suffix: str | None = None, collection: str = GraphKeys.GLOBAL_VARIABLES
) -> list[Any]:
    """The variables of a collection.

    Parameters
    ----------
    scope : str or VariableScope, optional
        A regular expression that their names begin with, or the scope they are below.
    suffix : str, optional
        What their names end with: ``"weights"``.
    collection : str

    Source
    ------
    tf.contrib.framework.get_variables, TF 1.15
    """
    pattern = scope.name if isinstance(scope, VariableScope) else scope
    if suffix is not None:
        pattern = f"{pattern or ''}.*{suffix}{'' if ':' in suffix else ':'}"
    return get_default_graph().get_collection(collection, pattern)


def get_model_variables(scope: ScopeLike = None, suffix: str | None = None) -> list[Any]:
    """The model variables, as :func:`get_variables` chooses them."""
    return get_variables(scope, suffix, GraphKeys.MODEL_VARIABLES)


def get_local_variables(scope: ScopeLike = None, suffix: str | None = None) -> list[Any]:
    """The local variables, as :func:`get_variables` chooses them."""
    return get_variables(scope, suffix, GraphKeys.LOCAL_VARIABLES)


def get_trainable_variables(scope: ScopeLike = None, suffix: str | None = None) -> list[Any]:
    """The trainable variables, as :func:`get_variables` chooses them."""
    return get_variables(scope, suffix, GraphKeys.TRAINABLE_VARIABLES)


def get_variables_by_suffix(suffix: str, scope: ScopeLike = None) -> list[Any]:
    """The global variables whose names end with `suffix`."""
    return get_variables(scope, suffix)


def get_variables_by_name(given_name: str, scope: ScopeLike = None) -> list[Any]:
    """The global variables whose names have `given_name` as their last part."""
    return get_variables(scope, f"/{given_name}:|^{given_name}:")


def get_unique_variable(var_op_name: str) -> Any:
    """The one global variable of a name.

    Raises
    ------
    ValueError
        If there is none; the message names the nearest ones.

    Source
    ------
    tf.contrib.framework.get_unique_variable, TF 1.15
    """
    named = {found.op.name: found for found in get_variables()}
    if var_op_name not in named:
        raise ValueError(f"Couldn't find variable {var_op_name}.{did_you_mean(var_op_name, named)}")
    return named[var_op_name]


def get_variables_to_restore(
    include: Sequence[str] | None = None, exclude: Sequence[str] | None = None
) -> list[Any]:
    """The global variables below some scopes and not below others.

    Parameters
    ----------
    include : list of str, optional
        Regular expressions that names begin with; by default all variables.
    exclude : list of str, optional

    Raises
    ------
    TypeError
        If one of them is not a list: a single scope is a list of one.

    Source
    ------
    tf.contrib.framework.get_variables_to_restore, TF 1.15
    """
    for name, given in (("include", include), ("exclude", exclude)):
        if given is not None and not isinstance(given, (list, tuple)):
            raise TypeError(
                f"get_variables_to_restore(): {name} is provided but is not a list or a tuple; given: {given!r}."
            )
    wanted = get_variables() if include is None else _below_any(include)
    unwanted = set(_below_any(exclude or ()))
    return [found for found in wanted if found not in unwanted]


def _below_any(scopes: Iterable[str]) -> list[Any]:
    return [found for scope in scopes for found in get_variables(scope)]


def filter_variables(
    var_list: Iterable[Any],
    include_patterns: Iterable[str] | None = None,
    exclude_patterns: Iterable[str] | None = None,
    reg_search: bool = True,
) -> list[Any]:
    """The variables of a list whose names match one of some patterns, and none of others.

    Parameters
    ----------
    var_list : list of Variable
    include_patterns, exclude_patterns : list of str, optional
        Regular expressions.
    reg_search : bool
        Whether they may match anywhere in a name, rather than at its start.

    Source
    ------
    tf.contrib.framework.filter_variables, TF 1.15
    """
    match = re.search if reg_search else re.match

    def fits(found: Any, patterns: Iterable[str]) -> bool:
        return any(match(pattern, found.name) for pattern in patterns)

    included = [found for found in var_list if include_patterns is None or fits(found, include_patterns)]
    return [found for found in included if not fits(found, exclude_patterns or ())]


def get_variable_full_name(var: Any) -> str:
    """The name of a variable, or of the whole of which it is a part."""
    return str(var.save_slice_info.full_name if var.save_slice_info else var.op.name)


near_keywords_of_functions(__name__)
