"""Operations that a load runs."""

from __future__ import annotations

import pytest

from estimator import tf
from estimator.graph.graph import Graph


def test_a_main_op_initialises_variables_of_all_kinds_and_tables(graph: Graph) -> None:
    table = tf.contrib.lookup.index_table_from_tensor(["a", "b"])
    tf.get_variable("w", initializer=1.0)
    tf.get_variable("n", initializer=2.0, collections=[tf.GraphKeys.LOCAL_VARIABLES])
    found = table.lookup(tf.constant(["b"]))
    with tf.Session() as session:
        session.run(tf.saved_model.main_op.main_op())
        assert session.run(["w:0", "n:0"]) == [1.0, 2.0]
        assert session.run(found) == [1]


@pytest.mark.parametrize("as_name", [False, True])
def test_one_with_a_restore_runs_it_after_the_initialisers(graph: Graph, as_name: bool) -> None:
    w = tf.get_variable("w", initializer=1.0)
    restore = tf.assign(w, 5.0, name="restore").op
    main_op = tf.saved_model.main_op_with_restore(restore.name if as_name else restore)
    with tf.Session() as session:
        session.run(main_op)
        assert session.run(w) == 5.0


def test_a_restore_that_is_not_there_is_an_error(graph: Graph) -> None:
    with pytest.raises(KeyError, match="save/restore_all"):
        tf.saved_model.main_op.main_op_with_restore("save/restore_all")
