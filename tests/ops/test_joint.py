"""A joint kernel gives what the kernel gives for each operation, bit for bit, or nothing at all."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from types import SimpleNamespace
from typing import Any, NamedTuple

import numpy as np
import pytest

from estimator.core.dtypes import int32, int64
from estimator.graph.op import OPS, OpDef
from estimator.ops import __main__ as listing
from estimator.ops._rows import apart, are_numbered
from tests.runtime.programs import bits

Inputs = Sequence[Any]  # of one operation


class Case(NamedTuple):
    """The inputs of several operations of one op."""

    note: str
    operations: Sequence[Inputs]
    attrs: Sequence[dict[str, Any]]
    is_taken: bool = True  # the joint kernel gives something


def ids(*values: int, dtype: Any = np.int64) -> Any:
    return np.array(values, dtype)


def rows(count: int, width: int = 3, seed: int = 0) -> Any:
    values = np.random.default_rng(seed).standard_normal((count, width)).astype(np.float32)
    values[:1] = -0.0
    return values


def uniques() -> list[Case]:
    attrs = [{"out_idx": int32}] * 3
    plain = [ids(7, 3, 7, 0), ids(5), ids(2, 2, 9, 2, 1)]
    return [
        Case("of few numbers", [(x,) for x in plain], attrs),
        Case("of int32", [(x.astype(np.int32),) for x in plain], attrs),
        Case("of large numbers", [(x + 2**40,) for x in plain], attrs),
        Case("all distinct", [(ids(10**9, 3),), (ids(3, 10**9),)], [{"out_idx": int64}] * 2),
        Case("that have no room beside each other", [(x + 2**61,) for x in plain], attrs, False),
        Case("none", [(ids(),), (ids(1),)], attrs[:2], False),
        Case("negative", [(ids(-1, 3),), (ids(1),)], attrs[:2], False),
        Case("negative int32", [(ids(-1, 3, dtype=np.int32),), (ids(1, dtype=np.int32),)], attrs[:2], False),
        Case("texts", [(np.array([b"a", b"b", b"a"], object),)] * 2, attrs[:2], False),
        Case("numbers with a point", [(np.array([1.5, 2.0, 1.5]),)] * 2, attrs[:2], False),
    ]


def filled(indices: Any, shape: Any, values: Any = None) -> Inputs:
    indices = np.array(indices, np.int64).reshape(-1, 2)
    return indices, np.arange(len(indices)) if values is None else values, ids(*shape), np.array(0)


def fills() -> list[Case]:
    full = filled([[0, 0], [1, 4], [2, 0]], (3, 5))
    return [
        Case("an entry in each row", [full, filled([[0, 3], [1, 0]], (2, 4)), full], [{}] * 3),
        Case("no rows", [filled([], (0, 2)), full], [{}] * 2),
        Case("an empty row", [full, filled([[0, 0], [2, 0]], (3, 1))], [{}] * 2, False),
        Case("two entries in a row", [full, filled([[0, 0], [0, 1]], (2, 2))], [{}] * 2, False),
        Case("rows out of order", [filled([[1, 0], [0, 0]], (2, 1)), full], [{}] * 2, False),
        Case("a row that there is not", [filled([[0, 0], [7, 0]], (2, 1)), full], [{}] * 2, False),
        Case("a value too few", [filled([[0, 0], [1, 0]], (2, 1), ids(4)), full], [{}] * 2, False),
    ]


def segments() -> list[Case]:
    one, two = (rows(4), ids(3, 3, 0, 1), ids(0, 1, 2, 3)), (rows(2, seed=1), ids(0, 1), ids(0, 1))
    return [
        Case("a row each", [one, two, one], [{}] * 3),
        Case("several rows", [one, (rows(4), ids(0, 1, 2), ids(0, 0, 1))], [{}] * 2, False),
        Case("an empty segment", [one, (rows(4), ids(0, 1), ids(0, 2))], [{}] * 2, False),
        Case("no rows", [one, (rows(4), ids(), ids())], [{}] * 2, False),
        Case("an index that there is not", [(rows(3), *one[1:]), two], [{}] * 2, False),
        Case("a negative index", [(rows(4), ids(0, -1), ids(0, 1)), two], [{}] * 2, False),
        Case("an id too few", [(rows(4), ids(0, 1), ids(0)), two], [{}] * 2, False),
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
        Case("several rows", [one, (rows(2), ids(0, 1, 2), ids(0, 0, 1), np.int32(3))], [{}] * 2, False),
        Case("so many that are added pairwise", [many, one], [{}] * 2, False),
        Case("float16", [(x[0].astype(np.float16), *x[1:]) for x in (one, two)], [{}] * 2, False),
        Case("an index that there is not", [(*one[:3], np.int32(1)), two], [{}] * 2, False),
        Case("a row too many", [(rows(5), *one[1:]), two], [{}] * 2, False),
        Case("an index too few", [(one[0], one[1][:3], *one[2:]), two], [{}] * 2, False),
    ]


def gathers() -> list[Case]:
    def stored(table: Any) -> Any:
        return SimpleNamespace(value=table)

    one, two, attrs = (stored(rows(4)), ids(3, 0, 3)), (stored(rows(2)), ids(1)), [{"batch_dims": 0}] * 2
    return [
        Case("rows", [one, two], attrs),
        Case("an index that there is not", [(one[0], ids(4)), two], attrs, False),
        Case("a negative index", [(one[0], ids(-1)), two], attrs, False),
        Case("a matrix of indices", [(one[0], ids(1, 2).reshape(1, 2)), two], attrs, False),
        Case("no indices", [(one[0], ids()), two], attrs, False),
        Case("batch dimensions", [one, two], [{"batch_dims": 0}, {"batch_dims": 1}], False),
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
        values: list[Any] = [*tables, *settings[len(tables) :]]
        values[place : place + 2] = rows(len(indices), width, seed + 9), ids(*indices)
        return values

    def changed(inputs: Inputs, where: int, value: Any) -> Inputs:
        return [value if number == where else own for number, own in enumerate(inputs)]

    one, two = given(4, 3, 1), given(2, 0, seed=4)
    cases = [
        Case("rows", [one, two], [attrs] * 2),
        Case("a row twice", [one, given(4, 1, 1)], [attrs] * 2, False),
        Case("a row that there is not", [one, given(4, 4)], [attrs] * 2, False),
        Case("no rows", [one, given(4)], [attrs] * 2, False),
        Case(
            "a row of the gradient too few",
            [one, changed(given(4, 0, 1), place, rows(1))],
            [attrs] * 2,
            False,
        ),
    ]
    if len(definition.writes_rows) > 1:
        cases.append(Case("a slot of another shape", [one, changed(two, 1, rows(3))], [attrs] * 2, False))
    hyper_parameters = set(range(len(definition.writes_rows), len(names))) - {place, place + 1}
    for where in hyper_parameters:
        other = changed(two, where, np.float32(3))
        cases.append(Case(f"another {names[where]}", [one, other], [attrs] * 2, False))
    for name, value in attrs.items():
        cases.append(Case(f"another {name}", [one, two], [attrs, {**attrs, name: not value}], False))
    return cases


CASES: dict[str, Callable[[], list[Case]]] = {
    "Unique": uniques,
    "SparseFillEmptyRows": fills,
    **dict.fromkeys(["SparseSegmentSum", "SparseSegmentMean", "SparseSegmentSqrtN"], segments),
    **dict.fromkeys(
        ["SparseSegmentSumGrad", "SparseSegmentMeanGrad", "SparseSegmentSqrtNGrad"], segment_gradients
    ),
    "ResourceGather": gathers,
}


def joint_ops() -> list[str]:
    names = [name for family in listing.declared().values() for name in family]
    return sorted(name for name in set(names) | set(OPS.present()) if OPS.get(name).joint is not None)


def cases(name: str) -> list[Case]:
    return CASES[name]() if name in CASES else row_updates(OPS.get(name))


def copied(value: Any) -> Any:
    return value.copy() if isinstance(value, np.ndarray) else value


def seen(value: Any) -> Any:
    return bits(value.value if isinstance(value, SimpleNamespace) else value)


def one_by_one(definition: OpDef, case: Case) -> Any:
    """What the kernel gives for each operation, and its inputs afterwards."""
    found, left = [], []
    for inputs, attrs in zip(case.operations, case.attrs, strict=True):
        own = [copied(value) for value in inputs]
        result = definition(np, *own, **attrs)
        found.append(result if len(definition.outputs) > 1 else [result] * len(definition.outputs))
        left.append([seen(value) for value in own])
    return [[bits(value) for value in group] for group in zip(*found, strict=True)], left


@pytest.mark.parametrize("name", joint_ops())
def test_a_joint_kernel_gives_what_the_kernels_give_or_nothing(name: str) -> None:
    definition = OPS.get(name)
    assert definition.joint is not None
    taken = set()
    for case in cases(name):
        own = [[copied(value) for value in inputs] for inputs in case.operations]
        before = [[seen(value) for value in inputs] for inputs in own]
        attrs = {key: [attrs[key] for attrs in case.attrs] for key in case.attrs[0]}
        found = definition.joint(np, *map(list, zip(*own, strict=True)), **attrs)
        after = [[seen(value) for value in inputs] for inputs in own]
        assert (found is not None) == case.is_taken, case.note
        taken.add(case.is_taken)
        if found is None:
            assert after == before, case.note
        else:
            assert ([[bits(value) for value in group] for group in found], after) == one_by_one(
                definition, case
            )
    assert taken == {True, False}


def test_ids_that_are_moved_apart_name_the_rows_of_all_tables_one_behind_the_other() -> None:
    found = apart(np, [ids(1, 0), ids(2), ids(0, 0)], [2, 3, 1])
    assert found is not None
    assert found.ids.tolist() == [1, 0, 4, 5, 5]
    assert [part.tolist() for part in found.split(found.ids)] == [[1, 0], [4], [5, 5]]
    assert (found.bases.tolist(), found.total) == ([0, 2, 5], 6)


@pytest.mark.parametrize(
    ("vectors", "numbered"),
    [
        ([[0, 1, 2], [0]], True),
        ([[0, 1], [1, 0]], False),
        ([[1, 2]], False),
        ([[], [0]], True),
        ([[0, 0]], False),
    ],
)
def test_numbers_that_count_rows_are_told(vectors: list[list[int]], numbered: bool) -> None:
    assert are_numbered(np, [ids(*vector) for vector in vectors]) is numbered
