"""Conditional random fields against every sequence of tags there is, one by one."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import pytest

from estimator import tf
from estimator.graph.graph import Graph
from estimator.network import crf
from estimator.testing.gradient import compute_gradient_error

RNG = np.random.default_rng(11)
SCORES = RNG.standard_normal((4, 4, 3)).astype(np.float32)
TRANSITIONS = RNG.standard_normal((3, 3)).astype(np.float32)
TAGS = RNG.integers(0, 3, (4, 4))
LENGTHS = np.array([4, 2, 1, 3], np.int32)


def score_of(row: int, tags: tuple[int, ...]) -> float:
    own = sum(SCORES[row, step, tag] for step, tag in enumerate(tags))
    return float(own + sum(TRANSITIONS[pair] for pair in itertools.pairwise(tags)))


def sequences(row: int) -> Iterator[tuple[int, ...]]:
    return itertools.product(range(3), repeat=int(LENGTHS[row]))


def log_norm_of(row: int, allowed: Callable[[tuple[int, ...]], bool] = lambda tags: True) -> float:
    return float(np.log(sum(np.exp(score_of(row, tags)) for tags in sequences(row) if allowed(tags))))


@pytest.fixture(params=["known", "unknown"])
def inputs(request: pytest.FixtureRequest) -> tuple[Any, dict[Any, Any]]:
    """Scores, tags and lengths as tensors whose sizes are known or not, and what to feed."""
    sizes = (4, 4) if request.param == "known" else (None, None)
    scores, tags = tf.placeholder(tf.float32, [*sizes, 3]), tf.placeholder(tf.int64, sizes)
    lengths = tf.placeholder(tf.int32, sizes[:1])
    return (scores, tags, lengths), {scores: SCORES, tags: TAGS, lengths: LENGTHS}


def test_the_likelihood_is_the_share_of_all_sequences(run: Callable[..., Any], inputs: Any) -> None:
    tensors, feeds = inputs
    likelihood, transitions = crf.crf_log_likelihood(*tensors, TRANSITIONS)
    assert transitions is TRANSITIONS
    expected = [
        score_of(row, tuple(TAGS[row, :length])) - log_norm_of(row) for row, length in enumerate(LENGTHS)
    ]
    np.testing.assert_allclose(run(likelihood, feeds), expected, rtol=1e-5)


def test_the_decoded_sequence_is_the_best_of_all(run: Callable[..., Any], inputs: Any) -> None:
    (scores, _, lengths), feeds = inputs
    tags, best = run(crf.crf_decode(scores, TRANSITIONS, lengths), feeds)
    assert tags.dtype == np.int32
    for row, length in enumerate(LENGTHS):
        likeliest = max(sequences(row), key=lambda tags: score_of(row, tags))
        assert tuple(tags[row]) == (*likeliest, *[0] * (4 - length))
        np.testing.assert_allclose(best[row], score_of(row, likeliest), rtol=1e-5)


def test_viterbi_decodes_arrays_alike() -> None:
    for row, length in enumerate(LENGTHS):
        tags, best = crf.viterbi_decode(SCORES[row, :length], TRANSITIONS)
        likeliest = max(sequences(row), key=lambda tags: score_of(row, tags))
        assert (tuple(tags), best) == (likeliest, pytest.approx(score_of(row, likeliest)))


def test_several_allowed_tags_add_up(run: Callable[..., Any], inputs: Any) -> None:
    (scores, _, lengths), feeds = inputs
    allowed = np.array(TAGS[..., None] != np.arange(3))
    found = run(crf.crf_multitag_sequence_score(scores, allowed, lengths, TRANSITIONS), feeds)

    def expected(row: int) -> float:
        return log_norm_of(row, lambda tags: all(allowed[row, step, tag] for step, tag in enumerate(tags)))

    np.testing.assert_allclose(found, [expected(row) for row in range(4)], rtol=1e-5)


def test_sequences_of_one_step_have_no_transition(run: Callable[..., Any]) -> None:
    first, one = SCORES[:, :1], np.ones(4, np.int64)
    likelihood, _ = crf.crf_log_likelihood(first, TAGS[:, :1], one, TRANSITIONS)
    tags, best = crf.crf_decode(first, TRANSITIONS, one)
    chosen = np.take_along_axis(first[:, 0], TAGS[:, :1], 1)[:, 0]
    np.testing.assert_allclose(
        run(likelihood), chosen - np.log(np.exp(first[:, 0]).sum(1)), rtol=1e-5, atol=1e-6
    )
    np.testing.assert_array_equal(run(tags), first.argmax(2))
    np.testing.assert_array_equal(run(best), first[:, 0].max(1))


def test_a_sequence_without_steps_counts_for_nothing(run: Callable[..., Any]) -> None:
    none = np.zeros(4, np.int32)
    likelihood, _ = crf.crf_log_likelihood(SCORES, TAGS, none, TRANSITIONS)
    np.testing.assert_array_equal(run(likelihood), np.zeros(4))


def test_gradients_flow_to_scores_and_transitions(run: Callable[..., Any]) -> None:
    scores, transitions = tf.constant(SCORES), tf.constant(TRANSITIONS)
    likelihood, _ = crf.crf_log_likelihood(scores, TAGS, LENGTHS, transitions)
    with tf.Session():
        for x, shape in ((scores, [4, 4, 3]), (transitions, [3, 3])):
            assert compute_gradient_error(x, shape, likelihood, [4]) < 1e-2


def test_without_transitions_there_is_a_variable(graph: Graph, run: Callable[..., Any]) -> None:
    likelihood, transitions = crf.crf_log_likelihood(SCORES, TAGS, LENGTHS)
    assert transitions.op.name == "transitions"
    assert transitions.shape == (3, 3)
    decoded, _ = crf.crf_decode(SCORES, transitions, LENGTHS)
    assert decoded.shape.as_list() == [4, 4]
    assert tf.gradients(likelihood, transitions) != [None]


def test_wrong_shapes_are_named_all_at_once() -> None:
    with pytest.raises(ValueError, match=r"inputs must have 3 dimensions(.|\n)*tag_indices must have 2"):
        crf.crf_log_likelihood(SCORES[0], TAGS[0], LENGTHS)
    with pytest.raises(ValueError, match=r"number of tags.*\(\?, \?, \?\).*pass transition_params"):
        crf.crf_log_likelihood(tf.placeholder(tf.float32, [None] * 3), TAGS, LENGTHS)
    with pytest.raises(ValueError, match="potentials must have 3 dimensions"):
        crf.crf_decode(SCORES[0], TRANSITIONS, LENGTHS)
    with pytest.raises(ValueError, match=r"given: \(4, 4, 3\) and \(3, 3\)"):
        crf.viterbi_decode(SCORES, TRANSITIONS)
