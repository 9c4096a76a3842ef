"""Tests of tf.nest; what it gives and refuses is what TensorFlow 2.15 does."""

from __future__ import annotations

from collections import OrderedDict, namedtuple
from operator import add
from typing import Any

import numpy as np
import pytest

from estimator.core.dtypes import float32
from estimator.functions import nest
from estimator.graph import build as b
from estimator.graph.graph import Graph
from estimator.graph.sparse import SparseTensor

Pair = namedtuple("Pair", "a b")


def test_flatten_walks_dicts_by_their_keys() -> None:
    assert nest.flatten({"b": 1, "a": [2, (3,)]}) == [2, 3, 1]
    assert nest.flatten(None) == [None]
    assert nest.flatten("abc") == ["abc"]
    array = np.zeros(2)
    assert nest.flatten(array)[0] is array


@pytest.mark.parametrize(
    ("value", "is_nested"), [([1], True), ({}, True), ((), True), ("a", False), (np.zeros(1), False)]
)
def test_containers_are_nested(value: Any, is_nested: bool) -> None:
    assert nest.is_nested(value) is is_nested


def test_pack_sequence_as_fills_a_structure() -> None:
    assert nest.pack_sequence_as({"b": 0, "a": [0, (0,)]}, [1, 2, 3]) == {"b": 3, "a": [1, (2,)]}
    assert nest.pack_sequence_as(Pair(1, 2), [5, 6]) == Pair(5, 6)
    assert nest.pack_sequence_as(1, [5]) == 5
    with pytest.raises(ValueError, match="has 2 leaves, and flat_sequence 1"):
        nest.pack_sequence_as([1, 2], [1])
    with pytest.raises(TypeError, match="flat_sequence must be a list"):
        nest.pack_sequence_as([1, 2], 5)  # type: ignore[arg-type]


def test_map_structure_takes_several() -> None:
    assert nest.map_structure(add, [1, (2,)], [3, (4,)]) == [4, (6,)]
    assert nest.map_structure(add, [1, (2,)], [3, [4]], check_types=False) == [4, (6,)]
    with pytest.raises(TypeError):
        nest.map_structure(add, [1, (2,)], [3, [4]])
    with pytest.raises(ValueError, match="same structure"):
        nest.map_structure(add, [1, 2], [3])
    with pytest.raises(TypeError, match="func must be callable, given: 3"):
        nest.map_structure(3, [1])  # type: ignore[arg-type]
    with pytest.raises(ValueError, match="at least one structure"):
        nest.map_structure(add)
    with pytest.raises(TypeError, match="check_type"):
        nest.map_structure(add, [1], [2], check_type=False)  # type: ignore[call-arg]


@pytest.mark.parametrize(
    ("left", "right", "error", "check_types"),
    [
        ([1, 2], [3, 4], None, True),
        ({"a": 1}, OrderedDict(a=1), None, True),
        ([1, 2], (3, 4), TypeError, True),
        ([1, 2], (3, 4), None, False),
        (Pair(1, 2), (1, 2), TypeError, True),
        ([1, 2], [3, [4]], ValueError, True),
        ([1, 2], [3, [4]], ValueError, False),
        ({"a": 1}, {"b": 1}, ValueError, True),
        (1, [1], ValueError, True),
    ],
)
def test_structures_are_compared(left: Any, right: Any, error: Any, check_types: bool) -> None:
    if error is None:
        nest.assert_same_structure(left, right, check_types)
        return
    with pytest.raises(error):
        nest.assert_same_structure(left, right, check_types)


def test_a_sparse_tensor_is_one_leaf_or_its_components(graph: Graph) -> None:
    sparse = SparseTensor([[0, 0]], [1.0], [2, 2])
    assert nest.flatten([sparse]) == [sparse]
    parts = nest.flatten([sparse], expand_composites=True)
    assert parts == [sparse.indices, sparse.values, sparse.dense_shape]
    packed = nest.pack_sequence_as([sparse], parts, expand_composites=True)
    assert packed[0].values is sparse.values
    more = nest.map_structure(
        lambda t: b.Add(t, 1.0) if t.dtype is float32 else t, sparse, expand_composites=True
    )
    assert isinstance(more, SparseTensor)
    assert more.values.op.type == "Add"
    nest.assert_same_structure([sparse], [sparse.values])
    with pytest.raises(TypeError):
        nest.assert_same_structure([sparse], [sparse.values], expand_composites=True)
