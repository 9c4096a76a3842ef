"""The first layer: dense columns side by side, in the order of their names."""

from __future__ import annotations

import contextlib
import re
from collections.abc import Callable, Iterator, Sequence
from typing import Any

from estimator.columns.column import DenseColumn, FeatureColumn, Weights, checked_columns, flat, scope_name
from estimator.columns.features import Features
from estimator.core.keywords import near_keywords
from estimator.functions.arrays import concat
from estimator.graph.tensor import Tensor
from estimator.variables.scopes import VariableScope, variable_scope
from estimator.variables.variable import Variable, global_variables


@near_keywords
def input_layer(
    features: Any,
    feature_columns: Any,
    weight_collections: Any = None,
    trainable: bool = True,
    cols_to_vars: dict[Any, list[Variable]] | None = None,
    cols_to_output_tensors: dict[Any, Tensor] | None = None,
) -> Tensor:
    """The features of dense columns, joined.

    Parameters
    ----------
    features : dict
        Feature name to tensor, SparseTensor or array.
    feature_columns : sequence of FeatureColumn
        Dense ones; they are joined in the order of their *names*.
    weight_collections : sequence of str, optional
        Collections that the variables join beside the global and the model variables.
    trainable : bool
        Whether the variables are trained.
    cols_to_vars, cols_to_output_tensors : dict, optional
        Filled with the variables and the output of each column.

    Shape
    -----
    -> [batch, sum of the columns' sizes]

    Raises
    ------
    ValueError
        If `features` is not a dict, a feature is missing, a column is not dense or listed twice, or a width is wrong. A
        width that is known only when the graph runs is an InvalidArgumentError then, which names the feature.

    Source
    ------
    tf.feature_column.input_layer, TF 1.15; its scope is ``input_layer``, a column's ``input_layer/<name>``
    """
    weights = Weights.of(weight_collections, trainable)
    return joined(features, feature_columns, weights, scope_name, cols_to_vars, cols_to_output_tensors)


def joined(
    features: Any,
    feature_columns: Any,
    weights: Weights,
    naming: Callable[[str], str],
    cols_to_vars: dict[Any, list[Variable]] | None = None,
    cols_to_output_tensors: dict[Any, Tensor] | None = None,
    within: contextlib.AbstractContextManager[VariableScope] | None = None,
) -> Tensor:
    """What :func:`input_layer` gives, with columns' scopes called as `naming` says, and the layer's being `within`."""
    columns: list[DenseColumn] = checked_columns(feature_columns, DenseColumn)
    batch = Features(features)
    batch.check(columns)
    with within or variable_scope(None, default_name="input_layer"):
        outputs = []
        for column in columns:
            with column_scope(column, naming) as scope:
                outputs.append(flat(column, column.get_dense_tensor(batch, weights)))
            if cols_to_vars is not None:
                cols_to_vars[column] = variables_of(f"{scope.name}/")
            if cols_to_output_tensors is not None:
                cols_to_output_tensors[column] = outputs[-1]
        check_batch_sizes(columns, outputs)
        return concat(outputs, 1)


def variables_of(prefix: str) -> list[Variable]:
    """The variables whose names begin so, but for slots: where a layer is built again, optimizers have made theirs."""
    return [variable for variable in global_variables(re.escape(prefix)) if variable.slot_of is None]


def plain_scope_name(name: str) -> str:
    """A column's name as one part of a path: as :func:`scope_name`, and without / and \\ and >."""
    return re.sub(r"[^A-Za-z0-9_.-]", "_", name)


@contextlib.contextmanager
def column_scope(column: FeatureColumn, naming: Callable[[str], str] = scope_name) -> Iterator[VariableScope]:
    """The scope in which a column of a layer works, called as the column."""
    with variable_scope(None, default_name=naming(column.variable_scope_name)) as scope:
        yield scope


def check_batch_sizes(columns: Sequence[FeatureColumn], outputs: Sequence[Tensor]) -> None:
    """Refuse columns that give different numbers of examples.

    Raises
    ------
    ValueError
        If that is known before a run; it names the columns.
    """
    known = {
        column.name: output.dims[0]
        for column, output in zip(columns, outputs, strict=True)
        if output.dims is not None and output.dims[0] is not None
    }
    if len(set(known.values())) > 1:
        sizes = ", ".join(f"{name} has {size}" for name, size in known.items())
        raise ValueError(f"Batch size (first dimension) of each feature must be same: {sizes}.")
