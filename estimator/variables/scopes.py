"""Variables by name: scopes, sharing, and what scopes hand down.

``get_variable("kernel", [4, 10])`` inside ``variable_scope("dense")`` makes ``dense/kernel``; a
second call is an error unless the scope says ``reuse=True`` (it must exist) or ``AUTO_REUSE`` (it
may). Initializer, regularizer, dtype and custom getter are handed down. A scope also opens a name
scope for operations; a scope without a name takes the first free form of its default name:
``dense``, ``dense_1``.

The variables by name and the scope in force belong to the graph; they are kept in one of its
collections. :func:`~estimator.variables.get_variable.get_variable` makes the variables.
"""

from __future__ import annotations

import contextlib
import copy
from collections.abc import Callable, Iterator, Sequence
from dataclasses import field
from typing import Any, Final

from estimator.core.dtypes import as_dtype, float32
from estimator.core.frozen import mutable
from estimator.core.keywords import near_keywords, near_keywords_of_functions
from estimator.core.named_tuple import NamedTuple
from estimator.graph.graph import Graph, get_default_graph, graph_of
from estimator.graph.keys import GraphKeys
from estimator.variables.partitioners import Partitioner
from estimator.variables.partitions import PartitionedVariable
from estimator.variables.variable import Variable

Initializer = Callable[..., Any]


class _AutoReuse:
    """Reuse what exists, make what does not."""

    def __repr__(self) -> str:
        return "AUTO_REUSE"


AUTO_REUSE: Final = _AutoReuse()

_STATE = ("variable_scopes",)  # no string: collections under such keys are never written to files


@mutable
class ScopeState:
    """What one graph knows of its scopes."""

    variables: dict[str, Variable] = field(default_factory=dict)
    partitioned: dict[str, PartitionedVariable] = field(default_factory=dict)
    scope_counts: dict[str, int] = field(default_factory=dict)
    current: VariableScope | None = None


def scope_state(graph: Graph) -> ScopeState:
    """What the graph knows of its scopes; a body of control flow goes by those of the graph around it."""
    kept = graph.outermost.get_collection_ref(_STATE)
    if not kept:
        kept.append(ScopeState())
    state: ScopeState = kept[0]
    return state


@near_keywords
class VariableScope:
    """What a variable made here is called, and what it inherits.

    Parameters
    ----------
    reuse : bool, AUTO_REUSE or None
        Whether variables that exist are given, must be, or may be.
    name : str
        Without a last slash; empty at the top.
    initializer, regularizer, partitioner, custom_getter, constraint : callable, optional
        Taken where get_variable gives none.
    caching_device : optional
        Kept for those who ask: a variable lies where it is read.
    name_scope : str
        The name scope of its operations, with a last slash; the attribute `original_name_scope`.
    dtype : DType
        Of variables whose type nothing else says.
    use_resource : bool, optional
        Kept for those who ask: all variables are resources.

    Source
    ------
    tf.VariableScope, TF 1.15 variable_scope.py
    """

    def __init__(
        self,
        reuse: Any,
        name: str = "",
        initializer: Initializer | None = None,
        regularizer: Callable[[Any], Any] | None = None,
        caching_device: Any = None,
        partitioner: Partitioner | None = None,
        custom_getter: Callable[..., Any] | None = None,
        name_scope: str = "",
        dtype: Any = float32,
        use_resource: bool | None = None,
        constraint: Any = None,
    ) -> None:
        self.reuse = reuse
        self.name = name
        self.initializer = initializer
        self.regularizer = regularizer
        self.caching_device = caching_device
        self.partitioner = partitioner
        self.custom_getter = custom_getter
        self.original_name_scope = name_scope
        self.dtype = as_dtype(dtype)
        self.use_resource = use_resource
        self.constraint = constraint

    def reuse_variables(self) -> None:
        """From now on this scope only gives variables that exist."""
        self.reuse = True

    def set_initializer(self, initializer: Initializer | None) -> None:
        """Change the initializer that variables inherit."""
        self.initializer = initializer

    def set_regularizer(self, regularizer: Callable[[Any], Any] | None) -> None:
        """Change the regularizer that variables inherit."""
        self.regularizer = regularizer

    def set_partitioner(self, partitioner: Partitioner | None) -> None:
        """Change the partitioner that variables inherit."""
        self.partitioner = partitioner

    def set_dtype(self, dtype: Any) -> None:
        """Change the type that variables inherit."""
        self.dtype = as_dtype(dtype)

    def set_custom_getter(self, custom_getter: Callable[..., Any] | None) -> None:
        """Change what makes the variables; see `custom_getter` of :class:`variable_scope`."""
        self.custom_getter = custom_getter

    def set_caching_device(self, caching_device: Any) -> None:
        """Accepted: there is one device."""
        self.caching_device = caching_device

    def set_use_resource(self, use_resource: bool | None) -> None:
        """Accepted: all variables are resources."""
        self.use_resource = use_resource

    def get_collection(self, name: Any) -> list[Any]:
        """What of a collection has a name below this scope."""
        return self._below(name)

    def global_variables(self) -> list[Variable]:
        """The global variables below this scope."""
        return self._below(GraphKeys.GLOBAL_VARIABLES)

    def trainable_variables(self) -> list[Variable]:
        """The trainable variables below this scope."""
        return self._below(GraphKeys.TRAINABLE_VARIABLES)

    def local_variables(self) -> list[Variable]:
        """The local variables below this scope."""
        return self._below(GraphKeys.LOCAL_VARIABLES)

    def _hand_down(self, dtype: Any, custom_getter: Any, **others: Any) -> None:
        """Take what is given, keep what was inherited."""
        vars(self).update((name, value) for name, value in others.items() if value is not None)
        self.dtype = self.dtype if dtype is None else as_dtype(dtype)
        if custom_getter is not None:
            self.custom_getter = nested_getter(custom_getter, self.custom_getter)

    def _below(self, key: str) -> list[Variable]:
        prefix = f"{self.name}/" if self.name else ""
        return [item for item in get_default_graph().get_collection(key) if item.name.startswith(prefix)]


