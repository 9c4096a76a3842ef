"""Nested structures."""

from __future__ import annotations

from collections import OrderedDict, defaultdict, namedtuple
from typing import Any

import pytest

from estimator.core.nest import flatten, is_nested, map_structure, outline, pack_as, same_structure

Pair = namedtuple("Pair", "first second")


@pytest.mark.parametrize(
    ("structure", "leaves"),
    [
        (1, [1]), ([], []), ([1, (2, [3])], [1, 2, 3]), ({"b": 1, "a": 2}, [2, 1]), (Pair(1, {"x": 2}), [1, 2]),
        ({2: "b", 10: "c", 1: "a"}, ["a", "b", "c"]), ({"a": 1, 1: 2}, [2, 1]), ("ab", ["ab"]), (None, [None]),
        (OrderedDict([("b", 1), ("a", 2)]), [2, 1]),
    ],
)  # fmt: skip
def test_leaves_come_left_to_right_and_dicts_by_their_sorted_keys(structure: Any, leaves: list[Any]) -> None:
    assert flatten(structure) == leaves
    packed = pack_as(structure, [(leaf,) for leaf in leaves])
    assert flatten(map_structure(lambda leaf: leaf, packed)) == leaves


def test_packing_keeps_containers_and_the_order_of_keys() -> None:
    packed = pack_as({"b": [1, (2,)], "a": Pair(3, 4)}, ["third", "fourth", "first", "second"])
    assert packed == {"b": ["first", ("second",)], "a": Pair("third", "fourth")}
    assert list(packed) == ["b", "a"]
    assert isinstance(packed["a"], Pair)


def test_packing_keeps_the_kinds_of_dicts() -> None:
    # TensorFlow 2.15: session.run of these gives an OrderedDict and a defaultdict
    packed = pack_as([OrderedDict([("b", 1), ("a", 2)]), defaultdict(int, x=1)], [10, 20, 30])
    assert packed == [OrderedDict([("b", 20), ("a", 10)]), {"x": 30}]
    assert isinstance(packed[0], OrderedDict) and packed[1].default_factory is int


def test_too_few_or_too_many_leaves_are_counted() -> None:
    with pytest.raises(ValueError, match="a structure of 2 leaves cannot be filled with 1 values"):
        pack_as([1, 2], [1])


def test_a_function_is_called_on_the_leaves_of_several_structures() -> None:
    assert map_structure(lambda a, c: a + c, {"x": 1, "y": [2]}, {"y": [20], "x": 10}) == {"x": 11, "y": [22]}
    with pytest.raises(ValueError, match="argument 2 is shorter"):
        map_structure(lambda a, c: a + c, [1, 2], [1])


def test_structures_are_alike_if_their_containers_and_keys_are() -> None:
    assert same_structure({"a": [1, 2]}, {"a": (3, 4)})
    assert not same_structure({"a": 1}, {"b": 1})
    assert not same_structure([1, 2], [1])
    assert not same_structure([1], 1)
    assert same_structure(1, "a")
    assert is_nested({}) and is_nested(()) and not is_nested("ab") and not is_nested(None)


def test_an_outline_shows_containers_and_keys_and_a_dot_for_each_leaf() -> None:
    assert outline({"b": [1, (2,)], "a": None}) == "{'a': ., 'b': [., (.,)]}"
    assert (outline(()), outline([]), outline("text")) == ("()", "[]", ".")
