"""Objects know what their constructors were given."""

from __future__ import annotations

import inspect
from typing import Any

import numpy as np

from estimator.core.arguments import arguments_of, defaults_of, keeps_arguments


@keeps_arguments
class Base:
    def __init__(self, sizes: Any, name: str | None = None) -> None:
        self.sizes = list(sizes)


@keeps_arguments
class Derived(Base):
    def __init__(self, count: int) -> None:
        super().__init__([count] * 2, "derived")


def test_arguments_are_kept_by_name() -> None:
    assert arguments_of(Base([1, 2], name="b")) == {"sizes": (1, 2), "name": "b"}
    assert arguments_of(Base([1, 2])) == {"sizes": (1, 2)}
    assert arguments_of(Derived(3)) == {"count": 3}  # not what it gives to its base
    assert arguments_of(object()) is None
    assert arguments_of(np.ones(2)) is None


def test_they_are_kept_as_they_were() -> None:
    sizes, named = [1, 2], {"a": 1, "b": 2}
    made, of_values, of_set = Base(sizes), Base(named.values()), Base({1, 2})
    sizes.append(3)
    named["c"] = 3
    assert arguments_of(made) == arguments_of(of_values) == arguments_of(of_set) == {"sizes": (1, 2)}


def test_what_can_be_read_once_is_read_for_both() -> None:
    made = Base(size for size in (1, 2))
    assert (made.sizes, arguments_of(made)) == ([1, 2], {"sizes": (1, 2)})


def test_the_signature_is_that_of_the_constructor() -> None:
    assert list(inspect.signature(Base).parameters) == ["sizes", "name"]


def test_defaults_are_those_of_the_class_whose_arguments_are_kept() -> None:
    assert defaults_of(Base([1])) == {"name": None}
    assert defaults_of(Derived(3)) == {}
    assert defaults_of(object()) == {}