def get_variable_scope() -> VariableScope:
    """The scope in force."""
    state = scope_state(get_default_graph())
    if state.current is None:
        state.current = VariableScope(reuse=False)
    return state.current


class _Entry(NamedTuple):
    """What leaving a scope restores, for one time that it was entered."""

    blocks: contextlib.ExitStack
    outer: VariableScope
    inner: VariableScope
    counts: dict[str, int]


@near_keywords
class variable_scope:
    """A block: variables and operations made inside are named below a scope.

    It ends when the block is left, and not sooner; it may be entered again.

    Parameters
    ----------
    name_or_scope : str or VariableScope, optional
        A string opens a scope below the current one, a VariableScope is entered again.
    default_name : str, optional
        Used if there is no name, in its first form that is free in the surrounding scope.
    values : sequence, optional
        Tensors whose graph is the default one inside.
    partitioner : callable, optional
        Cuts the variables made inside into parts; see :mod:`estimator.variables.partitioners`.
    reuse : bool or AUTO_REUSE, optional
        Handed down to scopes inside.

    Raises
    ------
    TypeError
        If neither a name nor a default name is given, or the name is something else.
    ValueError
        If `reuse` is something else, or is given with only a default name.

    Source
    ------
    tf.variable_scope, TF 1.15 variable_scope.py
    """

    def __init__(
        self,
        name_or_scope: str | VariableScope | None = None,
        default_name: str | None = None,
        values: Sequence[Any] | None = None,
        initializer: Initializer | None = None,
        regularizer: Callable[[Any], Any] | None = None,
        caching_device: Any = None,
        partitioner: Any = None,
        custom_getter: Callable[..., Any] | None = None,
        reuse: Any = None,
        dtype: Any = None,
        use_resource: bool | None = None,
        constraint: Any = None,
        auxiliary_name_scope: bool = True,
    ) -> None:
        _check_scope(name_or_scope, default_name, reuse)
        self._given, self._default_name, self._reuse = name_or_scope, default_name or "", reuse
        self._handed_down = {
            "initializer": initializer, "regularizer": regularizer, "caching_device": caching_device,
            "partitioner": partitioner, "custom_getter": custom_getter, "dtype": dtype, "use_resource": use_resource,
            "constraint": constraint,
        }  # fmt: skip
        self._names_operations = auxiliary_name_scope
        self._graph = graph_of(list(values or ()))
        self._entries: list[_Entry] = []

    def __enter__(self) -> VariableScope:
        with contextlib.ExitStack() as blocks:
            graph = get_default_graph()
            if graph is not self._graph and not graph.is_function:
                graph = blocks.enter_context(self._graph.as_default())
            state, outer = scope_state(graph), get_variable_scope()
            operations = blocks.enter_context(_name_scope(graph, self._base_name(), self._names_operations))
            inner = self._inner(state, outer, operations)
            inner._hand_down(**self._handed_down)
            counts = dict(state.scope_counts)
            state.scope_counts[inner.name] = counts.get(inner.name, 0) + 1
            state.current = inner
            self._entries.append(_Entry(blocks.pop_all(), outer, inner, counts))
        return inner

    def __exit__(self, *error: Any) -> None:
        blocks, outer, inner, counts = self._entries.pop()
        state = scope_state(get_default_graph())
        state.current = outer
        if isinstance(self._given, VariableScope):
            state.scope_counts = counts
        else:
            _forget_below(state, inner.name)
        blocks.__exit__(*error)

    def _base_name(self) -> str:
        """The last part of the scope, which the name scope is called by."""
        if isinstance(self._given, VariableScope):
            return self._given.name.rpartition("/")[2] or self._default_name
        return self._given or self._default_name

    def _inner(self, state: ScopeState, outer: VariableScope, operations: str) -> VariableScope:
        if isinstance(self._given, VariableScope):
            inner = copy.copy(self._given)
            inner.reuse = self._given.reuse if self._reuse is None else self._reuse
            return inner
        name = _free_name(state, outer.name, self._default_name) if self._given is None else self._given
        inner = copy.copy(outer)
        inner.name, inner.original_name_scope = join(outer.name, name), operations
        inner.reuse = self._reuse or outer.reuse
        return inner


