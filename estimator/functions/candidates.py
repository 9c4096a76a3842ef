"""Candidates among many classes, under TensorFlow's names: for losses over a few of them.

Source: names and arguments of tf.nn.*_candidate_sampler in TensorFlow 1.15.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from estimator.core.keywords import near_keywords_of_functions
from estimator.core.named_tuple import NamedTuple
from estimator.functions.seeds import op_seeds
from estimator.graph import build as b
from estimator.graph.graph import graph_of
from estimator.graph.likes import TensorLike
from estimator.graph.tensor import Tensor


class Candidates(NamedTuple):
    """What a sampler gives: candidates, and how many of the true classes and of each candidate were to be expected."""

    sampled_candidates: Tensor
    true_expected_count: Tensor
    sampled_expected_count: Tensor


class AccidentalHits(NamedTuple):
    """Where candidates are true classes: rows, places among the candidates, and the lowest number there is."""

    indices: Tensor
    ids: Tensor
    weights: Tensor


def _sampled(op_type: str, true_classes: Any, seed: int | None, name: str | None, **attrs: Any) -> Candidates:
    graph = graph_of([true_classes])
    seeds = op_seeds(graph, seed, graph.unique_name(name or op_type, mark_as_used=False))
    return Candidates(*getattr(b, op_type)(true_classes, name=name, **attrs, **seeds))


def uniform_candidate_sampler(
    true_classes: TensorLike,
    num_true: int,
    num_sampled: int,
    unique: bool,
    range_max: int,
    seed: int | None = None,
    name: str | None = None,
) -> Candidates:
    """Candidates of which all classes below `range_max` are equally likely.

    Parameters
    ----------
    true_classes : Tensor of int64, [batch, num_true]
    num_sampled : int
        How many candidates are drawn for the whole batch.
    unique : bool
        Whether all of them differ.
    """
    return _sampled(
        "UniformCandidateSampler", true_classes, seed, name,
        num_true=num_true, num_sampled=num_sampled, unique=unique, range_max=range_max,
    )  # fmt: skip


def log_uniform_candidate_sampler(
    true_classes: Any,
    num_true: int,
    num_sampled: int,
    unique: bool,
    range_max: int,
    seed: int | None = None,
    name: str | None = None,
) -> Candidates:
    """Candidates as Zipf's law has words that are numbered by frequency; see :func:`uniform_candidate_sampler`."""
    return _sampled(
        "LogUniformCandidateSampler", true_classes, seed, name,
        num_true=num_true, num_sampled=num_sampled, unique=unique, range_max=range_max,
    )  # fmt: skip


def fixed_unigram_candidate_sampler(
    true_classes: Any,
    num_true: int,
    num_sampled: int,
    unique: bool,
    range_max: int,
    vocab_file: str = "",
    distortion: float = 1.0,
    num_reserved_ids: int = 0,
    num_shards: int = 1,
    shard: int = 0,
    unigrams: Sequence[float] = (),
    seed: int | None = None,
    name: str | None = None,
) -> Candidates:
    """Candidates as often as a list says; see :func:`uniform_candidate_sampler`.

    Parameters
    ----------
    vocab_file : str
        A file whose lines end in a comma and a frequency; or:
    unigrams : list of float
        The frequencies.
    distortion : float
        The power that each frequency is raised to.
    num_reserved_ids : int
        How many classes in front of those of the list are never drawn.
    num_shards, shard : int
        To draw of one class of so many alone.
    """
    return _sampled(
        "FixedUnigramCandidateSampler", true_classes, seed, name,
        num_true=num_true, num_sampled=num_sampled, unique=unique, range_max=range_max, vocab_file=vocab_file,
        distortion=distortion, num_reserved_ids=num_reserved_ids, num_shards=num_shards, shard=shard,
        unigrams=list(unigrams),
    )  # fmt: skip


def all_candidate_sampler(
    true_classes: Any,
    num_true: int,
    num_sampled: int,
    unique: bool,
    seed: int | None = None,
    name: str | None = None,
) -> Candidates:
    """All classes below `num_sampled`, each once."""
    return _sampled(
        "AllCandidateSampler",
        true_classes,
        seed,
        name,
        num_true=num_true,
        num_sampled=num_sampled,
        unique=unique,
    )


def compute_accidental_hits(
    true_classes: Any,
    sampled_candidates: Any,
    num_true: int,
    seed: int | None = None,
    name: str | None = None,
) -> AccidentalHits:
    """Where candidates are true classes, to take them out of a loss: weights to be added to their logits."""
    return AccidentalHits(
        *b.ComputeAccidentalHits(true_classes, sampled_candidates, num_true=num_true, name=name)
    )


near_keywords_of_functions(__name__)
