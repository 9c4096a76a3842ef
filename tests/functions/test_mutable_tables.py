"""Tables that change."""

from __future__ import annotations

import numpy as np
import pytest

from estimator.core.dtypes import float32, int64, string
from estimator.core.errors import UnimplementedError
from estimator.functions.arrays import constant
from estimator.functions.mutable_tables import MutableHashTable, mutable_hash_table
from estimator.functions.table_initializers import tables_initializer
from estimator.graph.sparse import SparseTensor
from estimator.runtime.session import Session


def test_entries_come_and_go() -> None:
    table = MutableHashTable(string, int64, -1)
    found, size = table.lookup(constant(["a", "b"])), table.size()
    insert, remove = table.insert(["a", "b"], [1, 2]), table.remove(["a"])
    with Session() as session:
        assert session.run([found, size])[0].tolist() == [-1, -1]
        session.run(insert)
        assert session.run(found).tolist() == [1, 2]
        session.run(remove)
        assert session.run([found, size])[0].tolist() == [-1, 2]
        assert [part.tolist() for part in session.run(table.export())] == [[b"b"], [2]]
        assert session.run(table["b"]) == 2


def test_entries_of_a_sparse_tensor_are_looked_up() -> None:
    table = MutableHashTable(string, float32, 0.0)
    sparse = SparseTensor([[0, 1]], ["a"], [1, 2])
    with Session() as session:
        session.run(table.insert(["a"], [1.5]))
        assert session.run(table.lookup(sparse)).values.tolist() == [1.5]


def test_a_lookup_may_have_a_default_of_its_own() -> None:
    table = MutableHashTable(string, int64, -1)
    with Session() as session:
        session.run(table.insert(["b"], [2]))
        assert session.run(table.lookup(["a", "b"], dynamic_default_values=7)).tolist() == [7, 2]
        assert session.run(table.lookup(["a", "b"], dynamic_default_values=[7, 8])).tolist() == [7, 2]
        assert session.run(table.lookup([["b"], ["c"]], dynamic_default_values=[[7], [8]])).tolist() == [
            [2],
            [8],
        ]
    with pytest.raises(ValueError, match=r"must be a scalar, or of the keys' shape \(2,\), given \(1,\)"):
        table.lookup(["a", "b"], dynamic_default_values=[7])


def test_it_is_no_matter_of_the_initializers() -> None:
    table = MutableHashTable(string, int64, -1)
    with Session() as session:
        session.run(table.insert(["a"], np.array([1])))
        session.run(tables_initializer())
        assert session.run(table.size()) == 1


def test_keys_of_another_type_are_refused() -> None:
    table = MutableHashTable(string, int64, -1)
    for use in (table.lookup, table.remove, lambda keys: table.insert(keys, [1])):
        with pytest.raises(TypeError, match="must be string, received: int32"):
            use(constant([1]))


def test_a_table_of_contrib_has_no_shared_name() -> None:
    table = mutable_hash_table(string, int64, default_value=-1, shared_name=None, checkpoint=False)
    with Session() as session:
        assert session.run(table.lookup(constant(["a"]))).tolist() == [-1]
    with pytest.raises(UnimplementedError, match="shared_name='mine' is not available"):
        mutable_hash_table(string, int64, -1, "mine")  # type: ignore[arg-type]
