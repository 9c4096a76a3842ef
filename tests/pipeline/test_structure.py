"""How elements nest."""

from __future__ import annotations

from collections import OrderedDict, namedtuple

from estimator.pipeline.structure import is_structure, leaves, map_leaves, pack, paths, same_structure

Point = namedtuple("Point", "x y")
ELEMENT = ({"b": [1, 2], "a": Point(3, None)}, None, (4,))


def test_dicts_tuples_and_none_are_structure_and_a_list_is_a_leaf() -> None:
    assert leaves(ELEMENT) == [3, [1, 2], 4]
    assert [is_structure(value) for value in ({}, (), None, [], 1, "a")] == [True] * 3 + [False] * 3


def test_packing_fills_the_leaves_in_the_order_in_which_they_are_listed() -> None:
    packed = pack(ELEMENT, leaves(ELEMENT))
    assert packed == ELEMENT
    assert list(packed[0]) == ["b", "a"]
    assert isinstance(packed[0]["a"], Point)


def test_an_ordered_dict_stays_one() -> None:
    assert isinstance(map_leaves(str, OrderedDict(b=1, a=2)), OrderedDict)


def test_paths_say_where_a_leaf_stands() -> None:
    assert leaves(paths(ELEMENT, "data")) == ["data[0]['a'][0]", "data[0]['b']", "data[2][0]"]
    assert paths(5, "data") == "data"


def test_structures_are_the_same_if_their_containers_keys_and_none_are() -> None:
    assert same_structure({"a": 1, "b": (None, 2)}, {"b": (None, [7]), "a": 0})
    assert not same_structure((1, None), (1, 2))
    assert not same_structure({"a": 1}, {"b": 1})
    assert not same_structure((1,), 1)
