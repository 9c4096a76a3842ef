"""Rows of a table for ids: embeddings of words and other things."""

from __future__ import annotations

from typing import Any

from estimator.core.counts import whole_number
from estimator.core.dtypes import int32, int64
from estimator.functions.logic import not_equal
from estimator.functions.math import cast
from estimator.graph.tensor import Tensor
from estimator.keras.layer import Layer
from estimator.variables.embedding import embedding_lookup


class Embedding(Layer):
    """A vector for each id.

    Parameters
    ----------
    input_dim : int
        How many ids there are: they are in [0, input_dim).
    output_dim : int
        The size of the vectors.
    embeddings_initializer, embeddings_regularizer, embeddings_constraint, activity_regularizer : \
callable, str or dict, optional
    mask_zero : bool
        Whether id 0 stands for nothing, which layers that take the output leave out.
    input_length : int, optional
        The number of ids of an example, if it is known.
    sparse : bool
        Accepted: the result is dense.

    Shape
    -----
    inputs [batch, ...] -> [batch, ..., output_dim]; embeddings [input_dim, output_dim]

    Raises
    ------
    ValueError
        If a size is no whole number above 0.

    Source
    ------
    tf.keras.layers.Embedding, TF 2.15
    """

    config_names = (
        "input_dim output_dim embeddings_initializer embeddings_regularizer activity_regularizer "
        "embeddings_constraint mask_zero input_length"
    )

    def __init__(
        self,
        input_dim: int,
        output_dim: int,
        embeddings_initializer: Any = "uniform",
        embeddings_regularizer: Any = None,
        activity_regularizer: Any = None,
        embeddings_constraint: Any = None,
        mask_zero: bool = False,
        input_length: int | None = None,
        sparse: bool = False,
        **kwargs: Any,
    ) -> None:
        if not {"input_shape", "batch_input_shape"} & kwargs.keys():
            kwargs["input_shape"] = (input_length,)
        super().__init__(activity_regularizer=activity_regularizer, autocast=False, **kwargs)
        for name, size in (("input_dim", input_dim), ("output_dim", output_dim)):
            if (whole_number(size) or 0) < 1:
                raise ValueError(f"Embedding: {name} must be a whole number above 0, given: {size!r}.")
        self.input_dim, self.output_dim = input_dim, output_dim
        self.mask_zero, self.input_length = mask_zero, input_length
        self.supports_masking = mask_zero
        self._take(
            embeddings_initializer=embeddings_initializer, embeddings_regularizer=embeddings_regularizer,
            embeddings_constraint=embeddings_constraint,
        )  # fmt: skip

    def build(self, input_shape: Any = None) -> None:
        """Make the table."""
        shape = [self.input_dim, self.output_dim]
        self.embeddings = self.add_weight("embeddings", shape, **self._declared("embeddings"))
        self.built = True

    def call(self, inputs: Tensor) -> Tensor:
        """The rows of the ids; numbers that are not whole are cut off."""
        ids = inputs if inputs.dtype in (int32, int64) else cast(inputs, int32)
        return embedding_lookup(self.embeddings, ids)

    def compute_mask(self, inputs: Any, mask: Any = None) -> Any:
        """Where the ids are not 0, if that stands for nothing."""
        return not_equal(inputs, cast(0, inputs.dtype)) if self.mask_zero else None
