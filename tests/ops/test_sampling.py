"""What the random ops with parameters draw: the distributions, and what is expected of candidates."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from estimator.core.errors import InvalidArgumentError, NotFoundError
from estimator.graph import build as b
from estimator.graph.gradients import gradients
from estimator.runtime.session import Session

MANY = np.array([40_000], np.int32)
TRUE = np.array([[0, 2], [5, 1]])


def draw(op: str, *inputs: Any, times: int = 1, **attrs: Any) -> Any:
    result = getattr(b, op)(*inputs, **{"seed": 5, "seed2": 7, **attrs})
    with Session() as session:
        drawn = [session.run(result) for _ in range(times)]
    return drawn[0] if times == 1 else drawn


def test_classes_come_as_often_as_their_logits_say() -> None:
    drawn = draw("Multinomial", np.log(np.float32([[1, 2, 7], [5, 5, 1e-9]])), 40_000)
    shares = [np.bincount(row, minlength=3) / len(row) for row in drawn]
    np.testing.assert_allclose(shares, [[0.1, 0.2, 0.7], [0.5, 0.5, 0]], atol=0.01)


def test_an_infinite_logit_has_no_part() -> None:
    drawn = draw("Multinomial", np.float32([[np.inf, 0, -np.inf, np.nan, 0]]), 1000)
    assert set(drawn.ravel().tolist()) == {1, 4}


@pytest.mark.parametrize(
    ("logits", "count", "words"), [(np.zeros((1, 0)), 1, "no logits"), (np.zeros((1, 2)), -1, "-1")]
)
def test_what_cannot_be_drawn_is_refused(logits: Any, count: int, words: str) -> None:
    with pytest.raises(InvalidArgumentError, match=words):
        draw("Multinomial", logits.astype(np.float32), b.Identity(count))


def test_gamma_values_have_the_moments_of_their_distribution() -> None:
    drawn = draw("RandomGamma", MANY, np.float32([0.5, 3, 20]))
    assert drawn.shape == (40_000, 3) and drawn.dtype == np.float32
    np.testing.assert_allclose(drawn.mean(0), [0.5, 3, 20], rtol=0.02)
    np.testing.assert_allclose(drawn.var(0), [0.5, 3, 20], rtol=0.04)


def test_the_gradient_of_the_mean_of_gamma_values_is_one() -> None:
    alpha = b.Placeholder(dtype="float64", shape=(2,))
    mean = b.Mean(b.RandomGamma(MANY, alpha, seed=1, seed2=2), 0)
    with Session() as session:
        (slope,) = session.run(gradients(mean, alpha), {alpha: [0.7, 4.0]})
    np.testing.assert_allclose(slope, [1, 1], atol=0.03)  # the mean of a gamma distribution is alpha


def test_numbers_of_events_have_their_mean_and_variance() -> None:
    drawn = draw("RandomPoissonV2", MANY, np.float32([0, 0.5, 12]), dtype="int32")
    np.testing.assert_allclose(drawn.mean(0), [0, 0.5, 12], rtol=0.02)
    np.testing.assert_allclose(drawn.var(0), [0, 0.5, 12], rtol=0.04)


def test_no_events_are_expected_of_a_negative_rate() -> None:
    assert np.isnan(draw("RandomPoissonV2", MANY[:0], np.float32([-1, np.nan]), dtype="float32")).all()


# -- candidates --------------------------------------------------------------------------------------------------------

CHANCES = {
    "UniformCandidateSampler": np.full(10, 0.1),
    "LogUniformCandidateSampler": np.log((np.arange(10) + 2) / (np.arange(10) + 1)) / np.log(11),
    "FixedUnigramCandidateSampler": np.array([0, 0, 1, 2, 3, 4, 5, 6, 7, 8]) ** 0.5,
}
CHANCES["FixedUnigramCandidateSampler"] = (
    CHANCES["FixedUnigramCandidateSampler"] / CHANCES["FixedUnigramCandidateSampler"].sum()
)


def sample(op: str, count: int, unique: bool, **attrs: Any) -> Any:
    if op == "FixedUnigramCandidateSampler" and "vocab_file" not in attrs:
        attrs = {"unigrams": list(map(float, range(1, 9))), "distortion": 0.5, "num_reserved_ids": 2, **attrs}
    return draw(op, TRUE, num_true=2, num_sampled=count, unique=unique, range_max=10, **attrs)


@pytest.mark.parametrize("op", CHANCES)
def test_candidates_come_as_often_as_is_expected(op: str) -> None:
    drawn, true, own = sample(op, 50_000, unique=False)
    np.testing.assert_allclose(np.bincount(drawn, minlength=10) / 50_000, CHANCES[op], atol=0.01)
    np.testing.assert_allclose(true, CHANCES[op][TRUE] * 50_000, rtol=1e-5)
    np.testing.assert_allclose(own, CHANCES[op][drawn] * 50_000, rtol=1e-5)


@pytest.mark.parametrize("op", CHANCES)
def test_different_candidates_tell_how_many_draws_they_took(op: str) -> None:
    drawn, true, own = sample(op, 6, unique=True)
    assert len(set(drawn.tolist())) == 6
    if np.allclose(own, 6 * CHANCES[op][drawn]):  # six draws
        np.testing.assert_allclose(true, 6 * CHANCES[op][TRUE], rtol=1e-5)
        return
    tries = np.log1p(-own[0]) / np.log1p(-CHANCES[op][drawn[0]])  # 1 - (1 - p)^tries is expected
    assert round(tries) > 6 and abs(tries - round(tries)) < 0.01
    np.testing.assert_allclose(true, 1 - (1 - CHANCES[op][TRUE]) ** round(tries), rtol=1e-4, atol=1e-6)


def test_more_candidates_than_classes_are_refused() -> None:
    with pytest.raises(InvalidArgumentError, match="no 11 different ones of 10 classes"):
        sample("UniformCandidateSampler", 11, unique=True)


def test_frequencies_are_read_from_a_file(tmp_path: Path) -> None:
    file = tmp_path / "words.csv"
    file.write_text("\n".join(f"word,{number}" for number in range(1, 11)) + "\n")
    drawn, _, own = sample("FixedUnigramCandidateSampler", 1000, unique=False, vocab_file=str(file))
    np.testing.assert_allclose(own, (drawn + 1) / 55 * 1000, rtol=1e-5)
    with pytest.raises(NotFoundError, match="no vocab_file"):
        sample("FixedUnigramCandidateSampler", 3, unique=False, vocab_file=str(tmp_path / "none"))


def test_a_shard_draws_of_its_own_classes() -> None:
    drawn, _, _ = sample("FixedUnigramCandidateSampler", 1000, unique=False, num_shards=3, shard=1)
    assert set(drawn.tolist()) == {4, 7}  # 1 is reserved


def test_frequencies_must_be_as_many_as_classes() -> None:
    with pytest.raises(InvalidArgumentError, match="range_max is 10, but there are 4"):
        sample("FixedUnigramCandidateSampler", 3, unique=False, unigrams=[1.0, 2.0])
    with pytest.raises(InvalidArgumentError, match="either vocab_file or unigrams"):
        sample("FixedUnigramCandidateSampler", 3, unique=False, unigrams=[])
