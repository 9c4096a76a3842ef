"""Tests of what all distributions have: classes of one's own, names, copies, conversions."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from estimator import tf

d = tf.distributions


def value(tensor: Any, feeds: Any = None) -> Any:
    with tf.Session() as session:
        return session.run(tensor, feeds)


class Triangle(d.Distribution):
    """Of the density ``(1 - |x| / width) / width``."""

    def __init__(self, width: Any, validate_args: bool = False, name: str = "Triangle") -> None:
        parameters = dict(locals())
        with tf.name_scope(name) as scope:
            self._width = tf.convert_to_tensor(width)
        super().__init__(
            dtype=self._width.dtype,
            reparameterization_type=d.FULLY_REPARAMETERIZED,
            validate_args=validate_args,
            allow_nan_stats=True,
            parameters=parameters,
            graph_parents=[self._width],
            name=scope,
        )

    def _batch_shape(self) -> Any:
        return self._width.shape

    def _batch_shape_tensor(self) -> Any:
        return tf.shape(self._width)

    def _event_shape(self) -> Any:
        return tf.TensorShape([])

    @staticmethod
    def _param_shapes(sample_shape: Any) -> dict[str, Any]:
        return {"width": tf.convert_to_tensor(sample_shape, dtype=tf.int32)}

    def _prob(self, value: Any) -> Any:
        return tf.maximum(1.0 - tf.abs(value) / self._width, 0.0) / self._width

    def _log_cdf(self, value: Any) -> Any:
        return tf.log(0.5 + 0.5 * value / self._width)

    def _stddev(self) -> Any:
        return self._width / 6**0.5

    def _sample_n(self, n: Any, seed: int | None = None) -> Any:
        size = tf.concat([[n], self.batch_shape_tensor()], 0)
        return self._width * (tf.random_uniform(size, seed=seed) - tf.random_uniform(size, seed=seed + 1))


def test_a_class_of_ones_own_has_what_follows_from_its_methods() -> None:
    made = Triangle([2.0, 4.0])
    assert value([made.prob(1.0), made.log_prob(1.0)]) == pytest.approx(
        np.array([[0.25, 0.1875], np.log([0.25, 0.1875])])
    )
    np.testing.assert_allclose(value(made.cdf(0.0)), [0.5, 0.5])
    np.testing.assert_allclose(value(made.survival_function(1.0)), [0.25, 0.375], rtol=1e-6)
    np.testing.assert_allclose(value(made.log_survival_function(1.0)), np.log([0.25, 0.375]), rtol=1e-6)
    np.testing.assert_allclose(value(made.variance()), [4 / 6, 16 / 6], rtol=1e-6)
    draws = made.sample([500, 2], seed=1)
    assert draws.shape.as_list() == [500, 2, 2]
    assert abs(value(draws).std((0, 1)) - np.array([2.0, 4.0]) / 6**0.5).max() < 0.1


@pytest.mark.parametrize("method", "quantile entropy mean mode covariance event_shape_tensor".split())
def test_a_method_that_is_not_defined_says_so(method: str) -> None:
    arguments = [0.5] if method == "quantile" else []
    made = type("Unshaped", (Triangle,), {"_event_shape": d.Distribution._event_shape})(2.0)
    with pytest.raises(NotImplementedError, match=f"{method} is not implemented: Unshaped"):
        getattr(made, method)(*arguments)


@pytest.mark.parametrize(
    "method",
    "log_prob prob log_cdf cdf survival_function log_survival_function sample variance stddev".split(),
)
def test_the_error_names_the_method_that_was_called_and_not_that_it_might_follow_from(method: str) -> None:
    bare = d.Distribution(tf.float32, d.NOT_REPARAMETERIZED, False, True, name="Bare")
    arguments = [] if method in ("sample", "variance", "stddev") else [0.5]
    with pytest.raises(NotImplementedError, match=f"^{method} is not implemented: Distribution"):
        getattr(bare, method)(*arguments)


def test_a_copy_has_the_arguments_but_for_those_that_are_given() -> None:
    made = d.Normal([1.0, 2.0], scale=3.0, validate_args=True)
    copied = made.copy(scale=5.0)
    assert type(copied) is d.Normal and copied.validate_args and copied.name == "Normal_1/"
    np.testing.assert_allclose(value([copied.loc, copied.stddev()]), [[1.0, 2.0], [5.0, 5.0]])
    assert copied.parameters == {
        "loc": [1.0, 2.0], "scale": 5.0, "validate_args": True, "allow_nan_stats": True, "name": "Normal",
    }  # fmt: skip
    assert (
        d.Exponential(2.0).parameters["rate"] == 2.0 and "concentration" not in d.Exponential(2.0).parameters
    )
    assert Triangle(2.0).copy(width=3.0).parameters["width"] == 3.0


def test_misspelt_arguments_are_answered_with_the_nearest() -> None:
    with pytest.raises(TypeError, match=r"Normal\(\) got .* 'scal'. Did you mean 'scale'"):
        d.Normal(0.0, scal=1.0)
    with pytest.raises(TypeError, match=r"'locs'. Did you mean 'loc'"):
        d.Normal(0.0, 1.0).copy(locs=1.0)
    with pytest.raises(TypeError, match=r"sample\(\) got .* 'sed'. Did you mean 'seed'"):
        d.Normal(0.0, 1.0).sample(sed=1)


def test_what_it_adds_lies_in_its_scope() -> None:
    with tf.name_scope("model"):
        first, second = d.Normal(0.0, 1.0), d.Normal(0.0, 1.0, name="other")
    assert (first.name, second.name) == ("model/Normal/", "model/other/")
    assert first.log_prob(1.0).name == "model/Normal/log_prob/sub:0"
    assert first.log_prob(1.0).name == "model/Normal/log_prob_1/sub:0"
    assert second.mean("centre").name == "model/other/centre/mul:0"


def test_it_says_what_it_is() -> None:
    made = d.Categorical(tf.placeholder(tf.float32, [None, 3]))
    assert (
        repr(made)
        == "<tf.distributions.Categorical 'Categorical/' batch_shape=(?,), event_shape=(), dtype=int32>"
    )
    assert str(made).startswith('tf.distributions.Categorical("Categorical/", batch_shape=(?,)')
    assert repr(d.NOT_REPARAMETERIZED) == "<Reparameterization Type: NOT_REPARAMETERIZED>"
    assert d.FULLY_REPARAMETERIZED != d.ReparameterizationType("FULLY_REPARAMETERIZED")


def test_what_is_no_tensor_is_no_graph_parent() -> None:
    with pytest.raises(ValueError, match=r"graph_parents\[1\] of a distribution must be a tensor, given: 3"):
        d.Distribution(None, d.NOT_REPARAMETERIZED, False, True, graph_parents=[tf.ones([]), 3])  # type: ignore[list-item]  # on purpose


def test_python_numbers_take_the_type_of_the_distribution_if_they_stay_what_they_are() -> None:
    assert d.Normal(np.float64(0.0), np.float64(1.0)).log_prob([1, 2]).dtype is tf.float64
    assert value(d.Normal(0.0, 1.0).log_prob(np.array([0]))) == pytest.approx(-0.9189385)
    # of integers 0.5 is none, so that this is between the logarithms of both
    half, zero, one = value([d.Bernoulli(2.0).log_prob(number) for number in (0.5, 0, 1)])
    assert half == pytest.approx((zero + one) / 2)
    with pytest.raises(TypeError, match="float64"):
        d.Normal(0.0, 1.0).log_prob(tf.ones([], tf.float64))


def test_param_shapes_are_those_of_the_parameters_of_a_sample() -> None:
    assert d.StudentT.param_static_shapes([2, 3]) == dict.fromkeys(
        ["df", "loc", "scale"], tf.TensorShape([2, 3])
    )
    assert d.Exponential.param_static_shapes(tf.TensorShape([4])) == {"rate": tf.TensorShape([4])}
    assert Triangle.param_static_shapes([]) == {"width": tf.TensorShape([])}
    size = tf.placeholder(tf.int32, [2])
    shapes = d.Beta.param_shapes(size)
    assert list(shapes) == ["concentration1", "concentration0"]
    np.testing.assert_array_equal(value(shapes["concentration0"], {size: [5, 6]}), [5, 6])
    for unknown in (tf.TensorShape([None]), tf.TensorShape(None), size):
        with pytest.raises(ValueError, match="sample_shape must be fully defined"):
            d.Normal.param_static_shapes(unknown)
    with pytest.raises(NotImplementedError, match="param_shapes is not implemented: Dirichlet"):
        d.Dirichlet.param_shapes([2])


def test_whether_it_is_of_scalars_may_be_known_in_the_run_alone() -> None:
    loc = tf.placeholder(tf.float32)
    made = d.Normal(loc, 1.0)
    assert value([made.is_scalar_batch(), made.is_scalar_event()], {loc: 0.0}) == [True, True]
    assert value([made.is_scalar_batch(), made.is_scalar_event()], {loc: [0.0]}) == [False, True]


def test_a_distribution_works_inside_and_across_the_bodies_of_loops_and_of_datasets() -> None:
    outside = d.Normal(tf.constant([1.0, 2.0]), 1.0)
    rows = tf.constant([[0.0, 0.0], [1.0, 2.0]])
    mapped = tf.map_fn(lambda row: outside.log_prob(row) - d.Normal(row, 1.0).log_prob(row), rows)
    np.testing.assert_allclose(value(mapped), [[-0.5, -2.0], [0.0, 0.0]])
    drawn = tf.data.Dataset.range(3).map(lambda i: d.Uniform(0.0, 1.0).sample(4, seed=3))
    batches = value(drawn.batch(3).make_one_shot_iterator().get_next())
    assert batches.shape == (3, 4) and len(np.unique(batches)) == 12


def test_a_distribution_is_of_variables_and_can_be_trained() -> None:
    loc, scale = tf.get_variable("loc", initializer=[0.0]), tf.get_variable("scale", initializer=[1.0])
    data = np.random.RandomState(0).normal(3.0, 0.5, 200).astype(np.float32)
    loss = -tf.reduce_mean(d.Normal(loc, tf.nn.softplus(scale)).log_prob(data))
    step = tf.train.AdamOptimizer(0.1).minimize(loss)
    with tf.Session() as session:
        session.run(tf.global_variables_initializer())
        for _ in range(200):
            session.run(step)
        found = session.run([loc[0], tf.nn.softplus(scale)[0]])
    assert found == pytest.approx([data.mean(), data.std()], abs=0.02)


@pytest.mark.parametrize("kind", [np.float32, np.float64])
def test_the_logarithm_of_a_normal_cdf_is_smooth_where_its_formulas_meet(kind: Any) -> None:
    lower, upper = (-10.0, 5.0) if kind is np.float32 else (-20.0, 8.0)
    made = d.Normal(kind(0.0), kind(1.0))
    x = tf.constant(
        np.array([lower, np.nextafter(kind(lower), kind(0)), upper, np.nextafter(kind(upper), kind(9))], kind)
    )
    y = made.log_cdf(x)
    numbers, (slopes,) = value([y, tf.gradients(y, [x])])
    assert numbers[0] == pytest.approx(numbers[1], rel=1e-6) and slopes[0] == pytest.approx(
        slopes[1], rel=1e-4
    )
    assert numbers[2] == pytest.approx(numbers[3], rel=0.1) and slopes[2] == pytest.approx(
        slopes[3], rel=1e-2
    )


def test_the_logarithm_of_a_normal_cdf_of_half_precision_is_refused() -> None:
    with pytest.raises(TypeError, match="float32 or float64, given: float16"):
        d.Normal(tf.ones([], tf.float16), tf.ones([], tf.float16)).log_cdf(tf.ones([], tf.float16))


@pytest.mark.parametrize("number", [3, -1])
def test_the_probability_of_what_is_no_class_fails_in_the_run(number: int) -> None:
    with pytest.raises(tf.errors.InvalidArgumentError):
        value(d.Categorical([0.5, 0.5]).log_prob(number))


def test_classes_are_numbers_and_there_is_an_axis_of_them() -> None:
    with pytest.raises(TypeError, match="classes are integers, or int32; given: bool"):
        d.Categorical([0.5, 0.5]).cdf(tf.constant(True))
    with pytest.raises(ValueError, match=r"logits needs a last axis, of classes; given: 0.5"):
        d.Categorical(0.5)
    with pytest.raises(ValueError, match=r"probs needs a last axis, of classes; given: 0.5"):
        d.Multinomial(3.0, probs=0.5)


def test_totals_of_a_batch_belong_to_its_rows() -> None:
    made = d.DirichletMultinomial([2.0, 6.0, 4.0], [[1.0, 3.0]] * 3)
    np.testing.assert_allclose(value(made.mean()), [[0.5, 1.5], [1.5, 4.5], [1.0, 3.0]])
    # n a/A (1 - a/A) (n + A) / (1 + A)
    np.testing.assert_allclose(
        value(made.variance())[:, 0], [2 * 0.1875 * 6 / 5, 6 * 0.1875 * 2, 4 * 0.1875 * 8 / 5], rtol=1e-5
    )
