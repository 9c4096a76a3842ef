"""What the call of a layer is given: which arguments its ``call`` takes, which was given, and masks of tensors."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from functools import cache
from typing import Any

from estimator.core import nest

MASK = "_keras_mask"


class Taken:
    """What a ``call`` method takes beside the inputs."""

    def __init__(self, function: Callable[..., Any]) -> None:
        parameters = list(inspect.signature(function).parameters.values())
        self.takes_any = any(parameter.kind is parameter.VAR_KEYWORD for parameter in parameters)
        self.names = [
            parameter.name
            for parameter in parameters
            if parameter.kind in (parameter.POSITIONAL_ONLY, parameter.POSITIONAL_OR_KEYWORD)
        ]
        self._all = frozenset(parameter.name for parameter in parameters)

    def takes(self, name: str) -> bool:
        """Whether it takes an argument of that name."""
        return self.takes_any or name in self._all

    def is_positional(self, name: str, args: tuple[Any, ...]) -> bool:
        """Whether arguments by position, after the inputs, reach up to it."""
        return name in self.names and self.names.index(name) <= len(args)

    def argument(self, name: str, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
        """What a call gives for a name, or None."""
        if name in kwargs:
            return kwargs[name]
        return args[self.names.index(name) - 1] if self.is_positional(name, args) else None


def taken_by_call(layer: Any) -> Taken:
    """What a layer's ``call`` takes; found once for a class, unless the layer has a ``call`` of its own."""
    own, kind = vars(layer).get("call"), layer.__class__
    return Taken(own) if own is not None else _taken_by_class(kind)


@cache
def _taken_by_class(kind: Any) -> Taken:
    return Taken(kind.call.__get__(object(), kind) if inspect.isfunction(kind.call) else kind.call)


def masks_of(inputs: Any) -> Any:
    """The masks that tensors bring along, in their structure; None if there are none."""
    masks = [getattr(leaf, MASK, None) for leaf in nest.flatten(inputs)]
    return None if all(mask is None for mask in masks) else nest.pack_as(inputs, masks)
