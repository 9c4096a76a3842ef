"""The Estimator of tf.contrib.learn: a least-squares model, whose numbers are worked out by hand."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from estimator import tf
from estimator.core.errors import UnimplementedError
from estimator.tf.contrib import learn, metrics

X = np.arange(6, dtype=np.float64).reshape(6, 1)
Y = 2.0 * X[:, 0] + 1.0


def model_fn(features: Any, labels: Any, mode: str, params: Any = None) -> Any:
    """Guesses ``w`` for all, which begins at 0; an example's loss is half its squared error."""
    w = tf.get_variable("w", [], initializer=tf.zeros_initializer())
    guess = w + 0.0 * features[:, 0]
    if mode == learn.ModeKeys.INFER:
        return learn.ModelFnOps(mode, {"guess": guess, "twice": 2.0 * guess})
    loss = tf.reduce_mean(tf.square(guess - labels)) / 2.0
    rate = 0.5 if params is None else params["rate"]
    train_op = tf.train.GradientDescentOptimizer(rate).minimize(loss, tf.train.get_global_step())
    return learn.ModelFnOps(mode, {"guess": guess, "twice": 2.0 * guess}, loss, train_op)


@pytest.fixture
def fitted(tmp_path: Path) -> Any:
    """Two steps on all examples, whose mean label is 6: w is 3, then 4.5."""
    return learn.Estimator(model_fn, tmp_path / "m", learn.RunConfig(progress=False)).fit(X, Y, steps=2)


def test_fit_takes_arrays_in_batches(fitted: Any) -> None:
    assert fitted.get_variable_value("w") == pytest.approx(4.5)
    assert fitted.get_variable_names() == ["global_step", "w"]
    assert fitted.partial_fit(X, Y).get_variable_value("w") == pytest.approx(5.25)
    assert fitted.fit(X, Y, batch_size=2, max_steps=5).get_variable_value("global_step") == 5


def test_evaluate_gives_loss_step_and_more_metrics(fitted: Any) -> None:
    squares = float(np.square(4.5 - Y).mean())
    assert fitted.evaluate(X, Y) == {"loss": pytest.approx(squares / 2), "global_step": 2}
    error = learn.MetricSpec(metrics.streaming_mean_squared_error, prediction_key="twice")
    found = fitted.evaluate(
        x=X, y=Y, batch_size=2, steps=2, name="two", metrics={"error": error, ("mean", "guess"): first_mean}
    )
    assert found["error"] == pytest.approx(float(np.square(9.0 - Y[:4]).mean()))
    assert found["mean"] == pytest.approx(4.5)
    assert Path(fitted.core.eval_dir("two")).is_dir()


def first_mean(predictions: Any, labels: Any) -> Any:
    return tf.metrics.mean(predictions)


def test_predictions_come_one_by_one_or_together(fitted: Any) -> None:
    assert [one["guess"] for one in fitted.predict(X[:2])] == [4.5, 4.5]
    assert next(fitted.predict(X, outputs=["twice"])) == {"twice": 9.0}
    together = fitted.predict(X, batch_size=4, as_iterable=False)
    np.testing.assert_array_equal(together["guess"], np.full(6, 4.5, np.float32))
    batches = list(fitted.predict(X, batch_size=4, iterate_batches=True))
    assert [len(batch["guess"]) for batch in batches] == [4, 2]


def test_input_functions_are_taken_instead_of_arrays(fitted: Any) -> None:
    def input_fn() -> Any:
        return tf.constant(X, tf.float32), tf.constant(Y, tf.float32)

    fitted.fit(input_fn=input_fn, steps=1)
    assert fitted.evaluate(input_fn=input_fn, steps=1)["global_step"] == 3


def test_params_and_features_can_be_made(tmp_path: Path) -> None:
    config = learn.RunConfig(model_dir=str(tmp_path), progress=False)
    estimator = learn.Estimator(
        model_fn,
        config=config,
        params={"rate": 1.0},
        feature_engineering_fn=lambda features, labels: (features["x"], labels + 1.0),
    )
    estimator.fit({"x": X}, Y, steps=1)
    assert estimator.get_variable_value("w") == pytest.approx(7.0)
    assert (estimator.params, estimator.model_dir) == ({"rate": 1.0}, str(tmp_path))
    assert estimator.config.model_dir == str(tmp_path)


