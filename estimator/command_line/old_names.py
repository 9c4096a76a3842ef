"""How the functions that define flags are called: by names of long ago, too, and never without a help text."""

from __future__ import annotations

import functools
import inspect
from collections.abc import Callable
from typing import Any, TypeVar

D = TypeVar("D", bound=Callable[..., Any])

_OLD_NAMES = {"flag_name": "name", "default_value": "default", "docstring": "help"}


def takes_old_names(define: D) -> D:
    """The function, which also takes the names that its arguments had in TensorFlow 1.4 and before.

    What it must be given and is not, its error shows beside what it was given: of two texts, one is easily taken for
    the other.
    """
    parameters = inspect.signature(define).parameters.values()
    needed = [
        one.name for one in parameters if one.default is one.empty and one.kind is one.POSITIONAL_OR_KEYWORD
    ]

    @functools.wraps(define)
    def renaming(*args: Any, **kwargs: Any) -> Any:
        named = {_OLD_NAMES.get(name, name): value for name, value in kwargs.items()}
        missing = [name for name in needed[len(args) :] if name not in named]
        if missing:
            given = ", ".join([*map(repr, args), *(f"{name}={value!r}" for name, value in named.items())])
            raise TypeError(
                f"{define.__name__}({given}) lacks {' and '.join(missing)}: it takes {', '.join(needed)}; the default "
                "may be None."
            )
        return define(*args, **named)

    return renaming  # type: ignore[return-value]
