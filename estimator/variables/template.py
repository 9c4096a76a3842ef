"""Functions that share their variables among calls: tf.make_template.

Source: tf.make_template, TF 1.15 template.py
"""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any

from estimator.core.keywords import near_keywords_of_functions
from estimator.graph.graph import get_default_graph
from estimator.graph.keys import GraphKeys
from estimator.variables.scopes import VariableScope, variable_scope


def make_template(
    name_: str,
    func_: Callable[..., Any],
    create_scope_now_: bool = False,
    unique_name_: str | None = None,
    custom_getter_: Callable[..., Any] | None = None,
    **kwargs: Any,
) -> Template:
    """A function of which every call uses the variables that the first has made by get_variable.

    Parameters
    ----------
    name_ : str
        The variable scope; a number is added where it is taken.
    func_ : callable
    create_scope_now_ : bool
        Whether the scope lies where the template is made, and not where it is first called.
    unique_name_ : str, optional
        The scope in place of `name_`, without a number: templates of one such name share it.
    custom_getter_ : callable, optional
        As of :class:`tf.variable_scope`.
    **kwargs
        Arguments that each call of `func_` gets.

    Raises
    ------
    ValueError
        If `name_` is empty; in a call, if a later one needs a variable that the first has not made, or makes a
        trainable one by :class:`tf.Variable`.
    TypeError
        If `func_` is no function.

    Example
    -------
    >>> from estimator import tf
    >>> scale = tf.make_template("scale", lambda x: x * tf.get_variable("factor", []))
    >>> y, z = scale(1.0), scale(2.0)
    >>> [v.name for v in scale.variables]
    ['scale/factor:0']
    """
    if not name_:
        raise ValueError("name_ must be a name, the template's variable scope.")
    if not callable(func_):
        raise TypeError(f"func_ must be a function, given: {func_!r}.")
    function = functools.partial(func_, **kwargs) if kwargs else func_
    opening = functools.partial(
        variable_scope, unique_name_, default_name=name_, custom_getter=custom_getter_
    )
    return Template(name_, function, opening, create_scope_now_)


class Template:
    """What :func:`make_template` gives.

    Attributes
    ----------
    name : str
    func : callable
    variable_scope : VariableScope or None
        Where its variables lie; None before it lies anywhere.
    """

    def __init__(
        self,
        name: str,
        func: Callable[..., Any],
        opening: Callable[..., variable_scope],
        create_scope_now: bool,
    ) -> None:
        self.name = name
        self.func = func
        self.variable_scope: VariableScope | None = None
        self._opening = opening
        self._was_called = False
        if create_scope_now:
            with opening(auxiliary_name_scope=False) as self.variable_scope:
                pass

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        """What the function gives; after the first call its variables are those there are."""
        if self.variable_scope is None:
            block = self._opening()
        else:
            block = variable_scope(self.variable_scope, reuse=self._was_called or None)
        with block as scope:
            known = set(self._trainable()) if self._was_called else None
            self.variable_scope, self._was_called = self.variable_scope or scope, True
            result = self.func(*args, **kwargs)
            new = [] if known is None else [v.name for v in self._trainable() if v not in known]
        if new:
            raise ValueError(
                f"the template {self.name!r} made trainable variables when it was called again, {', '.join(new)}: "
                "use tf.get_variable, which shares them, instead of tf.Variable."
            )
        return result

    @staticmethod
    def _trainable() -> list[Any]:
        return get_default_graph().get_collection(GraphKeys.TRAINABLE_VARIABLES)

    @property
    def var_scope(self) -> VariableScope | None:
        """The older name of `variable_scope`."""
        return self.variable_scope

    @property
    def variable_scope_name(self) -> str | None:
        """The name of its scope with a last slash, as those of its variables begin; None before there is one."""
        scope = self.variable_scope
        return None if scope is None else f"{scope.name}/" if scope.name else ""

    @property
    def variables(self) -> list[Any]:
        """The global and local variables below its scope."""
        return [*self.global_variables, *self.local_variables]

    @property
    def trainable_variables(self) -> list[Any]:
        """The trainable variables below its scope."""
        return self._collection(GraphKeys.TRAINABLE_VARIABLES)

    @property
    def global_variables(self) -> list[Any]:
        """The global variables below its scope."""
        return self._collection(GraphKeys.GLOBAL_VARIABLES)

    @property
    def local_variables(self) -> list[Any]:
        """The local variables below its scope."""
        return self._collection(GraphKeys.LOCAL_VARIABLES)

    def _collection(self, key: str) -> list[Any]:
        scope = self.variable_scope
        return [] if scope is None else get_default_graph().get_collection(key, f"{scope.name}/")


near_keywords_of_functions(__name__)
