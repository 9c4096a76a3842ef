"""TensorFlow's neural network functions: shapes of any rank, dropout, and what the errors say."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from estimator.core.dtypes import float32, int32
from estimator.functions import arrays, nn, normalization, random
from estimator.graph.gradients import gradients
from estimator.graph.graph import Graph
from estimator.runtime.session import Session


def run(fetches: Any, feeds: Any = None) -> Any:
    with Session() as session:
        return session.run(fetches, feeds)


def _log_softmax(x: Any) -> Any:
    return x - np.log(np.exp(x).sum(-1, keepdims=True))


@pytest.mark.parametrize(
    ("rate", "kept", "mean"),
    [
        (0.2, 0.80076, 1.00095),
        (0.5, 0.500485, 1.00097),
    ],  # TensorFlow 2.15 of ones(200000); kept: 1.25 and 2.0
)
def test_dropout_keeps_and_scales_as_tensorflow_does(rate: float, kept: float, mean: float) -> None:
    got = run(nn.dropout(np.ones(200_000, np.float32), rate=rate, seed=1))
    np.testing.assert_allclose([np.mean(got != 0), got.mean()], [kept, mean], atol=0.01)
    assert set(np.unique(got)) == {0, np.float32(1 / (1 - rate))}


def test_dropout_takes_the_old_keep_prob_and_a_tensor() -> None:
    rate = arrays.placeholder(float32, [])
    ones = np.ones(10_000, np.float32)
    old, new = run([nn.dropout(ones, 0.75, seed=1), nn.dropout(ones, rate=rate, seed=2)], {rate: 0.25})
    for got in (old, new):
        np.testing.assert_allclose(np.mean(got != 0), 0.75, atol=0.03)
        np.testing.assert_allclose(got.max(), 1 / 0.75, rtol=1e-6)


def test_a_keep_prob_beyond_its_bounds_is_told_as_it_was_given() -> None:
    with pytest.raises(
        ValueError, match=r"keep_prob, the share that is kept, must be in \(0, 1\], given: 2\.0"
    ):
        nn.dropout(np.ones(2, np.float32), keep_prob=2.0)


def test_dropout_of_nothing_is_the_input() -> None:
    x = arrays.placeholder(float32, [None, 2])
    assert nn.dropout(x, rate=0) is x


def test_noise_of_size_one_drops_whole_rows() -> None:
    x = arrays.placeholder(float32, [None, 5])
    got = run(nn.dropout(x, rate=0.5, noise_shape=[None, 1], seed=3), {x: np.ones((50, 5))})
    assert np.all(got == got[:, :1])
    assert 0 < np.mean(got != 0) < 1


def test_dropout_flows_back_only_where_it_kept() -> None:
    x = arrays.placeholder(float32, [100])
    y = nn.dropout(x, rate=0.5, seed=4)
    value, dx = run([y, gradients(y, [x])[0]], {x: np.ones(100)})
    np.testing.assert_array_equal(dx, value)


def test_dropout_wants_one_rate_between_zero_and_one() -> None:
    with pytest.raises(ValueError, match="either rate="):
        nn.dropout(np.ones(2, np.float32))
    with pytest.raises(ValueError, match=r"in \[0, 1\), given: 1"):
        nn.dropout(np.ones(2, np.float32), rate=1)


def test_cross_entropies_keep_the_outer_axes(rng: np.random.Generator) -> None:
    x, labels = rng.standard_normal((2, 3, 4)).astype(np.float32), rng.integers(0, 4, (2, 3))
    logits = arrays.placeholder(float32, [None, 3, 4])
    one_hot = np.eye(4, dtype=np.float32)[labels]
    sparse = nn.sparse_softmax_cross_entropy_with_logits(labels=labels, logits=logits)
    dense = nn.softmax_cross_entropy_with_logits_v2(one_hot, logits)
    assert dense.dims == (2, 3)  # the labels know the batch size
    wanted = -(one_hot * _log_softmax(x)).sum(-1)
    for got in run([sparse, dense], {logits: x}):
        np.testing.assert_allclose(got, wanted, rtol=1e-5)


def test_a_cross_entropy_goes_along_another_axis(rng: np.random.Generator) -> None:
    x = rng.standard_normal((4, 3)).astype(np.float32)
    one_hot = np.eye(4, dtype=np.float32)[:, [1, 0, 3]]
    got = run(nn.softmax_cross_entropy_with_logits_v2(one_hot, x, axis=0))
    np.testing.assert_allclose(got, -(one_hot.T * _log_softmax(x.T)).sum(-1), rtol=1e-5)


def test_only_the_second_form_differentiates_labels() -> None:
    x, z = arrays.placeholder(float32, [2, 3]), arrays.placeholder(float32, [2, 3])
    first = nn.softmax_cross_entropy_with_logits(labels=z, logits=x)
    assert gradients(first, [z]) == [None]
    assert gradients(nn.softmax_cross_entropy_with_logits_v2(z, x), [z])[0] is not None


def test_the_sigmoid_loss_has_its_gradient_at_zero() -> None:
    x = arrays.placeholder(float32, [2])
    loss = nn.sigmoid_cross_entropy_with_logits(labels=np.float32([0, 1]), logits=x)
    # sigmoid(0) - label
    np.testing.assert_allclose(run(gradients(loss, [x])[0], {x: [0, 0]}), [0.5, -0.5])


def test_log_poisson_loss_adds_stirlings_term(rng: np.random.Generator) -> None:
    z, c = np.float32([0, 1, 5, 20]), rng.standard_normal(4).astype(np.float32)
    stirling = np.array([0, 0, *(k * np.log(k) - k + 0.5 * np.log(2 * np.pi * k) for k in (5, 20))])
    short, full = run([nn.log_poisson_loss(z, c), nn.log_poisson_loss(z, c, compute_full_loss=True)])
    np.testing.assert_allclose(short, np.exp(c) - c * z, rtol=1e-5)
    np.testing.assert_allclose(full, np.exp(c) - c * z + stirling, rtol=1e-5)


def test_labels_and_logits_must_be_named() -> None:
    with pytest.raises(ValueError, match="labels=..., logits=..."):
        nn.sigmoid_cross_entropy_with_logits(np.ones(2))


def test_labels_with_a_column_are_refused_with_advice() -> None:
    labels = arrays.placeholder(int32, [None, 1])
    with pytest.raises(ValueError, match=r"use tf.squeeze\(labels, 1\)"):
        nn.sparse_softmax_cross_entropy_with_logits(
            labels=labels, logits=arrays.placeholder(float32, [None, 3])
        )
    with pytest.raises(TypeError, match="class ids"):
        nn.sparse_softmax_cross_entropy_with_logits(labels=[0.5], logits=np.zeros((1, 3), np.float32))


@pytest.mark.parametrize("axis", [0, 1, 2, -1, -2, -3])
def test_a_cross_entropy_goes_along_an_axis_of_what_has_a_rank_in_the_run_alone(
    axis: int, rng: np.random.Generator
) -> None:
    x, labels = (rng.random((2, 3, 4)).astype(np.float32) for _ in range(2))
    given = [arrays.placeholder(float32) for _ in range(2)]
    losses = nn.softmax_cross_entropy_with_logits_v2(logits=given[0], labels=given[1], axis=axis)
    known = nn.softmax_cross_entropy_with_logits_v2(logits=x, labels=labels, axis=axis)
    found, wanted = run([losses, known], dict(zip(given, (x, labels), strict=True)))
    np.testing.assert_array_equal(found, wanted)


def test_bias_add_refuses_an_unknown_layout() -> None:
    with pytest.raises(ValueError, match="given: 'CHWN'"):
        nn.bias_add(np.ones((2, 2), np.float32), np.ones(2, np.float32), data_format="CHWN")


def test_softmax_knows_its_axis_under_the_old_name(rng: np.random.Generator) -> None:
    x = rng.standard_normal((3, 4)).astype(np.float32)
    got = run(nn.softmax(x, dim=0))
    np.testing.assert_allclose(got, np.exp(x) / np.exp(x).sum(0), rtol=1e-5)


@pytest.mark.parametrize("dtype", [int, np.int32, np.int64, bool, np.float64, np.float32])
@pytest.mark.parametrize("as_tensors", [False, True])
def test_softmax_cross_entropy_takes_labels_of_any_numbers(dtype: Any, as_tensors: bool) -> None:
    labels, logits = np.array([[1, 0, 0], [0, 0, 1]], dtype), [[1.0, 2.0, 3.0], [0.0, 1.0, 0.0]]
    given = arrays.constant(labels) if as_tensors else labels
    for function in (nn.softmax_cross_entropy_with_logits, nn.softmax_cross_entropy_with_logits_v2):
        losses = function(labels=given, logits=logits)
        assert losses.dtype is float32
        np.testing.assert_allclose(run(losses), [2.4076059, 1.5514446], rtol=1e-6)  # TensorFlow 2.15.1


def test_softmax_cross_entropy_refuses_logits_of_integers() -> None:
    with pytest.raises(TypeError, match="logits must be floating point"):
        nn.softmax_cross_entropy_with_logits(labels=[[1, 0]], logits=[[1, 2]])


def test_swish_takes_a_slope() -> None:
    np.testing.assert_allclose(
        run(nn.swish([1.0, -2.0], beta=0.5)), [0.62245935, -0.53788286], rtol=1e-6
    )  # x σ(x/2)


def test_zero_fraction_counts_zeros() -> None:
    assert run(nn.zero_fraction(np.float32([[0, 1], [0, 0]]))) == 0.75


def test_moments_keep_their_axes_on_request(rng: np.random.Generator) -> None:
    x = rng.standard_normal((5, 3)).astype(np.float32)
    kept, mean = run([normalization.moments(x, [0], keepdims=True), normalization.moments(x, [0])])
    assert [each.shape for each in kept] == [(1, 3)] * 2
    np.testing.assert_allclose(mean, [x.mean(0), x.var(0)], rtol=1e-4, atol=1e-6)


def test_a_seeded_graph_draws_the_same_in_each_program() -> None:
    def program() -> Any:
        random.set_random_seed(11)
        draws = [random.random_normal([3]), random.random_uniform([3], -1, 1), random.truncated_normal([3])]
        return np.concatenate(run(draws))

    with Graph().as_default():
        first = program()
    with Graph().as_default():
        second = program()
    np.testing.assert_array_equal(first, second)


def test_scaled_draws_have_their_mean_and_deviation() -> None:
    normal, uniform, integers = run([
        random.random_normal([50_000], mean=3.0, stddev=2.0, seed=1),
        random.random_uniform([50_000], -1.0, 3.0, seed=2),
        random.random_uniform([50_000], maxval=10, dtype=int32, seed=3),
    ])  # fmt: skip
    np.testing.assert_allclose([normal.mean(), normal.std()], [3, 2], atol=0.05)
    np.testing.assert_allclose([uniform.min(), uniform.max(), uniform.mean()], [-1, 3, 1], atol=0.03)
    np.testing.assert_allclose(integers.mean(), 4.5, atol=0.1)
    with pytest.raises(ValueError, match="needs maxval"):
        random.random_uniform([2], dtype=int32)