def variable_op_scope(
    values: Sequence[Any] | None,
    name_or_scope: str | VariableScope | None,
    default_name: str | None = None,
    **scope: Any,
) -> variable_scope:
    """The :class:`variable_scope` of these names, as scripts of 2016 write it: the values come first."""
    return variable_scope(name_or_scope, default_name, values, **scope)


def _check_scope(name_or_scope: Any, default_name: str | None, reuse: Any) -> None:
    if reuse is not None and not isinstance(reuse, (bool, _AutoReuse)):
        raise ValueError(
            f"variable_scope(): reuse must be True, False, None or tf.AUTO_REUSE, given: {reuse!r}."
        )
    if name_or_scope is None and default_name is None:
        raise TypeError("variable_scope() needs a name: give name_or_scope or default_name.")
    if name_or_scope is None and reuse:
        raise ValueError(
            f"variable_scope(default_name={default_name!r}, reuse={reuse!r}): a default name is always "
            "new, so nothing can be reused. Give name_or_scope."
        )
    if name_or_scope is not None and not isinstance(name_or_scope, (str, VariableScope)):
        raise TypeError(
            f"variable_scope(): name_or_scope must be a string or a VariableScope, given: {name_or_scope!r}."
        )


@contextlib.contextmanager
def whole_variables() -> Iterator[None]:
    """Variables made inside are not cut into parts, whatever the scope says."""
    scope = get_variable_scope()
    partitioner, scope.partitioner = scope.partitioner, None
    try:
        yield
    finally:
        scope.partitioner = partitioner


def join(outer: str, name: str) -> str:
    """`name` below the scope `outer`; the name alone where there is no scope."""
    return f"{outer}/{name}" if outer else name


def _name_scope(graph: Graph, name: str, wanted: bool) -> Any:
    if wanted and name:
        return graph.name_scope(name)
    current = graph.get_name_scope()
    return contextlib.nullcontext(f"{current}/" if current else "")


def _free_name(state: ScopeState, outer: str, name: str) -> str:
    if not state.scope_counts.get(join(outer, name)):
        return name
    number = 1
    while state.scope_counts.get(join(outer, f"{name}_{number}")):
        number += 1
    return f"{name}_{number}"


def _forget_below(state: ScopeState, name: str) -> None:
    """A scope entered again counts its default names from the start: so layers are shared."""
    for key in [key for key in state.scope_counts if key.startswith(f"{name}/")]:
        state.scope_counts[key] = 0


def nested_getter(getter: Callable[..., Any], outer: Callable[..., Any] | None) -> Callable[..., Any]:
    """A custom getter that calls the one of the surrounding scope."""
    if outer is None:
        return getter
    return lambda inner, *args, **kwargs: getter(lambda *a, **k: outer(inner, *a, **k), *args, **kwargs)


near_keywords_of_functions(__name__)