def test_a_model_function_may_give_a_tuple(tmp_path: Path) -> None:
    def old_model_fn(features: Any, labels: Any, config: Any, model_dir: str) -> Any:
        assert model_dir == config.model_dir
        ops = model_fn(features, labels, learn.ModeKeys.TRAIN)
        return ops.predictions, ops.loss, ops.train_op

    estimator = learn.Estimator(old_model_fn, tmp_path).fit(X, Y, steps=1)
    assert estimator.get_variable_value("w") == pytest.approx(3.0)
    with pytest.raises(ValueError, match="Unrecognized value returned by model_fn, please return ModelFnOps"):
        learn.Estimator(lambda features, labels: features, tmp_path / "other").fit(X, Y, steps=1)


def test_scikit_learns_methods_take_arrays(tmp_path: Path) -> None:
    model = learn.SKCompat(learn.Estimator(model_fn, tmp_path))
    assert model.fit(X, Y, batch_size=6, steps=1) is model
    np.testing.assert_allclose(model.predict(X)["guess"], np.full(6, 3.0), rtol=1e-6)
    spec = learn.MetricSpec(metrics.streaming_mean_absolute_error, "guess")
    found = model.score(X, Y, metrics={"error": spec})
    assert found["error"] == pytest.approx(float(np.abs(3.0 - Y).mean()))


def test_an_experiment_takes_it_with_more_metrics(tmp_path: Path) -> None:
    def experiment_fn(output_dir: str) -> Any:
        data = {"x": X.astype(np.float32)}, Y.astype(np.float32)
        estimator = learn.Estimator(
            model_fn, output_dir, feature_engineering_fn=lambda features, labels: (features["x"], labels)
        )
        return learn.Experiment(
            estimator,
            tf.estimator.inputs.numpy_input_fn(*data, batch_size=6, num_epochs=None, shuffle=False),
            tf.estimator.inputs.numpy_input_fn(*data, shuffle=False),
            eval_metrics={"mean": learn.MetricSpec(first_mean, prediction_key="guess")},
            train_steps=2,
        )

    found, _ = learn.learn_runner.run(experiment_fn, output_dir=str(tmp_path / "m"))
    assert (found["mean"], found["global_step"]) == (pytest.approx(4.5), 2)
    experiment = experiment_fn(str(tmp_path / "m"))
    assert list(experiment.eval_metrics) == ["mean"]
    assert experiment.train() is experiment.estimator


@pytest.mark.parametrize(
    ("call", "kind", "message"),
    [
        (lambda e: e.evaluate(X, Y), learn.NotFittedError, "Couldn't find trained model at.*Call fit first"),
        (lambda e: e.predict(X), learn.NotFittedError, "Couldn't find trained model"),
        (lambda e: e.fit(), ValueError, "either x or input_fn must be given"),
        (lambda e: e.fit(X, Y, lambda: X), ValueError, "and not both"),
        (
            lambda e: e.fit(y=Y, input_fn=lambda: X, batch_size=2),
            ValueError,
            "y and batch_size cannot be given",
        ),
        (lambda e: e.fit(X, Y, steps=1, max_steps=1), ValueError, "both steps and max_steps"),
        (lambda e: e.evaluate(X, Y, metrics=[1]), ValueError, r"should be None or dict\. Got \[1\]"),
        (lambda e: e.evaluate(feed_fn=dict), UnimplementedError, "give the data by input_fn"),
    ],
)
def test_wrong_calls_say_what_to_do(tmp_path: Path, call: Any, kind: type[Exception], message: str) -> None:
    with pytest.raises(kind, match=message):
        call(learn.Estimator(model_fn, tmp_path / "m"))


def test_params_that_nobody_takes_are_refused(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match=r"model_fn has no argument params.*\{'rate': 1\}"):
        learn.Estimator(lambda features, labels: None, tmp_path, params={"rate": 1})
