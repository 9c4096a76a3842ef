"""Ops that draw some of many classes, and tell how often each was to be expected among them.

Losses over many classes look at the true ones and at such candidates alone (network/sampled_losses.py).

Source: TensorFlow 2.15, core/ops/candidate_sampling_ops.cc, core/kernels/{candidate_sampler_ops,range_sampler}.cc.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeAlias

import numpy as np

from estimator.core.errors import InvalidArgumentError, NotFoundError
from estimator.core.shapes import Dims
from estimator.graph import rules
from estimator.graph.op import AttrDef, OpRun, ShapeScope, op

SAMPLER = (
    "true_classes: int64 -> sampled_candidates: int64, true_expected_count: float32, "
    "sampled_expected_count: float32"
)
_COMMON = {"num_true": int, "num_sampled": int, "unique": bool}
_SEEDS = {"seed": 0, "seed2": 0}
Drawing: TypeAlias = "Callable[[np.random.Generator, int], Any]"  # (generator, how many) -> classes
Chance = Callable[[Any], Any]  # classes -> the probability of each in one draw


def _counted(s: ShapeScope) -> list[Dims]:
    batch, count = rules.with_rank(s.shapes[0], 2, "true_classes")
    rules.same_size(count, s.attrs["num_true"], "the columns of true_classes and num_true")
    for name in ("num_true", "num_sampled"):
        if s.attrs[name] < 1:
            raise ValueError(f"{name} must be at least 1, given: {s.attrs[name]}.")
    return [(s.attrs["num_sampled"],), (batch, s.attrs["num_true"]), (s.attrs["num_sampled"],)]


def _sampled(
    xp: Any, true: Any, run: OpRun, count: int, unique: bool, possible: int, draw: Drawing, chance: Chance
) -> Any:
    """What a sampler gives: candidates, and how many of each class are expected among so many."""
    generator = run.generator()
    if not unique:
        found, tries = draw(generator, count), count
    elif count > possible:
        raise InvalidArgumentError(f"there are no {count} different ones of {possible} classes.")
    else:
        found, tries = _distinct(xp, generator, count, draw)

    def expected(classes: Any) -> Any:
        share = chance(classes)
        expectation = -xp.expm1(tries * xp.log1p(-share)) if tries != count else share * count
        return expectation.astype(xp.float32)

    return [found.astype(xp.int64), expected(true), expected(found)]


def _distinct(xp: Any, generator: np.random.Generator, count: int, draw: Drawing) -> tuple[Any, int]:
    """The first different classes that are drawn, and how many draws that took."""
    drawn = draw(generator, 2 * count)
    while True:
        _, first = xp.unique(drawn, return_index=True)
        if len(first) >= count:
            places = xp.sort(first)[:count]
            return drawn[places], int(places[-1]) + 1
        drawn = xp.concatenate([drawn, draw(generator, len(drawn))])


@op(
    "UniformCandidateSampler",
    SAMPLER,
    attrs={**_COMMON, "range_max": int, **_SEEDS},
    shape=_counted,
    effect="random",
    differentiable=False,
)
def uniform_candidate_sampler(
    xp: Any, true_classes: Any, num_sampled: int, unique: bool, range_max: int, *, run: OpRun
) -> Any:
    """Candidates of which all classes are equally likely.

    Source  TF op UniformCandidateSampler, candidate_sampling_ops.cc
    """
    return _sampled(
        xp, true_classes, run, num_sampled, unique, range_max,
        lambda generator, count: generator.integers(0, range_max, count),
        lambda classes: xp.full(classes.shape, 1 / range_max),
    )  # fmt: skip


@op(
    "LogUniformCandidateSampler",
    SAMPLER,
    attrs={**_COMMON, "range_max": int, **_SEEDS},
    shape=_counted,
    effect="random",
    differentiable=False,
)
def log_uniform_candidate_sampler(
    xp: Any, true_classes: Any, num_sampled: int, unique: bool, range_max: int, *, run: OpRun
) -> Any:
    """Candidates as Zipf's law has words that are numbered by frequency: log((c + 2) / (c + 1)) / log(range_max + 1).

    Source  TF op LogUniformCandidateSampler, candidate_sampling_ops.cc
    """
    log = float(xp.log1p(range_max))
    return _sampled(
        xp, true_classes, run, num_sampled, unique, range_max,
        lambda generator, count: (xp.exp(generator.random(count) * log) - 1).astype(xp.int64) % range_max,
        lambda classes: xp.log((classes + 2.0) / (classes + 1.0)) / log,
    )  # fmt: skip


_UNIGRAMS = {
    "vocab_file": "", "distortion": 1.0, "num_reserved_ids": 0, "num_shards": 1, "shard": 0,
    "unigrams": AttrDef("unigrams", "list(float)", [], required=False),
}  # fmt: skip


@op(
    "FixedUnigramCandidateSampler",
    SAMPLER,
    attrs={**_COMMON, "range_max": int, **_UNIGRAMS, **_SEEDS},
    shape=_counted,
    effect="random",
    differentiable=False,
)
def fixed_unigram_candidate_sampler(
    xp: Any,
    true_classes: Any,
    num_sampled: int,
    unique: bool,
    range_max: int,
    vocab_file: str,
    distortion: float,
    num_reserved_ids: int,
    num_shards: int,
    shard: int,
    unigrams: list[float],
    *,
    run: OpRun,
) -> Any:
    """Candidates as often as a list says, each number to the power `distortion`; the reserved first ones never.

    Source  TF op FixedUnigramCandidateSampler, candidate_sampling_ops.cc
    """
    if bool(unigrams) == bool(vocab_file):
        raise InvalidArgumentError("pass either vocab_file or unigrams.")
    listed = xp.asarray(unigrams or _frequencies(vocab_file), xp.float64)
    weights = xp.concatenate([xp.zeros(num_reserved_ids), listed**distortion])
    if len(weights) != range_max:
        raise InvalidArgumentError(
            f"range_max is {range_max}, but there are {len(weights)} frequencies, the reserved ones included."
        )
    own = xp.arange(shard, range_max, num_shards)
    sums = xp.cumsum(weights[own])
    return _sampled(
        xp, true_classes, run, num_sampled, unique, int(xp.count_nonzero(weights[own])),
        lambda generator, count: own[xp.searchsorted(sums, generator.random(count) * sums[-1], side="right")],
        lambda classes: weights[classes] / sums[-1],
    )  # fmt: skip


def _frequencies(path: Any) -> list[float]:
    """The numbers behind the last comma of each line.

    Raises
    ------
    NotFoundError
        If there is no such file.
    """
    name = path.decode() if isinstance(path, bytes) else path
    try:
        with open(name, encoding="utf-8") as file:
            return [float(line.rpartition(",")[2]) for line in file if line.strip()]
    except FileNotFoundError:
        raise NotFoundError(f"there is no vocab_file {name!r}.") from None


@op("AllCandidateSampler", SAMPLER, attrs={**_COMMON, **_SEEDS}, shape=_counted, differentiable=False)
def all_candidate_sampler(xp: Any, true_classes: Any, num_sampled: int) -> Any:
    """All classes, each once.

    Source  TF op AllCandidateSampler, candidate_sampling_ops.cc
    """
    once = xp.ones(true_classes.shape, xp.float32)
    return [xp.arange(num_sampled), once, xp.ones(num_sampled, xp.float32)]


def _hits(s: ShapeScope) -> list[Dims]:
    _, count = rules.with_rank(s.shapes[0], 2, "true_classes")
    rules.with_rank(s.shapes[1], 1, "sampled_candidates")
    rules.same_size(count, s.attrs["num_true"], "the columns of true_classes and num_true")
    return [(None,)] * 3


@op(
    "ComputeAccidentalHits",
    "true_classes: int64, sampled_candidates: int64 -> indices: int32, ids: int64, weights: float32",
    attrs={"num_true": int, **_SEEDS},
    shape=_hits,
    differentiable=False,
)
def compute_accidental_hits(xp: Any, true_classes: Any, sampled_candidates: Any) -> Any:
    """Where a candidate is a true class: the row, the place of the candidate, and the lowest number there is.

    Source  TF op ComputeAccidentalHits, candidate_sampling_ops.cc
    """
    places = {number: place for place, number in enumerate(sampled_candidates.tolist())}
    pairs = [
        (row, places[number])
        for row, classes in enumerate(true_classes.tolist())
        for number in classes
        if number in places
    ]
    rows, ids = (xp.array([pair[side] for pair in pairs], xp.int64) for side in (0, 1))
    return [rows.astype(xp.int32), ids, xp.full(len(pairs), xp.finfo(xp.float32).min, xp.float32)]
