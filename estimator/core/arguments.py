"""Objects that know what they were made of: the arguments of their constructor, by name.

Whoever writes down what an object is, to make it again elsewhere, needs what people wrote and not what became of it::

    @keeps_arguments
    class Head:
        def __init__(self, n_classes, name=None): ...

    arguments_of(Head(3))    # {"n_classes": 3}
"""

from __future__ import annotations

import functools
import inspect
from collections.abc import Iterator, Set, ValuesView
from typing import Any, TypeVar

import numpy as np

from estimator.core.tracebacks import shortened

K = TypeVar("K", bound=type)

_ATTRIBUTE = "_arguments"
_DEFAULTS = "_defaults_of_arguments"


def keeps_arguments(kind: K) -> K:
    """Class decorator: objects keep what their constructor was given, as it was then.

    Of several constructors of a class and its bases the first that is called counts, which is the outermost.
    """
    init = kind.__init__  # type: ignore[misc]  # of this very class
    code = inspect.unwrap(init).__code__
    names = code.co_varnames[1 : code.co_argcount]
    defaults = inspect.unwrap(init).__defaults__ or ()
    setattr(kind, _DEFAULTS, dict(zip(names[len(names) - len(defaults) :], defaults, strict=True)))

    @functools.wraps(init)
    def __init__(self: Any, *args: Any, **kwargs: Any) -> None:
        args = tuple(map(_readable_twice, args))
        kwargs = {name: _readable_twice(value) for name, value in kwargs.items()}
        given = dict(zip(names, args, strict=False)) | kwargs  # too many are the constructor's to refuse
        vars(self).setdefault(_ATTRIBUTE, tuple((name, _unchanging(value)) for name, value in given.items()))
        try:
            init(self, *args, **kwargs)
        except Exception as error:
            shortened(error)
            raise

    kind.__init__ = __init__  # type: ignore[misc]
    return kind


def arguments_of(value: Any) -> dict[str, Any] | None:
    """The arguments that were given, lists as tuples; None if the object's class does not keep them."""
    kept = vars(value).get(_ATTRIBUTE) if hasattr(value, "__dict__") else None
    return None if kept is None else dict(kept)


def defaults_of(value: Any) -> dict[str, Any]:
    """What stands for arguments that were not given; empty if the object's class does not keep them."""
    return dict(getattr(type(value), _DEFAULTS, {}))


def _readable_twice(value: Any) -> Any:
    return tuple(value) if isinstance(value, Iterator) else value


def _unchanging(value: Any) -> Any:
    """The value as it is now: somebody may go on with a list of theirs, or with the dict whose values these are."""
    is_sequence = isinstance(value, (list, Set, ValuesView)) or (
        isinstance(value, np.ndarray) and value.ndim == 1
    )
    return tuple(value) if is_sequence else value
