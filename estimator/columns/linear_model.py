"""The linear model: a weighted sum of what columns hold, and a bias."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from estimator.columns.column import (
    CategoricalColumn,
    DenseColumn,
    FeatureColumn,
    Weights,
    checked_columns,
    flat,
    is_count,
    scope_name,
)
from estimator.columns.features import Features
from estimator.columns.input_layer import check_batch_sizes, column_scope, variables_of
from estimator.core.errors import raise_problems
from estimator.core.keywords import near_keywords
from estimator.functions.math import add_n
from estimator.functions.sparse import sparse_reshape
from estimator.graph import build as b
from estimator.graph.sparse import SparseTensor
from estimator.graph.tensor import Tensor
from estimator.variables.embedding import COMBINERS, safe_embedding_lookup_sparse
from estimator.variables.initializers import Zeros
from estimator.variables.scopes import get_variable_scope, variable_scope
from estimator.variables.variable import Variable


@near_keywords
def linear_model(
    features: Any,
    feature_columns: Any,
    units: int = 1,
    sparse_combiner: str = "sum",
    weight_collections: Any = None,
    trainable: bool = True,
    cols_to_vars: dict[Any, list[Variable]] | None = None,
) -> Tensor:
    """A weighted sum of the features, and a bias: the predictions or logits of a linear model.

    A dense column has a weight for each of its numbers, a categorical one for each of its ids. All begin with 0.

    Parameters
    ----------
    features : dict
        Feature name to tensor, SparseTensor or array.
    feature_columns : sequence of FeatureColumn
        Dense and categorical ones. A bucketized column counts as categorical.
    units : int
        How many sums there are.
    sparse_combiner : str
        How the weights of an example's ids in one column become one: 'sum', 'mean', or 'sqrtn'.
    weight_collections : sequence of str, optional
        Collections that the variables join beside the global and the model variables.
    trainable : bool
        Whether the variables are trained.
    cols_to_vars : dict, optional
        Filled with the variables of each column, and those of the bias under 'bias'.

    Shape
    -----
    -> [batch, units]

    Raises
    ------
    ValueError
        If `features` is not a dict, a feature is missing, a column is listed twice or of another kind.

    Source
    ------
    tf.feature_column.linear_model, TF 1.15; the variables are ``linear_model/<column>/weights`` and
    ``linear_model/bias_weights``
    """
    weights, columns = Weights.of(weight_collections, trainable), _checked(feature_columns)
    free = _free_names(columns)
    return weighted(features, columns, units, sparse_combiner, weights, free.__getitem__, cols_to_vars)


def _checked(feature_columns: Any) -> list[Any]:
    return list(checked_columns(feature_columns, DenseColumn, CategoricalColumn))


def _free_names(columns: Sequence[FeatureColumn]) -> dict[str, str]:
    """What the scopes of columns are called: the first of ``w``, ``w_1``, ... that is free beside the model.

    TensorFlow opens them there, before those within the model; checkpoints go by that.
    """
    around, names = get_variable_scope().name, {}
    for column in columns:
        with variable_scope(None, default_name=scope_name(column.variable_scope_name)) as scope:
            names[column.variable_scope_name] = scope.name.removeprefix(f"{around}/")
    return names


def weighted(
    features: Any,
    feature_columns: Any,
    units: int,
    sparse_combiner: str,
    weights: Weights,
    naming: Callable[[str], str],
    cols_to_vars: dict[Any, list[Variable]] | None = None,
) -> Tensor:
    """What :func:`linear_model` gives, with columns' scopes called as `naming` says."""
    columns = _checked(feature_columns)
    check_linear(units, sparse_combiner)
    batch = Features(features)
    batch.check(columns)
    made: dict[Any, list[Variable]] = {}
    with variable_scope(None, default_name="linear_model") as model:
        sums = []
        for column in columns:
            with column_scope(column, naming) as scope:
                sums.append(_weighted_sum(column, batch, weights, units, sparse_combiner))
            made[column] = variables_of(f"{scope.name}/")
        check_batch_sizes(columns, sums)
        bias = weights.make("bias_weights", [units], Zeros())
        made["bias"] = variables_of(f"{model.name}/bias_weights")
        if cols_to_vars is not None:
            cols_to_vars.update(made)
        total: Tensor = b.BiasAdd(add_n(sums, name="weighted_sum_no_bias"), bias, name="weighted_sum")
        return total


def check_linear(units: Any, sparse_combiner: Any) -> None:
    """Check how many sums there are to be, and how ids are combined.

    Raises
    ------
    ValueError
        If one of them is not valid.
    """
    problems = []
    if not is_count(units):
        problems.append(f"units must be a whole number > 0, given: {units!r}.")
    if sparse_combiner not in COMBINERS:
        known = ", ".join(map(repr, COMBINERS))
        problems.append(f"sparse_combiner must be one of {known}. Given: {sparse_combiner!r}.")
    raise_problems("linear_model", problems)


def _weighted_sum(column: Any, features: Features, weights: Weights, units: int, combiner: str) -> Tensor:
    if not isinstance(column, CategoricalColumn):
        table = weights.make("weights", [column.size, units], Zeros())
        numbers = flat(column, column.get_dense_tensor(features, weights))
        product: Tensor = b.MatMul(numbers, table, name="weighted_sum")
        return product
    table = weights.make("weights", [column.num_buckets, units], Zeros())
    ids, amounts = features.ids(column)
    result: Tensor = safe_embedding_lookup_sparse(
        table, _of_rank_2(ids), None if amounts is None else _of_rank_2(amounts),
        combiner=combiner, name="weighted_sum",
    )  # fmt: skip
    return result


def _of_rank_2(entries: SparseTensor) -> SparseTensor:
    """All entries of an example in one row."""
    if entries.dense_shape.dims == (2,):
        return entries
    return sparse_reshape(entries, b.Pack([entries.dense_shape[0], -1]))
