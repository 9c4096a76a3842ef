"""Tests of losses over true classes and candidates; numbers of given candidates stand in tests/test_values.py."""

from __future__ import annotations

from typing import Any

import numpy as np

from estimator.functions import arrays, candidates
from estimator.graph.gradients import gradients
from estimator.network.sampled_losses import nce_loss, sampled_softmax_loss
from estimator.runtime.session import Session
from estimator.variables.get_variable import get_variable
from estimator.variables.variable import global_variables_initializer

RNG = np.random.default_rng(0)
WEIGHTS, BIASES = RNG.normal(size=(5, 3)).astype(np.float32), RNG.normal(size=5).astype(np.float32)
X, LABELS = RNG.normal(size=(4, 3)).astype(np.float32), np.array([[0], [3], [1], [4]])


def run(fetches: Any, feeds: Any = None) -> Any:
    with Session() as session:
        session.run(global_variables_initializer())
        return session.run(fetches, feeds)


def test_with_all_classes_as_candidates_it_is_the_whole_cross_entropy() -> None:
    everything = candidates.all_candidate_sampler(LABELS, num_true=1, num_sampled=5, unique=True)
    loss = sampled_softmax_loss(WEIGHTS, BIASES, LABELS, X, 5, 5, sampled_values=everything)
    logits = X @ WEIGHTS.T + BIASES
    wanted = np.log(np.exp(logits).sum(1)) - np.take_along_axis(logits, LABELS, 1)[:, 0]
    np.testing.assert_allclose(run(loss), wanted, rtol=1e-5)


def test_noise_contrastive_estimation_adds_a_logistic_loss_of_each_candidate() -> None:
    drawn = np.array([2, 4]), np.full((4, 1), 0.5, np.float32), np.array([0.3, 0.6], np.float32)
    loss = nce_loss(WEIGHTS, BIASES, LABELS, X, 2, 5, sampled_values=drawn)
    logits = X @ WEIGHTS.T + BIASES
    true = np.take_along_axis(logits, LABELS, 1)[:, 0] - np.log(0.5)
    noise = logits[:, [2, 4]] - np.log([0.3, 0.6])
    wanted = np.log1p(np.exp(-true)) + np.log1p(np.exp(noise)).sum(1)
    np.testing.assert_allclose(run(loss), wanted, rtol=1e-5)


def test_only_the_rows_that_are_looked_at_have_a_gradient() -> None:
    weights, biases = get_variable("weights", initializer=WEIGHTS), get_variable("biases", initializer=BIASES)
    x, labels = arrays.placeholder("float32", [None, 3]), arrays.placeholder("int64", [None, 1])
    loss = sampled_softmax_loss(weights, biases, labels, x, 2, 5, seed=1)
    (slope,) = gradients(loss, weights)
    indices, values = run([slope.indices, slope.values], {x: X, labels: LABELS})
    assert indices.shape == (6,) and values.shape == (6, 3)
    assert indices[:4].tolist() == LABELS[:, 0].tolist()


def test_partitions_are_looked_up_as_they_are_dealt() -> None:
    parts = [WEIGHTS[::2], WEIGHTS[1::2]]
    biases = [BIASES[::2], BIASES[1::2]]
    drawn = np.array([2, 4]), np.full((4, 1), 0.5, np.float32), np.array([0.3, 0.6], np.float32)
    whole, dealt = (
        sampled_softmax_loss(weights, offsets, LABELS, X, 2, 5, sampled_values=drawn)
        for weights, offsets in ((WEIGHTS, BIASES), (parts, biases))
    )
    found = run([whole, dealt])
    np.testing.assert_allclose(found[0], found[1], rtol=1e-6)
