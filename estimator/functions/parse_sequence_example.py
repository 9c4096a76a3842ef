"""Functions that parse serialised tf.SequenceExamples, one or a batch: a context, and lists that have steps."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from estimator.core.dtypes import string
from estimator.core.keywords import near_keywords_of_functions
from estimator.core.shapes import TensorShape
from estimator.functions.arguments import function_scope
from estimator.functions.parse_example import Wanted, by_key, scalar_text
from estimator.functions.parsing import FixedLenFeature, FixedLenSequenceFeature, VarLenFeature
from estimator.graph import build as b
from estimator.graph.graph import Graph
from estimator.graph.likes import TensorLike
from estimator.graph.tensor import Tensor


def parse_single_sequence_example(
    serialized: TensorLike,
    context_features: Mapping[str, Any] | None = None,
    sequence_features: Mapping[str, Any] | None = None,
    example_name: TensorLike | None = None,
    name: str | None = None,
) -> tuple[dict[str, Any], dict[str, Any]]:
    """The features of one tf.SequenceExample.

    Parameters
    ----------
    serialized : scalar string tensor
        A serialised tf.SequenceExample.
    context_features : dict, optional
        Key to FixedLenFeature or VarLenFeature: what stands once in the example.
    sequence_features : dict, optional
        Key to FixedLenSequenceFeature or VarLenFeature: what stands in each step of a list.
    example_name : scalar string tensor, optional
        What errors call the example.
    name : str, optional

    Returns
    -------
    tuple of two dicts
        The context by key, and the lists by key.

    Shape
    -----
    serialized [] -> FixedLenFeature [shape], VarLenFeature of the context [length], FixedLenSequenceFeature
    [steps, shape], VarLenFeature of a list [steps, longest]

    Raises
    ------
    ValueError
        If there are no features, if one cannot be parsed so, or if `serialized` is no scalar.
    InvalidArgumentError
        In the run, if the bytes are no tf.SequenceExample, or it lacks a feature without default or a list that may
        not be missing, or has it in another type or number.

    Source
    ------
    tf.io.parse_single_sequence_example, TF 1.15 parsing_ops.py
    """
    wanted = _wanted(context_features, sequence_features)
    with function_scope(name, "ParseSingleSequenceExample", serialized) as (graph, _):
        with function_scope(name, "ParseSingleExample"):
            text = scalar_text(graph, serialized)
        with function_scope(name, "ParseSequenceExample", text):
            return _parsed(graph, text, wanted, example_name, name)[:2]


def parse_sequence_example(
    serialized: TensorLike,
    context_features: Mapping[str, Any] | None = None,
    sequence_features: Mapping[str, Any] | None = None,
    example_names: TensorLike | None = None,
    name: str | None = None,
) -> tuple[dict[str, Any], dict[str, Any], dict[str, Tensor]]:
    """The features of a batch of tf.SequenceExamples, shorter lists filled up with zeros.

    Parameters
    ----------
    serialized : string tensor, shape [batch]
        Serialised tf.SequenceExamples.
    context_features, sequence_features : dict, optional
        As :func:`parse_single_sequence_example` takes them.
    example_names : string tensor, shape [batch], optional
        What errors call the examples.
    name : str, optional

    Returns
    -------
    tuple of three dicts
        The context by key, the lists by key, and how many steps the lists of FixedLenSequenceFeature have, [batch].

    Raises
    ------
    ValueError, InvalidArgumentError
        As :func:`parse_single_sequence_example`.

    Source
    ------
    tf.io.parse_sequence_example, TF 1.15 parsing_ops.py
    """
    wanted = _wanted(context_features, sequence_features)
    with function_scope(name, "ParseSequenceExample", serialized) as (graph, _):
        with function_scope(name, "ParseSequenceExample"):
            text = graph.convert(serialized, string, "serialized")
            return _parsed(graph, text, wanted, example_names, name)


def _wanted(context: Any, sequence: Any) -> tuple[Wanted, Wanted, list[bool]]:
    """What is read of the contexts and of the lists, and which dense lists may be missing."""
    if not (context or sequence):
        raise ValueError(
            "Both context_features and sequence_features are None, but at least one should have values."
        )
    problems = [
        f"Unsupported {type(feature).__name__} {feature!r} for key {key!r} of {where}: use "
        f"{' or '.join('tf.' + kind.__name__ for kind in kinds)}."
        for where, features, kinds in (
            ("context_features", context or {}, (FixedLenFeature, VarLenFeature)),
            ("sequence_features", sequence or {}, (FixedLenSequenceFeature, VarLenFeature)),
        )
        for key, feature in features.items()
        if not isinstance(feature, kinds)
    ]
    if problems:
        raise ValueError("\n".join(problems))
    lists = Wanted.of(sequence or {})
    may_miss = [bool((sequence or {})[key].allow_missing) for key in lists.dense]
    return Wanted.of(context or {}), lists, may_miss


def _parsed(
    graph: Graph, text: Any, wanted: tuple[Wanted, Wanted, list[bool]], names: Any, name: str | None
) -> tuple[dict[str, Any], dict[str, Any], dict[str, Tensor]]:
    context, lists, may_miss = wanted
    defaults = [context.default_of(graph, *one) for one in zip(context.dense, context.shapes, strict=True)]
    found: Sequence[Any] = b.ParseSequenceExampleV2(
        text,
        [] if names is None else names,
        list(context.sparse),
        list(context.dense),
        [],
        list(lists.sparse),
        list(lists.dense),
        [],
        may_miss,
        defaults,
        Ncontext_sparse=len(context.sparse),
        context_sparse_types=list(context.sparse.values()),
        context_ragged_value_types=[],
        context_ragged_split_types=[],
        context_dense_shapes=[TensorShape(shape) for shape in context.shapes],
        Nfeature_list_sparse=len(lists.sparse),
        Nfeature_list_dense=len(lists.dense),
        feature_list_dense_types=list(lists.dense.values()),
        feature_list_sparse_types=list(lists.sparse.values()),
        feature_list_ragged_value_types=[],
        feature_list_ragged_split_types=[],
        feature_list_dense_shapes=[TensorShape(shape) for shape in lists.shapes],
        name=name,
    )
    end = 3 * len(context.sparse) + len(context.dense)
    of_lists = 3 * len(lists.sparse) + len(lists.dense)
    lengths = dict(zip(lists.dense, found[end + of_lists :], strict=True))
    return by_key(context, found[:end]), by_key(lists, found[end : end + of_lists]), lengths


near_keywords_of_functions(__name__)
