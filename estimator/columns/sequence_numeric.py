"""The sequence numeric column: numbers of each step of a sequence."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

from estimator.columns.column import (
    KeyedColumn,
    Normalizer,
    SequenceDenseColumn,
    TensorSequenceLengthPair,
    Weights,
    check_key,
)
from estimator.columns.features import Features
from estimator.columns.numeric import normalized, number_arguments
from estimator.columns.sequence import sequence_length
from estimator.core.dtypes import DType, float32
from estimator.core.errors import Gathered
from estimator.core.frozen import frozen
from estimator.core.keywords import near_keywords
from estimator.core.shapes import TensorShape
from estimator.functions.parsing import VarLenFeature
from estimator.functions.sparse import sparse_tensor_to_dense
from estimator.graph import build as b
from estimator.graph.sparse import SparseTensor
from estimator.graph.tensor import Tensor


@frozen
class SequenceNumericColumn(KeyedColumn, SequenceDenseColumn):
    """The numbers of each step of a sequence; made by :func:`sequence_numeric_column`."""

    key: str
    shape: tuple[int, ...]
    default_value: float
    dtype: DType
    normalizer_fn: Callable[[Tensor], Any] | None

    @property
    def is_pure(self) -> bool:
        """Not with a function of the user's own: it may make variables, which each layer has of its own."""
        return self.normalizer_fn is None or isinstance(self.normalizer_fn, Normalizer)

    @property
    def variable_shape(self) -> TensorShape:
        """The shape of one step."""
        return TensorShape(self.shape)

    @property
    def parse_example_spec(self) -> dict[str, Any]:
        """Any number of numbers."""
        return {self.key: VarLenFeature(self.dtype)}

    def transform_feature(self, features: Features) -> Tensor:
        """The feature as a dense tensor of float32, normalised; shorter sequences end in the default value."""
        given = self._entries(features)
        default = given.graph.constant(self.default_value, given.dtype)
        return normalized(self, sparse_tensor_to_dense(given, default))

    def get_sequence_dense_tensor(self, features: Features, weights: Weights) -> TensorSequenceLengthPair:
        """The numbers of each step.

        Raises
        ------
        ValueError
            If the feature is not sparse, or text.
        """
        given = self._entries(features)
        numbers = features.get(self)
        batch = b.ExpandDims(b.Shape(numbers)[0], 0)
        steps: Tensor = b.Reshape(numbers, b.ConcatV2([batch, [-1], list(self.shape)], 0))
        of_one_step = math.prod(self.shape) if given.dense_shape.dims == (2,) else 1
        return TensorSequenceLengthPair(steps, sequence_length(given, of_one_step))

    def _entries(self, features: Features) -> SparseTensor:
        given = features.tensor(self.key)
        if not isinstance(given, SparseTensor):
            raise ValueError(
                f"sequence_numeric_column wants a SparseTensor, as a VarLenFeature gives it. key: {self.key}, given: "
                f"{given}."
            )
        if given.dtype.name == "string":
            raise ValueError(f"sequence_numeric_column wants numbers. key: {self.key}, given: string.")
        return given


@near_keywords
def sequence_numeric_column(
    key: str,
    shape: Any = (1,),
    default_value: float = 0.0,
    dtype: Any = float32,
    normalizer_fn: Callable[[Tensor], Any] | None = None,
) -> SequenceNumericColumn:
    """A column of the numbers of each step of a sequence, for ``sequence_input_layer``.

    Parameters
    ----------
    key : str
        The feature's name; it is sparse, [batch, any number].
    shape : int or sequence of int
        The shape of one step: a sequence of six numbers has three steps of shape 2.
    default_value : number
        What shorter sequences are padded with.
    dtype : DType
        How it is parsed; a model always gets float32.
    normalizer_fn : callable, optional
        From the padded tensor to what is used of it.

    Raises
    ------
    ValueError, TypeError
        If an argument is wrong; the message names the column, and all that is wrong.

    Source
    ------
    tf.feature_column.sequence_numeric_column, TF 1.15
    """
    check_key(key)
    gathered = Gathered("sequence_numeric_column")
    sizes, kind = number_arguments(gathered, key, shape, dtype, normalizer_fn)
    gathered.raise_all()
    return SequenceNumericColumn(key, sizes, default_value, kind, normalizer_fn)
