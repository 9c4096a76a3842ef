"""Where the layers of a model stand in a file of weights that knows places.

A place says how a layer is reached, and not what it is called: by the attribute that holds it, or by the name of its
class and a counter where a list does. Keras 3 and 2.15 go through the attributes in other orders, so that a layer of a
subclassed model may have another place in each.

Source
------
Keras 3.15.1 saving/saving_lib.py; tf.keras 2.15 saving/saving_lib.py
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from estimator.core.named_tuple import NamedTuple
from estimator.keras.contents import Contents
from estimator.keras.naming import in_snake_case
from estimator.keras.saving.variable_tree import OPTIMIZER, Place


class _Rules(NamedTuple):
    """How one version of Keras goes through a model."""

    order: Callable[[Sequence[str]], list[str]]
    counts_known: bool  # whether a layer that has a place already takes a number in a list
    enters_lists_in_lists: bool


_KERAS_3 = _Rules(
    lambda names: sorted(names, key=lambda name: f"~{name}" if name[0] == "_" else name), True, True
)
_KERAS_2_15 = _Rules(lambda names: sorted(names, reverse=True), False, False)


def places_of(model: Any) -> list[Place]:
    """The layers of a model, itself first, with their places."""
    ours = dict(_Walk(_KERAS_3).layers(model, ""))
    theirs = {id(layer): path for path, layer in _Walk(_KERAS_2_15).layers(model, "")}
    return [Place(path, theirs.get(id(layer), path), layer) for path, layer in ours.items()]


class _Walk:
    def __init__(self, rules: _Rules) -> None:
        self._rules = rules
        self._known: set[int] = set()

    def layers(self, layer: Any, path: str) -> Iterator[tuple[str, Any]]:
        """The layer and all that is reached from it for the first time, each with its path."""
        if id(layer) in self._known:
            return
        self._known.add(id(layer))
        yield path, layer
        held = _attributes(layer)
        for name in self._in_order(layer, held):
            inner = f"{path}/{name}" if path else name
            if isinstance(held[name], Contents):
                yield from self.layers(held[name], inner)
            else:
                yield from self._list(held[name], inner)

    def _in_order(self, layer: Any, held: Mapping[str, Any]) -> list[str]:
        names = self._rules.order(list(held))
        if (
            self._rules is _KERAS_3 and getattr(layer, "network", None) is not None
        ):  # its layers say all of it
            names.remove("layers")
            names.insert(0, "layers")
        return names

    def _list(self, items: Any, path: str) -> Iterator[tuple[str, Any]]:
        taken: dict[str, int] = {}
        for item in items.values() if isinstance(items, Mapping) else items:
            is_known = id(item) in self._known
            if isinstance(item, Contents) and (self._rules.counts_known or not is_known):
                yield from self.layers(item, f"{path}/{_numbered(in_snake_case(type(item).__name__), taken)}")
            elif isinstance(item, (list, tuple, Mapping)) and self._rules.enters_lists_in_lists:
                yield from self._list(item, f"{path}/{_numbered('container', taken)}")


def _numbered(name: str, taken: dict[str, int]) -> str:
    number = taken[name] = taken.get(name, -1) + 1
    return f"{name}_{number}" if number else name


def _attributes(layer: Any) -> dict[str, Any]:
    """What a layer holds in attributes that may be layers; of a model, the list of all its layers, too."""
    held = {
        name: value
        for name, value in layer._parts().items()
        if isinstance(value, (Contents, list, tuple, Mapping)) and name != OPTIMIZER
    }
    return held | ({"layers": layer.layers} if hasattr(layer, "layers") else {})
