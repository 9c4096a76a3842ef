"""Operations that a load of a SavedModel runs: initialisers of variables and tables.

Source
------
tf.saved_model.main_op, TF 1.15 main_op_impl.py
"""

from __future__ import annotations

from typing import Any

from estimator.core.keywords import near_keywords_of_functions
from estimator.functions.grouping import group
from estimator.functions.table_initializers import tables_initializer
from estimator.graph.graph import get_default_graph
from estimator.graph.tensor import Operation
from estimator.variables.variable import global_variables_initializer, local_variables_initializer


def main_op() -> Operation:
    """An operation that initialises all variables and tables of the default graph.

    It runs after the variables have been restored, and so gives them their first values again: take
    ``tf.group(tf.local_variables_initializer(), tf.tables_initializer())`` to keep what was saved.
    """
    return group(global_variables_initializer(), local_variables_initializer(), tables_initializer())


def main_op_with_restore(restore_op_name: Any) -> Operation:
    """An operation that initialises all variables and tables, and then runs another, which restores the variables.

    Parameters
    ----------
    restore_op_name : Operation or str
        That operation of the default graph, or its name.

    Raises
    ------
    KeyError
        If the graph has no operation of that name.
    """
    graph = get_default_graph()
    with graph.control_dependencies([main_op()]):
        return group(graph.as_graph_element(restore_op_name, allow_tensor=False))


near_keywords_of_functions(__name__)
