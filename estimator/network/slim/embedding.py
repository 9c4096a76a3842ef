"""Embedding of sequences: each id of a text, say, becomes the row of a table that is trained."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from estimator.core.dtypes import float32
from estimator.core.errors import raise_problems
from estimator.core.keywords import near_keywords_of_functions
from estimator.functions import indexing
from estimator.functions.arguments import tensor_of
from estimator.functions.reductions import reduce_mean
from estimator.functions.scoping import name_scope
from estimator.graph import build as b
from estimator.graph.likes import TensorLike
from estimator.graph.sparse import SparseTensor
from estimator.graph.tensor import Tensor
from estimator.network.slim.weightless import dense_to_sparse
from estimator.variables.embedding import embedding_lookup, embedding_lookup_sparse
from estimator.variables.model_variables import ScopeLike, model_variable
from estimator.variables.scopes import variable_scope


def embed_sequence(
    ids: TensorLike,
    vocab_size: int | None = None,
    embed_dim: int | None = None,
    unique: bool = False,
    initializer: Any = None,
    regularizer: Callable[[Any], Any] | None = None,
    trainable: bool = True,
    scope: ScopeLike = None,
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
        shape = None if missing else [vocab_size, embed_dim]
        table = model_variable(
            "embeddings", shape, float32, initializer, regularizer=regularizer, trainable=trainable
        )
        return embedding_lookup_unique(table, ids) if unique else embedding_lookup(table, ids)


def embedding_lookup_unique(
    params: Any, ids: TensorLike, partition_strategy: str = "mod", name: str | None = None
) -> Tensor:
    """The rows of a table at the ids, each of which is looked up once, however often it is there.

    Parameters
    ----------
    params : Variable, Tensor, or list of them
    ids : Tensor, int32 or int64
    partition_strategy : {"mod", "div"}
        How the rows lie in several tables.
    name : str, optional

    Source
    ------
    tf.contrib.layers.embedding_lookup_unique, TF 1.15 embedding_ops.py
    """
    with name_scope(name, "EmbeddingLookupUnique", [params, ids]):
        wanted = tensor_of(ids)
        values, places = indexing.unique(b.Reshape(wanted, [-1]))
        rows = embedding_lookup(params, values, partition_strategy)
        return indexing.gather(rows, b.Reshape(places, b.Shape(wanted)))


def bow_encoder(
    ids: Any,
    vocab_size: int,
    embed_dim: int,
    sparse_lookup: bool = True,
    initializer: Any = None,
    regularizer: Callable[[Any], Any] | None = None,
    trainable: bool = True,
    scope: ScopeLike = None,
    reuse: bool | None = None,
) -> Tensor:
    """The mean of the rows of a table, `embeddings`, at the ids of each example.

    Parameters
    ----------
    ids : Tensor or SparseTensor, int32 or int64
        In [0, vocab_size).
    vocab_size, embed_dim : int
        The shape of the table.
    sparse_lookup : bool
        Whether ids of 0 are left out, as padding.
    initializer, regularizer : callable, optional
        Of the table.
    trainable : bool
        Whether the table is trained.
    scope : str or VariableScope, optional
        By default the first free form of ``BowEncoder``.
    reuse : bool, optional
        Take the table that there is in the scope.

    Shape
    -----
    ids [batch, length] -> [batch, embed_dim]; embeddings [vocab_size, embed_dim]

    Source
    ------
    tf.contrib.layers.bow_encoder, TF 1.15 encoders.py
    """
    with variable_scope(scope, "BowEncoder", reuse=reuse):
        table = model_variable(
            "embeddings", [vocab_size, embed_dim], float32, initializer, regularizer, trainable
        )
        if not sparse_lookup and isinstance(ids, SparseTensor):
            raise TypeError(
                "bow_encoder: ids are expected to be dense Tensor, got a SparseTensor; use sparse_lookup."
            )
        if not sparse_lookup:
            return reduce_mean(embedding_lookup(table, ids), 1)
        sparse = ids if isinstance(ids, SparseTensor) else dense_to_sparse(ids)
        return embedding_lookup_sparse(table, sparse, None, combiner="mean")


near_keywords_of_functions(__name__)
