"""Embedding of sequences: each id of a text, say, becomes the row of a table that is trained."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from estimator.core.errors import raise_problems
from estimator.core.keywords import near_keywords
from estimator.functions import indexing
from estimator.functions.arguments import tensor_of
from estimator.graph import build as b
from estimator.graph.keys import GraphKeys
from estimator.graph.likes import TensorLike
from estimator.graph.tensor import Tensor
from estimator.variables.embedding import embedding_lookup
from estimator.variables.get_variable import get_variable
from estimator.variables.scopes import VariableScope, variable_scope


@near_keywords
def embed_sequence(
    ids: TensorLike,
    vocab_size: int | None = None,
    embed_dim: int | None = None,
    unique: bool = False,
    initializer: Any = None,
    regularizer: Callable[[Any], Any] | None = None,
    trainable: bool = True,
    scope: str | VariableScope | None = None,
    reuse: bool | None = None,
) -> Tensor:
    """The rows of a table, `embeddings`, at the ids.

    Parameters
    ----------
    ids : Tensor, int32 or int64
        In [0, vocab_size).
    vocab_size, embed_dim : int
        The shape of the table; with `reuse` it may be left out.
    unique : bool
        Look up each id once, however often it is there.
    initializer, regularizer : callable, optional
        Of the table.
    trainable : bool
        Whether the table is trained.
    scope : str or VariableScope, optional
        By default the first free form of ``EmbedSequence``.
    reuse : bool, optional
        Take the table that there is in the scope.

    Shape
    -----
    ids [batch, length] -> [batch, length, embed_dim]; embeddings [vocab_size, embed_dim]

    Raises
    ------
    ValueError
        If a size is missing of a table that is to be made.

    Source
    ------
    tf.contrib.layers.embed_sequence, TF 1.15 contrib/layers/python/layers/encoders.py
    """
    sizes = {"vocab_size": vocab_size, "embed_dim": embed_dim}
    missing = [name for name, size in sizes.items() if not size]
    if missing and not reuse:
        raise_problems("embed_sequence", [f"{name} is needed for a new table" for name in missing])
    with variable_scope(scope, default_name="EmbedSequence", reuse=reuse):
        table = get_variable(
            "embeddings",
            None if missing else [vocab_size, embed_dim],
            initializer=initializer,
            regularizer=regularizer,
            trainable=trainable,
            collections=[GraphKeys.GLOBAL_VARIABLES, GraphKeys.MODEL_VARIABLES],
        )
        return _once_each(table, tensor_of(ids)) if unique else embedding_lookup(table, ids)


def _once_each(table: Any, ids: Tensor) -> Tensor:
    """The rows at the ids, each of which is read from the table once."""
    values, places = indexing.unique(b.Reshape(ids, [-1]))
    return indexing.gather(embedding_lookup(table, values), b.Reshape(places, b.Shape(ids)))
