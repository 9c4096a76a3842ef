"""Which variables have no value yet."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from estimator.core.keywords import near_keywords_of_functions
from estimator.functions.arrays import stack
from estimator.functions.grouping import group
from estimator.functions.indexing import boolean_mask
from estimator.graph import build as b
from estimator.graph.graph import get_default_graph
from estimator.graph.tensor import Operation, Tensor
from estimator.variables.variable import Variable, global_variables, local_variables


def report_uninitialized_variables(
    var_list: Sequence[Variable] | None = None, name: str = "report_uninitialized_variables"
) -> Tensor:
    """The names of the variables that have no value, as strings; none if all have one.

    Parameters
    ----------
    var_list : sequence of Variable, optional
        By default all global and local variables.

    Shape
    -----
    -> [number of variables without a value]

    Source
    ------
    tf.report_uninitialized_variables, TF 1.15 variables.py
    """
    variables = [*global_variables(), *local_variables()] if var_list is None else list(var_list)
    graph = get_default_graph()
    with graph.name_scope(name):
        names = graph.constant(np.array([variable.op.name for variable in variables], object))
        if not variables:
            return names
        is_missing = b.LogicalNot(stack([variable.is_initialized() for variable in variables]))
        return boolean_mask(names, is_missing)


def assert_variables_initialized(var_list: Sequence[Variable] | None = None) -> Operation | None:
    """An operation that fails if a variable has no value; None if there are none.

    Parameters
    ----------
    var_list : sequence of Variable, optional
        By default all global and local variables.

    Source
    ------
    tf.assert_variables_initialized, TF 1.15 variables.py
    """
    variables = [*global_variables(), *local_variables()] if var_list is None else list(var_list)
    return group(*[variable.value() for variable in variables]) if variables else None


near_keywords_of_functions(__name__)
