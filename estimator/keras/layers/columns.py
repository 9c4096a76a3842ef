"""Feature columns as a layer."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Self

from estimator.columns.column import (
    DenseColumn,
    FeatureColumn,
    Weights,
    checked_columns,
    column_kinds,
    scope_name,
)
from estimator.columns.config import described, rebuilt
from estimator.columns.input_layer import joined
from estimator.graph.graph import get_default_graph
from estimator.graph.tensor import Tensor
from estimator.keras.layer import Layer
from estimator.variables.scopes import VariableScope, variable_scope
from estimator.variables.variable import global_variables


class DenseFeatures(Layer):
    """The features of dense columns, joined: what ``tf.feature_column.input_layer`` gives, as a layer.

    Parameters
    ----------
    feature_columns : sequence of FeatureColumn
        Dense ones; they are joined in the order of their names.
    partitioner : callable, optional
        Cuts the tables of embeddings into parts.

    Shape
    -----
    features: a dict of [batch, ...] -> [batch, sum of the columns' sizes]; tables are called
    ``dense_features/<column>/embedding_weights``

    Raises
    ------
    ValueError
        If a column is not dense or listed twice, or features do not fit them.

    Source
    ------
    tf.keras.layers.DenseFeatures, TF 2.15
    """

    def __init__(
        self,
        feature_columns: Sequence[FeatureColumn],
        trainable: bool = True,
        name: str | None = None,
        partitioner: Any = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(trainable, name, **kwargs)
        vars(self)["_columns"] = tuple(checked_columns(feature_columns, DenseColumn))
        self.partitioner = partitioner
        self._scope: VariableScope | None = None

    _columns: tuple[DenseColumn, ...]

    def call(
        self, features: Mapping[str, Any], cols_to_output_tensors: Any = None, training: Any = None
    ) -> Tensor:
        """The joined features; the first call makes the tables."""
        is_first = self._scope is None
        self._scope = self._scope or VariableScope(None, get_default_graph().get_name_scope())
        before = set(map(id, global_variables()))
        block = variable_scope(
            self._scope, reuse=not is_first, partitioner=self.partitioner, auxiliary_name_scope=False
        )
        outputs = joined(
            features, self._columns, Weights((), self.trainable), scope_name,
            cols_to_output_tensors=cols_to_output_tensors, within=block,
        )  # fmt: skip
        for variable in global_variables() if is_first else ():
            if id(variable) not in before:
                self._list_weight(variable)
        return outputs

    def get_config(self) -> dict[str, Any]:
        """What the layer was told."""
        columns = [described(column) for column in self._columns]
        return super().get_config() | {"feature_columns": columns, "partitioner": self.partitioner}

    @classmethod
    def from_config(cls, config: Mapping[str, Any]) -> Self:
        """The layer of such a configuration."""
        given = dict(config)
        columns = rebuilt("", given.pop("feature_columns"), column_kinds())
        return cls(columns, **given)
