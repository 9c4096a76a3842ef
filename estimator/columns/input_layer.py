"""The first layer: dense columns side by side, in the order of their names."""

from __future__ import annotations

from typing import Any

from estimator.columns.column import DenseColumn, Features, checked_columns
from estimator.core.keywords import near_keywords
from estimator.functions.arrays import concat
from estimator.graph.tensor import Tensor
from estimator.variables.scopes import variable_scope
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
        Feature name to tensor.
    feature_columns : sequence of FeatureColumn
        Dense ones; they are joined in the order of their *names*.
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
    columns: list[DenseColumn] = checked_columns(feature_columns, DenseColumn)
    batch = Features(features)
    batch.check(dict.fromkeys(key for column in columns for key in column.parse_example_spec))
    with variable_scope(None, default_name="input_layer"):
        outputs = []
        for column in columns:
            with variable_scope(None, default_name=_scope_name(column.name)) as scope:
                outputs.append(column.dense_tensor(batch))
            if cols_to_vars is not None:
                cols_to_vars[column] = global_variables(f"{scope.name}/")
            if cols_to_output_tensors is not None:
                cols_to_output_tensors[column] = outputs[-1]
        return concat(outputs, 1)


def _scope_name(name: str) -> str:
    """A column's name with what a name scope does not allow replaced."""
    kept = "".join(
        letter if letter.isascii() and (letter.isalnum() or letter in "._-/") else "_" for letter in name
    )
    return kept if kept[:1].isalnum() or kept[:1] == "." else f"column_{kept}"
