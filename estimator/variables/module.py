"""Objects that own variables: what is an attribute of a Module, or in a list or dict that is, belongs to it.

::

    class Linear(Module):
        def __init__(self, units, name=None):
            super().__init__(name=name)
            with self.name_scope:
                self.w = tf.Variable(tf.zeros([3, units]), name="w")

A Checkpoint keeps its variables under the names of the attributes.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from functools import wraps
from typing import Any, TypeVar

from estimator.core import nest
from estimator.core.keywords import near_keywords
from estimator.functions.scoping import name_scope
from estimator.graph.graph import get_default_graph
from estimator.variables.partitions import PartitionedVariable
from estimator.variables.variable import Variable

F = TypeVar("F", bound=Callable[..., Any])


@near_keywords
class Module:
    """An object that owns variables and other modules.

    Parameters
    ----------
    name : str, optional
        By default that of the class, in snake case.

    Raises
    ------
    ValueError
        If the name is no identifier of Python.

    Source
    ------
    tf.Module, TensorFlow 1.15
    """

    def __init__(self, name: str | None = None) -> None:
        name = _in_snake_case(type(self).__name__) if name is None else name
        if not name.isidentifier():
            raise ValueError(
                f"{name!r} is not a valid module name. Module names must be valid Python identifiers (e.g. a valid "
                "class name)."
            )
        self._name = name
        with get_default_graph().name_scope(name) as scope:
            self._scope_name = scope

    @property
    def name(self) -> str:
        """The name that it was given, or that of its class."""
        return self._name

    @property
    def name_scope(self) -> name_scope:
        """A block whose operations and variables are named below this module's scope."""
        return name_scope(self._scope_name)

    @property
    def variables(self) -> tuple[Variable, ...]:
        """The variables of this module, attributes by their sorted names, and then those of the modules below it."""
        found = [leaf for module in self._modules() for leaf in _variables_in(module)]
        return tuple({id(variable): variable for variable in found}.values())

    @property
    def trainable_variables(self) -> tuple[Variable, ...]:
        """Those of the variables that are trained."""
        return tuple(variable for variable in self.variables if variable.trainable)

    @property
    def non_trainable_variables(self) -> tuple[Variable, ...]:
        """Those of the variables that are not trained."""
        return tuple(variable for variable in self.variables if not variable.trainable)

    @property
    def submodules(self) -> tuple[Any, ...]:
        """The modules, and layers of Keras, below this one."""
        return tuple(self._modules()[1:])

    def checkpoint_children(self) -> dict[str, Any]:
        """What a Checkpoint keeps below this module, by the names of the attributes in the order of their setting."""
        return {name: value for name, value in vars(self).items() if _may_own(value)}

    @classmethod
    def with_name_scope(cls, method: F) -> F:
        """A decorator of methods: what they make is named below the module's scope."""

        @wraps(method)
        def within(self: Module, *args: Any, **kwargs: Any) -> Any:
            with self.name_scope:
                return method(self, *args, **kwargs)

        return within  # type: ignore[return-value]  # it is called as the method is

    def _modules(self) -> list[Any]:
        """This module and those below it, each once, before what lies below them."""
        found: dict[int, Any] = {}
        waiting: list[Any] = [self]
        while waiting:
            module = waiting.pop()
            if id(module) not in found:
                found[id(module)] = module
                waiting += reversed([leaf for leaf in _leaves(module) if _is_module(leaf)])
        return list(found.values())


def _in_snake_case(class_name: str) -> str:
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])|(?<=.)(?=[A-Z][a-z])", "_", class_name).lower()


def _may_own(value: Any) -> bool:
    """Whether a Checkpoint follows it."""
    return isinstance(value, (Variable, PartitionedVariable, list, tuple, Mapping)) or _tells_children(value)


def _tells_children(value: Any) -> bool:
    return hasattr(type(value), "checkpoint_children")


def _is_module(value: Any) -> bool:
    """Whether it is a Module, or a layer of Keras, which a floor above knows."""
    return _tells_children(value) and hasattr(type(value), "submodules")


def _leaves(module: Any) -> Iterator[Any]:
    """What the attributes hold, by their sorted names; of a layer of Keras what it tells."""
    held = vars(module) if isinstance(module, Module) else module.checkpoint_children()
    for name in sorted(held):
        yield from nest.flatten(held[name])


def _variables_in(module: Any) -> Iterator[Variable]:
    for leaf in _leaves(module):
        if isinstance(leaf, Variable):
            yield leaf
        elif isinstance(leaf, PartitionedVariable):
            yield from leaf
