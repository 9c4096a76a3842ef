"""Embeddings: one answer whether a table is whole or in parts, what is left out, and rows alone as gradients."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest

from estimator.core.errors import InvalidArgumentError
from estimator.graph import build as b
from estimator.graph.gradients import gradients
from estimator.graph.graph import Graph
from estimator.graph.slices import IndexedSlices
from estimator.graph.sparse import SparseTensor
from estimator.optimizers.adagrad import AdagradOptimizer
from estimator.runtime.session import Session
from estimator.variables.embedding import (
    embedding_lookup,
    embedding_lookup_sparse,
    safe_embedding_lookup_sparse,
)
from estimator.variables.get_variable import get_variable
from estimator.variables.variable import Variable, global_variables_initializer

TABLE = (np.arange(14).reshape(7, 2) * [1, 10] + 1).astype(np.float32)
IDS = [[3, 0], [6, 3]]
# row 0 has ids 3 and 0, row 1 none, row 2 one that is not valid and 5
SPARSE = ([[0, 0], [0, 1], [2, 0], [2, 3]], [3, 0, -1, 5], [4, 4])
WEIGHTS = [2.0, 0.0, 5.0, -4.0]


@pytest.fixture
def session() -> Iterator[Session]:
    with Session(graph=Graph()) as session:
        yield session


def parts(strategy: str) -> list[np.ndarray[Any, Any]]:
    return [TABLE[place::3] for place in range(3)] if strategy == "mod" else np.split(TABLE, [3, 5])


def whole() -> Any:
    return Variable(TABLE, name="table")


def its_part(shape: Any, dtype: Any = None, partition_info: Any = None) -> Any:
    """The initial value of a part of the table."""
    (first, column), (rows, columns) = partition_info.var_offset, shape
    return b.Identity(TABLE[first : first + rows, column : column + columns])


def cut(*sizes: int) -> Any:
    return get_variable("cut", [7, 2], initializer=its_part, partitioner=lambda shape, dtype: list(sizes))


TABLES: dict[str, Any] = {
    "array": lambda strategy: TABLE,
    "variable": lambda strategy: whole(),
    "parts": lambda strategy: [Variable(part, name="part") for part in parts(strategy)],
    "tensors": lambda strategy: [b.Identity(part) for part in parts(strategy)],
    "of unknown size": lambda strategy: [
        b.PlaceholderWithDefault(part, shape=[None, 2]) for part in parts(strategy)
    ],
    "tuple": lambda strategy: tuple(parts(strategy)),
}


def start(session: Session) -> None:
    session.run(global_variables_initializer())


# -- dense ids ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", TABLES)
@pytest.mark.parametrize("strategy", ["mod", "div"])
def test_a_table_gives_the_same_rows_whole_and_in_parts(session: Session, kind: str, strategy: str) -> None:
    rows = embedding_lookup(TABLES[kind](strategy), IDS, strategy)
    start(session)
    assert rows.shape.as_list()[:2] == [2, 2]
    for _ in range(3):
        np.testing.assert_array_equal(session.run(rows), TABLE[np.array(IDS)])


def test_a_variable_cut_by_a_partitioner_is_looked_up_in_blocks(session: Session) -> None:
    rows = embedding_lookup(cut(3, 1), IDS, "div")
    start(session)
    np.testing.assert_array_equal(session.run(rows), TABLE[np.array(IDS)])


def test_a_table_cut_along_its_rows_inner_axis_is_whole(session: Session) -> None:
    rows = embedding_lookup(cut(1, 2), IDS)
    start(session)
    np.testing.assert_array_equal(session.run(rows), TABLE[np.array(IDS)])


def test_fewer_rows_than_parts_leave_the_last_parts_empty(session: Session) -> None:
    rows = embedding_lookup([TABLE[:1], TABLE[1:2], TABLE[:0]], [1, 0], "div")
    np.testing.assert_array_equal(session.run(rows), TABLE[[1, 0]])


@pytest.mark.parametrize("kind", ["variable", "parts"])
def test_long_rows_are_scaled_to_the_norm(session: Session, kind: str) -> None:
    rows = embedding_lookup(TABLES[kind]("mod"), [0, 6], max_norm=5.0)
    start(session)
    np.testing.assert_allclose(
        session.run(rows), [5 * row / np.linalg.norm(row) for row in TABLE[[0, 6]]], rtol=1e-6
    )


@pytest.mark.parametrize("strategy", ["mod", "div"])
@pytest.mark.parametrize("wrong", [-1, 7])
@pytest.mark.parametrize("kind", ["variable", "parts"])
def test_an_id_outside_is_an_error_of_the_run(session: Session, kind: str, strategy: str, wrong: int) -> None:
    rows = embedding_lookup(TABLES[kind](strategy), [0, wrong], strategy)
    start(session)
    with pytest.raises(InvalidArgumentError, match=r"is not in \[0, "):
        session.run(rows)


@pytest.mark.parametrize("nothing", [None, [], ()])
def test_a_lookup_needs_a_table(session: Session, nothing: Any) -> None:
    with pytest.raises(ValueError, match="needs a table"):
        embedding_lookup(nothing, [0])


def test_wrong_words_are_answered_with_those_there_are(session: Session) -> None:
    ids = SparseTensor(*SPARSE)
    with pytest.raises(ValueError, match="partition_strategy must be one of 'mod', 'div', given: 'rows'"):
        embedding_lookup(TABLE, [0], "rows")
    for lookup in (embedding_lookup_sparse, safe_embedding_lookup_sparse):
        with pytest.raises(ValueError, match="combiner must be one of 'mean', 'sqrtn', 'sum', given: 'avg'"):
            lookup(TABLE, ids, None, combiner="avg")
        with pytest.raises(TypeError, match="a SparseTensor is wanted"):
            lookup(TABLE, [1, 2], None)
        with pytest.raises(ValueError, match="not compatible"):
            lookup(TABLE, ids, SparseTensor([[0, 0]], [1.0], [4, 4]))


# -- sparse ids --------------------------------------------------------------------------------------

ROOT = np.float32(2**0.5)
PLAIN = {
    "sum": [TABLE[3] + TABLE[0], 0 * TABLE[0], TABLE[5], 0 * TABLE[0]],
    "mean": [(TABLE[3] + TABLE[0]) / 2, 0 * TABLE[0], TABLE[5], 0 * TABLE[0]],
    "sqrtn": [(TABLE[3] + TABLE[0]) / ROOT, 0 * TABLE[0], TABLE[5], 0 * TABLE[0]],
}
# "mean" and "sqrtn" leave out weights that are not above 0, "sum" takes them
WEIGHTED = {
    "sum": [2 * TABLE[3], 0 * TABLE[0], -4 * TABLE[5], 0 * TABLE[0]],
    "mean": [TABLE[3], 0 * TABLE[0], 0 * TABLE[0], 0 * TABLE[0]],
    "sqrtn": [TABLE[3], 0 * TABLE[0], 0 * TABLE[0], 0 * TABLE[0]],
}


@pytest.mark.parametrize("kind", ["variable", "parts", "array"])
@pytest.mark.parametrize("combiner", PLAIN)
@pytest.mark.parametrize("default", [None, 4])
@pytest.mark.parametrize("weighted", [False, True])
def test_ids_as_data_have_them(
    session: Session, kind: str, combiner: str, default: int | None, weighted: bool
) -> None:
    indices, _, shape = SPARSE
    weights = SparseTensor(indices, WEIGHTS, shape) if weighted else None
    rows = safe_embedding_lookup_sparse(
        TABLES[kind]("div"), SparseTensor(*SPARSE), weights, combiner=combiner, default_id=default
    )
    start(session)
    wanted = np.array((WEIGHTED if weighted else PLAIN)[combiner])
    if default is not None:
        wanted[~wanted.any(axis=1)] = TABLE[default]
    np.testing.assert_allclose(session.run(rows), wanted, rtol=1e-6)


def test_rows_of_several_axes_keep_them(session: Session) -> None:
    ids = SparseTensor([[0, 1, 0], [1, 0, 2]], np.array([3, 5]), [2, 2, 3])
    rows = safe_embedding_lookup_sparse(TABLE, ids)
    assert rows.shape.as_list() == [2, 2, 2]
    zero = [0, 0]
    assert session.run(rows).tolist() == [[zero, TABLE[3].tolist()], [TABLE[5].tolist(), zero]]


def test_weights_of_another_type_turn_the_rows_to_it(session: Session) -> None:
    indices, ids, shape = SPARSE
    weights = SparseTensor(indices, np.ones(4), shape)
    with pytest.raises(TypeError, match="float64"):
        safe_embedding_lookup_sparse(whole(), SparseTensor(indices, ids, shape), weights)


def test_no_ids_at_all_give_no_rows_or_zeros(session: Session) -> None:
    nothing = SparseTensor(np.zeros((0, 2), np.int64), np.zeros(0, np.int64), [2, 3])
    table = whole()
    rows = [embedding_lookup_sparse(table, nothing, None), safe_embedding_lookup_sparse(table, nothing)]
    start(session)
    assert [value.tolist() for value in session.run(rows)] == [[], [[0, 0], [0, 0]]]


@pytest.mark.parametrize("combiner", PLAIN)
@pytest.mark.parametrize("weighted", [False, True])
def test_ids_that_are_hashes_are_looked_up_like_any_other(
    session: Session, combiner: str, weighted: bool
) -> None:
    """Nobody looks for negative ones among them; rows may be empty, and weights 0 all the same."""
    indices, shape = [[0, 0], [0, 1], [2, 0], [2, 3]], [4, 5]
    texts = np.array([b"a", b"b", b"c", b"d"], object)
    hashed = b.StringToHashBucketFast(texts, num_buckets=len(TABLE))
    weights = SparseTensor(indices, [1.0, 0.0, 3.0, -1.0], shape) if weighted else None
    rows = [
        safe_embedding_lookup_sparse(TABLE, SparseTensor(indices, ids, shape), weights, combiner=combiner)
        for ids in (hashed, b.AddV2(hashed, np.int64(0)))
    ]
    found, wanted = session.run(rows)
    np.testing.assert_array_equal(found, wanted)
    assert wanted.shape == (4, 2) and wanted[0].any() and not wanted[1].any()
    types = [op.type for op in session.graph.get_operations()]
    assert types.count("GreaterEqual") == 1
    assert "SparseReshape" not in types  # ids of two axes are a matrix


# -- gradients ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("combiner", PLAIN)
@pytest.mark.parametrize("weighted", [False, True])
def test_gradients_are_rows_and_the_same_whole_and_in_parts(
    session: Session, combiner: str, weighted: bool
) -> None:
    indices, _, shape = SPARSE
    weights = SparseTensor(indices, [1.0, 2.0, 3.0, 4.0], shape) if weighted else None
    slopes = []
    for table in (whole(), cut(3, 1)):
        rows = safe_embedding_lookup_sparse(table, SparseTensor(*SPARSE), weights, combiner=combiner)
        found = gradients(b.Mul(rows, rows), list(table) if len(slopes) else table)
        assert all(isinstance(slope, IndexedSlices) for slope in found)
        slopes.append([slope.as_tensor() for slope in found])
    start(session)
    one, several = session.run(slopes)
    assert np.count_nonzero(one[0].any(axis=1)) == 3
    np.testing.assert_allclose(np.concatenate(several), one[0], rtol=1e-6)


def test_a_step_changes_the_rows_of_the_batch_alone(session: Session) -> None:
    table = whole()
    rows = safe_embedding_lookup_sparse(table, SparseTensor(*SPARSE))
    step = AdagradOptimizer(0.5).minimize(b.Sum(rows, [0, 1]))
    start(session)
    for _ in range(3):
        session.run(step)
    changed = (session.run(table) != TABLE).any(axis=1)
    assert np.flatnonzero(changed).tolist() == [0, 3, 5]


@pytest.mark.parametrize("kind", ["variable", "parts"])
@pytest.mark.parametrize("combiner", PLAIN)
def test_a_step_neither_reads_nor_writes_a_table_as_a_whole(
    session: Session, kind: str, combiner: str
) -> None:
    tables = TABLES[kind]("div")
    rows = safe_embedding_lookup_sparse(tables, SparseTensor(*SPARSE), combiner=combiner)
    step = AdagradOptimizer(0.5).minimize(b.Sum(b.Mul(rows, rows), [0, 1]))
    handles = {table.handle for table in (tables if isinstance(tables, list) else [tables])}
    touching = {op.type for op in session.prepare(step).program.order if handles & set(op.inputs)}
    assert touching == {"ResourceGather", "ResourceSparseApplyAdagrad"}
