"""Nested structures of tensors: dicts, tuples, lists and namedtuples.

Dicts are walked in the order of their sorted keys, as tf.nest does, so that two dicts with the same
keys always line up.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from typing import Any


def is_nested(value: Any) -> bool:
    """Whether the value is a container that is walked into."""
    return isinstance(value, (dict, list, tuple)) or (isinstance(value, Mapping))


def sorted_keys(mapping: Mapping[Any, Any]) -> list[Any]:
    """The keys in the order in which they are walked; keys of several types by type, then as text."""
    try:
        return sorted(mapping)
    except TypeError:
        return sorted(mapping, key=lambda key: (type(key).__name__, str(key)))


def flatten(structure: Any) -> list[Any]:
    """The leaves, left to right."""
    return list(_leaves(structure))


def _leaves(structure: Any) -> Iterator[Any]:
    if isinstance(structure, Mapping):
        for key in sorted_keys(structure):
            yield from _leaves(structure[key])
    elif isinstance(structure, (list, tuple)):
        for item in structure:
            yield from _leaves(item)
    else:
        yield structure


def pack_as(structure: Any, leaves: list[Any]) -> Any:
    """The same structure with other leaves.

    Raises
    ------
    ValueError
        If the number of leaves differs.
    """
    rest = iter(leaves)
    count = len(flatten(structure))
    if count != len(leaves):
        raise ValueError(f"a structure of {count} leaves cannot be filled with {len(leaves)} values.")
    return _pack(structure, rest)


def _pack(structure: Any, rest: Iterator[Any]) -> Any:
    if isinstance(structure, Mapping):
        return like(structure, {key: _pack(structure[key], rest) for key in sorted_keys(structure)})
    if isinstance(structure, (list, tuple)):
        return like(structure, [_pack(item, rest) for item in structure])
    return next(rest)


def like(container: Any, items: Any) -> Any:
    """A container of the same kind, and keys in the same order: an OrderedDict stays one, a namedtuple too.

    Parameters
    ----------
    container : mapping, list or tuple
    items : dict or list
        What it is to hold; a dict may have its keys in any order.
    """
    if isinstance(container, Mapping):
        ordered = {key: items[key] for key in container}
        if isinstance(container, defaultdict):
            return defaultdict(container.default_factory, ordered)
        return type(container)(ordered) if isinstance(container, dict) else ordered
    if hasattr(container, "_fields"):  # a namedtuple
        return type(container)(*items)
    return tuple(items) if isinstance(container, tuple) else list(items)


def map_structure(fn: Callable[..., Any], structure: Any, *others: Any) -> Any:
    """`fn` of the corresponding leaves, in the structure of the first."""
    columns = [flatten(part) for part in (structure, *others)]
    return pack_as(structure, [fn(*row) for row in zip(*columns, strict=True)])


def same_structure(left: Any, right: Any) -> bool:
    """Whether both have the same containers and keys."""
    if isinstance(left, Mapping) and isinstance(right, Mapping):
        return set(left) == set(right) and all(same_structure(left[key], right[key]) for key in left)
    if isinstance(left, (list, tuple)) and isinstance(right, (list, tuple)):
        return len(left) == len(right) and all(map(same_structure, left, right))
    return not is_nested(left) and not is_nested(right)


def outline(structure: Any) -> str:
    """``(., {'a': [.]})``: the containers and keys of a structure, with a dot for each leaf."""
    if isinstance(structure, Mapping):
        items = (f"{key!r}: {outline(structure[key])}" for key in sorted_keys(structure))
        return f"{{{', '.join(items)}}}"
    if isinstance(structure, list):
        return f"[{', '.join(map(outline, structure))}]"
    if isinstance(structure, tuple):
        return f"({', '.join(map(outline, structure))}{',' if len(structure) == 1 else ''})"
    return "."
