"""What a test puts in the place of attributes, and puts back afterwards.

Source: tf.test.StubOutForTesting, TF 1.15 googletest.py.
"""

from __future__ import annotations

import inspect
from types import TracebackType
from typing import Any

from estimator.core.keywords import near_keywords_of_methods

_NOTHING = object()


@near_keywords_of_methods
class StubOutForTesting:
    """Replaces attributes of modules, classes and objects until :meth:`CleanUp`, or to the end of a ``with`` block.

    Example
    -------
    >>> import math
    >>> with StubOutForTesting() as stubs:
    ...     stubs.Set(math, "pi", 3)
    ...     math.pi
    3
    >>> round(math.pi, 2)
    3.14
    """

    def __init__(self) -> None:
        self._before: list[tuple[Any, str, Any]] = []

    def __enter__(self) -> StubOutForTesting:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.CleanUp()

    def CleanUp(self) -> None:
        """Put everything back, the last replacement first."""
        self.SmartUnsetAll()

    def SmartSet(self, obj: Any, attr_name: str, new_attr: Any) -> None:
        """Replace an attribute where it is defined: of a class, in the base class that has it.

        Raises
        ------
        AttributeError
            If there is none of that name.
        """
        owner = obj
        if inspect.isclass(obj) or not (inspect.ismodule(obj) or attr_name in getattr(obj, "__dict__", {})):
            bases = inspect.getmro(obj if inspect.isclass(obj) else type(obj))
            owner = next((base for base in bases if attr_name in vars(base)), obj)
        if not hasattr(owner, attr_name):
            raise AttributeError(
                f"Attribute not found: {obj!r} has no {attr_name!r}.", name=attr_name, obj=obj
            )
        self.Set(owner, attr_name, new_attr)

    def SmartUnsetAll(self) -> None:
        """Put everything back that :meth:`SmartSet` or :meth:`Set` has replaced."""
        self.UnsetAll()

    def Set(self, parent: Any, child_name: str, new_child: Any) -> None:
        """Replace an attribute of this very object.

        Raises
        ------
        AttributeError
            If there is none of that name.
        """
        old = vars(parent).get(child_name, _NOTHING) if hasattr(parent, "__dict__") else _NOTHING
        inherited = old is _NOTHING
        if inherited:
            getattr(parent, child_name)
        self._before.append((parent, child_name, old))
        setattr(parent, child_name, new_child)

    def UnsetAll(self) -> None:
        """Put everything back, the last replacement first."""
        while self._before:
            parent, name, old = self._before.pop()
            if old is _NOTHING:
                delattr(parent, name)  # it was inherited, and is again
            else:
                setattr(parent, name, old)
