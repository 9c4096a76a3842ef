"""A joint kernel gives what the kernel gives for each operation, bit for bit, or leaves it alone."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from copy import copy
from types import SimpleNamespace
from typing import Any, NamedTuple

import numpy as np
import pytest

from estimator.core.dtypes import int32, int64
from estimator.graph.op import OPS, OpDef
from estimator.ops import __main__ as listing
from estimator.ops._rows import apart, count_up, joined, side_by_side
from tests.runtime.programs import bits

Inputs = Sequence[Any]  # of one operation


class Case(NamedTuple):
    """The inputs of several operations of one op, and those of them that the joint kernel leaves alone."""

    note: str
    operations: Sequence[Inputs]
    attrs: Sequence[dict[str, Any]]
    left: set[int] = set()


def ids(*values: int, dtype: Any = np.int64) -> Any:
    return np.array(values, dtype)


def rows(count: int, width: int = 3, seed: int = 0) -> Any:
    values = np.random.default_rng(seed).standard_normal((count, width)).astype(np.float32)
    values[:1] = -0.0
    return values


ALL = {0, 1, 2}


def uniques() -> list[Case]:
    attrs = [{"out_idx": int32}] * 3
    plain = [ids(7, 3, 7, 0), ids(5), ids(2, 2, 9, 2, 1)]
    return [
        Case("of few numbers", [(x,) for x in plain], attrs),
        Case("of int32", [(x.astype(np.int32),) for x in plain], attrs),
        Case("of large numbers", [(x + 2**40,) for x in plain], attrs),
        Case("all distinct", [(ids(10**9, 3),), (ids(3, 10**9),)], [{"out_idx": int64}] * 2),
        Case("that have no room beside each other", [(x + 2**61,) for x in plain], attrs, ALL),
        Case("none", [(ids(),), (ids(1),), (ids(2),)], attrs, ALL),
        Case("negative", [(ids(-1, 3),), (ids(1),), (ids(2),)], attrs, ALL),
        Case("negative int32", [(x.astype(np.int32),) for x in (-plain[0], *plain[1:])], attrs, ALL),
        Case("texts", [(np.array([b"a", b"b", b"a"], object),)] * 3, attrs, ALL),
        Case("numbers with a point", [(np.array([1.5, 2.0, 1.5]),)] * 3, attrs, ALL),
    ]


def filled(indices: Any, shape: Any, values: Any = None) -> Inputs:
    indices = np.array(indices, np.int64).reshape(-1, len(shape))
    return indices, np.arange(len(indices)) if values is None else values, ids(*shape), np.array(0)


def fills() -> list[Case]:
    full = filled([[0, 0], [1, 4], [2, 0]], (3, 5))
    return [
        Case("an entry in each row", [full, filled([[0, 3], [1, 0]], (2, 4)), full], [{}] * 3),
        Case("of one axis", [filled([0, 1], (2,)), full], [{}] * 2),
        Case("no rows", [filled([], (0, 2)), full], [{}] * 2),
        Case("an empty row", [full, filled([[0, 0], [2, 0]], (3, 1)), full], [{}] * 3, {1}),
        Case("two entries in a row", [filled([[0, 0], [0, 1]], (2, 2)), full], [{}] * 2, {0}),
        Case("rows out of order", [filled([[1, 0], [0, 0]], (2, 1)), full], [{}] * 2, {0}),
        Case("a row that there is not", [filled([[0, 0], [7, 0]], (2, 1)), full], [{}] * 2, {0}),
        Case("rows at the end", [full, filled([[0, 0], [1, 0]], (3, 1))], [{}] * 2, {1}),
        Case("a value too few", [filled([[0, 0], [1, 0]], (2, 1), ids(4)), full], [{}] * 2, {0}),
        Case("a default of one axis", [(*full[:3], ids(0)), full], [{}] * 2, {0}),
    ]


def segments() -> list[Case]:
    one, two = (rows(4), ids(3, 3, 0, 1), ids(0, 1, 2, 3)), (rows(2, seed=1), ids(0, 1), ids(0, 1))
    return [
        Case("a row each", [one, two, one], [{}] * 3),
        Case("several rows", [one, (rows(4), ids(0, 1, 2), ids(0, 0, 1)), two], [{}] * 3, {1}),
        Case("an empty segment", [(rows(4), ids(0, 1), ids(0, 2)), one], [{}] * 2, {0}),
        Case("no rows", [one, (rows(4), ids(), ids()), one], [{}] * 3, ALL),
        Case("an index that there is not", [(rows(3), *one[1:]), two, one], [{}] * 3, ALL),
        Case("a negative index", [(rows(4), ids(0, -1), ids(0, 1)), two, one], [{}] * 3, ALL),
        Case("an id too few", [(rows(4), ids(0, 1), ids(0)), two], [{}] * 2, {0}),
        Case("nothing plain", [(rows(4), ids(0, 1), ids(0, 0))] * 2, [{}] * 2, {0, 1}),
    ]


def segment_gradients() -> list[Case]:
    one, two = (
        (rows(4), ids(1, 1, 0, 1), ids(0, 1, 2, 3), np.int32(3)),
        (rows(2), ids(0, 1), ids(0, 1), np.int32(2)),
    )
    spread = (rows(2), ids(0, 3), ids(0, 1), np.int32(5))
    many = (rows(9000, 2), np.arange(9000) % 2, np.arange(9000), np.int32(2))
    return [
        Case("a row each", [one, two, spread], [{}] * 3),
        Case("float64", [(x[0].astype(float), *x[1:]) for x in (one, two)], [{}] * 2),
        Case("several rows", [one, (rows(2), ids(0, 1, 2), ids(0, 0, 1), np.int32(3))], [{}] * 2, {1}),
        Case("so many that are added pairwise", [many, one, two], [{}] * 3, ALL),
        Case("float16", [(x[0].astype(np.float16), *x[1:]) for x in (one, two, one)], [{}] * 3, ALL),
        Case("an index that there is not", [(*one[:3], np.int32(1)), two, one], [{}] * 3, ALL),
        Case("a row too many", [(rows(5), *one[1:]), two], [{}] * 2, {0}),
        Case("an index too few", [(one[0], one[1][:3], *one[2:]), two], [{}] * 2, {0}),
    ]


def stored(table: Any) -> Any:
    return SimpleNamespace(value=table, place=None)


def gathers() -> list[Case]:
    one, two = (stored(rows(4)), ids(3, 0, 3)), (stored(rows(2)), ids(1))
    attrs = [{"batch_dims": 0}] * 3
    return [
        Case("rows", [one, two], attrs[:2]),
        Case("an index that there is not", [(one[0], ids(4)), two, one], attrs, ALL),
        Case("a negative index", [(one[0], ids(-1)), two, one], attrs, ALL),
        Case("a matrix of indices", [(one[0], ids(1, 2).reshape(1, 2)), two, one], attrs, ALL),
        Case("no indices", [(one[0], ids()), two, one], attrs, ALL),
        Case("batch dimensions", [one, two, one], [*attrs[:2], {"batch_dims": 1}], ALL),
    ]


def texts(*words: str) -> Any:
    return np.array([word.encode() for word in words], object)


def positions() -> list[Case]:
    some = np.array([[True, False], [True, True]])
    return [
        Case(
            "of all values",
            [(np.ones((3, 1), bool),), (np.ones((2, 2), bool),), (np.ones((3, 1), bool),)],
            [{}] * 3,
        ),
        Case("of some", [(some,), (np.ones((2, 2), bool),), (some[:0],)], [{}] * 3, {0}),
        Case("of numbers", [(np.ones((2, 2)),), (np.zeros((2, 2)),)], [{}] * 2, {0, 1}),
    ]


def gathers_of_positions() -> list[Case]:
    words, every = texts("a", "b", "c").reshape(3, 1), np.argwhere(np.ones((3, 1)))
    square, corners = texts(*"abcd").reshape(2, 2), np.argwhere(np.ones((2, 2)))
    return [
        Case("of all values", [(words, every), (square, corners), (words, every)], [{}] * 3),
        Case("of a vector", [(words[:, 0], every[:, :1]), (square, corners)], [{}] * 2),
        Case("of some", [(words, every[:2]), (words, every), (words, every[::-1])], [{}] * 3, {0, 2}),
        Case("of rows", [(square, every[:2, :1]), (square, corners[:, ::-1])], [{}] * 2, {0, 1}),
        Case("of one by what names another", [(words, every), (words[:2], every)], [{}] * 2, {1}),
    ]


def hashes() -> list[Case]:
    long = texts(*map(str, range(1500)))
    return [
        Case(
            "of columns",
            [(texts("a", "b", "a"),), (texts("b").reshape(1, 1),)],
            [{"num_buckets": n} for n in (5, 9)],
        ),
        Case("of many words", [(long,), (texts("a"),), (long[::-1],)], [{"num_buckets": 7}] * 3),
        Case("of none", [(texts(),), (texts("a"),)], [{"num_buckets": 7}] * 2),
    ]


def row_updates(definition: OpDef) -> list[Case]:
    names, place = definition.input_names, definition.input_names.index("grad")
    settings = [np.float32(0.5 + number / 8) for number in range(len(names))]
    attrs = {name: definition.attrs[name].default for name in definition.kernel_attrs}

    def given(count: int, *indices: int, width: int = 3, seed: int = 0) -> Inputs:
        tables = [
            abs(rows(count, width, seed + number)) + np.float32(0.1)
            for number in range(len(definition.writes_rows))
        ]
        values: list[Any] = [*map(stored, tables), *settings[len(tables) :]]
        values[place : place + 2] = rows(len(indices), width, seed + 9), ids(*indices)
        return values

    def changed(inputs: Inputs, where: int, value: Any) -> Inputs:
        return [value if number == where else own for number, own in enumerate(inputs)]

    one, two = given(4, 3, 1), given(2, 0, seed=4)
    cases = [
        Case("rows", [one, two], [attrs] * 2),
        Case("many", [given(2000, *range(2000)), given(2000, *range(1000))], [attrs] * 2, {0, 1}),
        Case("a row twice", [one, given(4, 1, 1)], [attrs] * 2, {0, 1}),
        Case("a row that there is not", [one, given(4, 4)], [attrs] * 2, {0, 1}),
        Case("no rows", [one, given(4)], [attrs] * 2, {0, 1}),
        Case(
            "a row of the gradient too few",
            [one, changed(given(4, 0, 1), place, rows(1))],
            [attrs] * 2,
            {0, 1},
        ),
    ]
    if len(definition.writes_rows) > 1:
        cases.append(
            Case("a slot of another shape", [one, changed(two, 1, stored(rows(3)))], [attrs] * 2, {0, 1})
        )
    hyper_parameters = set(range(len(definition.writes_rows), len(names))) - {place, place + 1}
    for where in hyper_parameters:
        other = changed(two, where, np.float32(3))
        cases.append(Case(f"another {names[where]}", [one, other], [attrs] * 2, {0, 1}))
    for name, value in attrs.items():
        cases.append(Case(f"another {name}", [one, two], [attrs, {**attrs, name: not value}], {0, 1}))
    return cases


def choices() -> list[Case]:
    one, two, no, yes = rows(2), rows(2, seed=1), np.zeros((2, 3), bool), np.eye(2, 3) > 0
    return [
        Case("nowhere", [(no, one, two), (no, two, one), (no[:0], one[:0], two[:0])], [{}] * 3),
        Case("somewhere", [(no, one, two), (yes, one, two)], [{}] * 2, {1}),
        Case("rows", [(no[:, 0], one, two), (no, one, two)], [{}] * 2, {0}),
    ]


def slices() -> list[Case]:
    def bounded(values: Any, *bounds: list[int]) -> Inputs:
        return values, *(np.array(bound, np.int32) for bound in bounds)

    masks = dict.fromkeys(OPS.get("StridedSlice").kernel_attrs, 0)
    first, last = (
        masks | {"begin_mask": 1, "end_mask": 1, "shrink_axis_mask": 2},
        masks | {"shrink_axis_mask": 1},
    )
    column = bounded(rows(4), [0, 0], [0, 1], [1, 1])
    shape = bounded(ids(4, 3), [-1], [0], [1])
    return [
        Case("columns and sizes", [column, shape, column], [first, last, first]),
        Case("backwards", [bounded(ids(4, 3, 2), [2], [0], [-1])] * 2, [masks] * 2),
        Case("of texts", [bounded(texts("a", "b"), [1], [2], [1])] * 2, [last, masks]),
        Case("a place that there is not", [bounded(ids(4), [1], [2], [1]), shape], [last] * 2, {0}),
        Case("an axis too many", [column, bounded(ids(4), [0, 0], [0, 1], [1, 1])], [first] * 2, {1}),
        Case("bounds of different numbers", [bounded(rows(4), [0, 0], [1], [1]), column], [first] * 2, {0}),
        Case("bounds in two axes", [bounded(rows(4), [[0]], [[1]], [[1]]), column], [masks, first], {0}),
    ]


CASES: dict[str, Callable[[], list[Case]]] = {
    "Unique": uniques,
    "SparseFillEmptyRows": fills,
    **dict.fromkeys(["SparseSegmentSum", "SparseSegmentMean", "SparseSegmentSqrtN"], segments),
    **dict.fromkeys(
        ["SparseSegmentSumGrad", "SparseSegmentMeanGrad", "SparseSegmentSqrtNGrad"], segment_gradients
    ),
    "ResourceGather": gathers,
    "Where": positions,
    "GatherNd": gathers_of_positions,
    "Select": choices,
    "StridedSlice": slices,
    "StringToHashBucketFast": hashes,
}
LEAVES_NOTHING = {"StringToHashBucketFast"}


def joint_ops() -> list[str]:
    names = [name for family in listing.declared().values() for name in family]
    return sorted(name for name in set(names) | set(OPS.present()) if OPS.get(name).joint is not None)


def cases(name: str) -> list[Case]:
    return CASES[name]() if name in CASES else row_updates(OPS.get(name))


def copied(value: Any) -> Any:
    return stored(value.value.copy()) if isinstance(value, SimpleNamespace) else copy(value)


def seen(value: Any) -> Any:
    return bits(value.value if isinstance(value, SimpleNamespace) else value)


def one_by_one(definition: OpDef, case: Case) -> tuple[list[Any], list[Any]]:
    """What the kernel gives for each operation that is not left, and its inputs afterwards."""
    found: list[Any] = []
    after: list[Any] = []
    for place, (inputs, attrs) in enumerate(zip(case.operations, case.attrs, strict=True)):
        own = [copied(value) for value in inputs]
        places = definition.written_places
        given = [value.value if where in places else value for where, value in enumerate(own)]
        result = None if place in case.left else definition(np, *given, **attrs)
        found.append(None if place in case.left else bits(result) if definition.outputs else [])
        after.append([seen(value) for value in own])
    return found, after


@pytest.mark.parametrize("name", joint_ops())
def test_a_joint_kernel_gives_what_the_kernels_give_or_nothing(name: str) -> None:
    definition = OPS.get(name)
    assert definition.joint is not None
    for case in cases(name):
        own = [[copied(value) for value in inputs] for inputs in case.operations]
        attrs = {key: [attrs[key] for attrs in case.attrs] for key in case.attrs[0]}
        found = list(definition.joint(np, *map(list, zip(*own, strict=True)), **attrs))
        after = [[seen(value) for value in inputs] for inputs in own]
        assert {place for place, result in enumerate(found) if result is None} == case.left, case.note
        assert ([bits(result) for result in found], after) == one_by_one(definition, case), case.note
    assert {bool(case.left) for case in cases(name)} == ({False} if name in LEAVES_NOTHING else {True, False})


def test_rows_of_neighbours_in_an_arena_are_changed_as_those_of_one_table() -> None:
    definition = OPS.get("ResourceSparseApplyAdagrad")
    case = next(case for case in row_updates(definition) if case.note == "rows")
    own = [[copied(value) for value in inputs] for inputs in case.operations]
    arenas = [np.concatenate([inputs[role].value.ravel() for inputs in own]) for role in range(2)]
    for role, arena in enumerate(arenas):
        ends = np.cumsum([inputs[role].value.size for inputs in own])
        for inputs, stop in zip(own, ends.tolist(), strict=True):
            shape, start = inputs[role].value.shape, stop - inputs[role].value.size
            place = SimpleNamespace(arena=arena, start=start, stop=stop)
            inputs[role] = SimpleNamespace(value=arena[start:stop].reshape(shape), place=place)
    assert side_by_side([inputs[0] for inputs in own]).shape == (6, 3)
    assert side_by_side([inputs[0] for inputs in reversed(own)]) is None
    assert side_by_side([own[0][0], own[1][1]]) is None
    assert side_by_side([own[0][0], stored(rows(2))]) is side_by_side([stored(rows(2)), own[0][0]]) is None
    attrs = {key: [attrs[key] for attrs in case.attrs] for key in case.attrs[0]}
    assert definition.joint is not None
    assert definition.joint(np, *map(list, zip(*own, strict=True)), **attrs) == [(), ()]
    assert [[seen(value) for value in inputs] for inputs in own] == one_by_one(definition, case)[1]


def test_ids_that_are_moved_apart_name_the_rows_of_all_tables_one_behind_the_other() -> None:
    found = joined(np, [ids(1, 0), ids(2), ids(0, 0)])
    assert found is not None
    assert found.highest.tolist() == [1, 2, 0]
    every, bases = apart(np, found, ids(2, 3, 1))
    assert (every.tolist(), bases.tolist()) == ([1, 0, 4, 5, 5], [0, 2, 5])
    assert [part.tolist() for part in found.split(every)] == [[1, 0], [4], [5, 5]]


def test_vectors_that_count_up_are_told() -> None:
    shared = ids(0, 1, 2)
    vectors = [shared, ids(0), ids(1, 0), ids(), shared, ids(1, 2), ids(0, 0)]
    assert count_up(np, vectors) == [True, True, False, True, True, False, False]
    assert count_up(np, [ids()]) == [True]
