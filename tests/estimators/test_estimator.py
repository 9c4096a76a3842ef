"""What an Estimator takes, hands on and gives back."""

from __future__ import annotations

import argparse
import functools
import logging
import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from estimator.core import errors
from estimator.estimators.estimator import Estimator
from estimator.functions import math
from estimator.functions.decay import exponential_decay
from estimator.graph import build as b
from estimator.graph.graph import get_default_graph
from estimator.graph.keys import GraphKeys
from estimator.models.spec import EstimatorSpec, ModeKeys
from estimator.optimizers.gradient_descent import GradientDescentOptimizer
from estimator.pipeline.dataset import Dataset
from estimator.settings.run_config import RunConfig
from estimator.variables.global_step import get_global_step
from estimator.variables.variable import Variable
from tests.tiny import batches, estimator
from tests.tiny import model_fn as tiny_model_fn
from tests.training.loops import Diary

CONFIG = RunConfig(tf_random_seed=1, progress=False)


def tiny_spec(features: Any, labels: Any, mode: str) -> EstimatorSpec:
    return tiny_model_fn(features, labels, mode, {})


# -- model_fn


class Model:
    """A model function in the forms that one can have."""

    def method(self, features: Any, labels: Any, mode: str) -> EstimatorSpec:
        return tiny_spec(features, labels, mode)

    def __call__(self, features: Any, labels: Any, mode: str, config: RunConfig) -> EstimatorSpec:
        assert config.tf_random_seed == 1
        return tiny_spec(features, labels, mode)

    @staticmethod
    def static(features: Any, labels: Any, mode: str, params: Any) -> EstimatorSpec:
        return tiny_model_fn(features, labels, mode, params)


def with_units(features: Any, labels: Any, mode: str, units: int) -> EstimatorSpec:
    return tiny_model_fn(features, labels, mode, {"units": units})


MODEL_FNS: dict[str, Callable[..., Any]] = {
    "a function": tiny_spec,
    "a lambda": lambda features, labels, mode: tiny_spec(features, labels, mode),
    "a method": Model().method,
    "a callable object": Model(),
    "a static method": Model.static,
    "a partial": functools.partial(with_units, units=4),
    "a partial of a partial": functools.partial(functools.partial(with_units), units=4),
}


@pytest.mark.parametrize("name", MODEL_FNS)
def test_a_model_function_may_be(name: str, tmp_path: Path) -> None:
    model = Estimator(MODEL_FNS[name], tmp_path, CONFIG, {} if name == "a static method" else None)
    model.train(batches(), steps=2)
    assert model.evaluate(batches(1))["global_step"] == 2
    assert next(iter(model.predict(batches(1))))["y"].shape == (1,)


def test_a_model_function_gets_only_what_it_names(tmp_path: Path) -> None:
    seen = []

    def model_fn(features: Any) -> EstimatorSpec:
        seen.append(features)
        weight = Variable(np.float32(1.0), name="w")
        return EstimatorSpec(ModeKeys.PREDICT, predictions=b.Mul(features["x"], weight))

    rows = list(Estimator(model_fn, tmp_path, CONFIG).predict(lambda: {"x": np.ones((2, 3), np.float32)}))
    assert [row.tolist() for row in rows] == [[1, 1, 1]] * 2
    assert list(seen[0]) == ["x"]


def test_params_and_config_reach_both_functions(tmp_path: Path) -> None:
    seen: dict[str, Any] = {}

    def model_fn(features: Any, labels: Any, mode: str, params: Any, config: RunConfig) -> EstimatorSpec:
        seen["model_fn"] = (mode, params["units"], config.save_summary_steps, config.model_dir)
        return tiny_model_fn(features, labels, mode, params)

    def input_fn(mode: str, params: Any, config: RunConfig) -> Any:
        seen["input_fn"] = (mode, params["units"], config.save_summary_steps, config.model_dir)
        return batches(1)()

    config = RunConfig(save_summary_steps=7, progress=False)
    model = Estimator(model_fn, tmp_path, config, {"units": 5})
    for mode, call in (
        ("train", lambda: model.train(input_fn, steps=1)),
        ("eval", lambda: model.evaluate(input_fn)),
        ("infer", lambda: list(model.predict(input_fn))),
    ):
        call()
        assert seen == dict.fromkeys(("model_fn", "input_fn"), (mode, 5, 7, str(tmp_path)))


def test_params_that_the_model_changes_are_its_own_copy(tmp_path: Path) -> None:
    def model_fn(features: Any, labels: Any, mode: str, params: Any) -> EstimatorSpec:
        params["units"] += 1
        return tiny_model_fn(features, labels, mode, params)

    model = Estimator(model_fn, tmp_path, CONFIG, {"units": 2})
    model.train(batches(), steps=1)
    assert model.evaluate(batches(1))["global_step"] == 1  # the same width, or it would not fit
    assert model.params == {"units": 2}


class Rates:
    """Hyper-parameters as a class of the user's."""

    def __init__(self, units: int) -> None:
        self.units = units
        self.calls: list[str] = []


@pytest.mark.parametrize("params", [argparse.Namespace(units=3, calls=[]), Rates(3)])
def test_params_of_any_type_reach_both_functions_as_copies(params: Any, tmp_path: Path) -> None:
    seen: list[Any] = []

    def model_fn(features: Any, labels: Any, mode: str, params: Any) -> EstimatorSpec:
        seen.append(params)
        params.calls.append(mode)
        return tiny_model_fn(features, labels, mode, {"units": params.units})

    def input_fn(params: Any) -> Any:
        seen.append(params)
        return batches(1)()

    model = Estimator(model_fn, tmp_path, CONFIG, params).train(input_fn)
    model.evaluate(input_fn)
    params.units = 5
    assert [type(given) for given in seen] == [type(params)] * 4
    assert [given.units for given in seen] == [3] * 4
    assert [given.calls for given in seen] == [
        [],
        ["train"],
        [],
        ["eval"],
    ]  # nothing is left of an earlier call
    assert model.params.calls == []


def test_a_misspelt_method_is_an_attribute_error(tmp_path: Path) -> None:
    with pytest.raises(AttributeError, match=r"'Estimator' object has no attribute 'trian'$"):
        getattr(estimator(tmp_path), "trian")  # noqa: B009


def test_an_estimator_shows_what_it_is_of(tmp_path: Path) -> None:
    config = RunConfig(save_summary_steps=7)
    shown = repr(Estimator(tiny_model_fn, tmp_path, config, {"units": 3}))
    assert shown == (
        f"Estimator(model_fn=model_fn, model_dir={str(tmp_path)!r}, latest_step=None, params={{'units': 3}}, "
        "config=RunConfig(save_summary_steps=7))"
    )
    shown = repr(Estimator(tiny_spec, tmp_path))
    assert shown == f"Estimator(model_fn=tiny_spec, model_dir={str(tmp_path)!r}, latest_step=None)"
    long = repr(Estimator(tiny_model_fn, tmp_path, params=Rates(3)))
    assert "params=<" in long and len(long) < 300


def test_params_that_cannot_be_copied_are_refused_with_the_way_out(tmp_path: Path) -> None:
    message = r"params cannot be copied \(TypeError.*generator.*given: {'rows': <gen.*Pass plain values.*inside model_fn"
    with pytest.raises(TypeError, match=message):
        Estimator(tiny_model_fn, tmp_path, CONFIG, {"rows": (row for row in ())})


def test_params_without_being_given_are_a_warning(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    Estimator(tiny_model_fn, tmp_path, CONFIG)
    assert "includes params argument, but params are not passed" in caplog.text


def test_a_graph_is_new_for_every_call_and_the_functions_are_called_again(tmp_path: Path) -> None:
    graphs = []

    def model_fn(features: Any, labels: Any, mode: str) -> EstimatorSpec:
        graphs.append(features["x"].graph)
        return tiny_spec(features, labels, mode)

    model = Estimator(model_fn, tmp_path, CONFIG)
    model.train(batches(), steps=1).train(batches(), steps=1)
    model.evaluate(batches(1))
    assert len({id(graph) for graph in graphs}) == len(graphs) == 3


def test_the_public_model_fn_has_its_params_bound(tmp_path: Path) -> None:
    from estimator.graph.graph import Graph

    model = estimator(tmp_path, units=4)
    with Graph().as_default() as graph:
        features = {"x": graph.constant(np.ones((2, 2), np.float32))}
        spec = model.model_fn(features, None, ModeKeys.PREDICT, model.config)
    assert spec.predictions["y"].dims == (2, 1)


# -- the object


def test_properties_are_copies(tmp_path: Path) -> None:
    params = {"units": 3, "layers": [1, 2]}
    model = Estimator(tiny_model_fn, tmp_path, CONFIG, params)
    params["layers"].append(3)  # type: ignore[attr-defined]
    model.params["layers"].append(4)
    assert model.params == {"units": 3, "layers": [1, 2]}
    assert model.config is not model.config
    assert model.config.model_dir == model.model_dir == str(tmp_path)
    assert CONFIG.model_dir is None


def test_without_a_model_dir_there_is_a_temporary_one_and_a_warning(caplog: pytest.LogCaptureFixture) -> None:
    model = Estimator(tiny_spec, config=CONFIG)
    assert f"Using temporary folder as model directory: {model.model_dir}" in caplog.text
    assert Path(model.model_dir).is_dir()
    Path(model.model_dir).rmdir()


def test_the_model_dir_may_be_the_configs(tmp_path: Path) -> None:
    model = Estimator(tiny_spec, config=RunConfig(model_dir=str(tmp_path), progress=False))
    assert model.model_dir == str(tmp_path)


def test_a_relative_model_dir_stays_relative(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    model = estimator("models/tiny")
    model.train(batches(), steps=1)
    assert model.model_dir == "models/tiny"
    assert (tmp_path / "models" / "tiny" / "checkpoint").exists()


def test_a_subclass_may_add_members_and_replace_few(tmp_path: Path) -> None:
    class Named(Estimator):
        title = "mine"

        def describe(self) -> str:
            return self.title

        def latest_checkpoint(self) -> str | None:
            return None

    assert Named(tiny_spec, tmp_path, CONFIG).describe() == "mine"


@pytest.mark.parametrize("name", ["train", "evaluate", "predict", "config", "_trained"])
def test_a_subclass_may_not_replace(name: str, tmp_path: Path) -> None:
    kind = type("Mine", (Estimator,), {name: None})
    below = type("Below", (kind,), {})
    with pytest.raises(ValueError, match=rf"Mine does override \['{name}'\]"):
        below(tiny_spec, tmp_path)


def test_train_returns_the_estimator_so_that_calls_can_be_joined(tmp_path: Path) -> None:
    model = estimator(tmp_path)
    assert model.train(batches(), steps=1) is model


def test_variables_are_listed_and_read_from_the_latest_checkpoint(tmp_path: Path) -> None:
    model = estimator(tmp_path)
    model.train(batches(), steps=3)
    assert model.latest_checkpoint() == str(tmp_path / "model.ckpt-3")
    assert model.get_variable_names() == [
        "global_step",
        "hidden/bias",
        "hidden/bias/Adagrad",
        "hidden/kernel",
        "hidden/kernel/Adagrad",
        "out/bias",
        "out/bias/Adagrad",
        "out/kernel",
        "out/kernel/Adagrad",
    ]
    assert model.get_variable_value("global_step") == 3
    assert model.get_variable_value("hidden/kernel").shape == (2, 3)
    with pytest.raises(errors.NotFoundError, match="hidden/kernle.*hidden/kernel"):
        model.get_variable_value("hidden/kernle")


# -- how many steps


def test_steps_count_from_where_the_call_starts(tmp_path: Path) -> None:
    model = estimator(tmp_path)
    model.train(batches(), steps=10).train(batches(), steps=10)
    assert model.get_variable_value("global_step") == 20


def test_max_steps_count_from_the_very_first(tmp_path: Path) -> None:
    model = estimator(tmp_path)
    model.train(batches(), max_steps=10).train(batches(), max_steps=12)
    assert model.get_variable_value("global_step") == 12


@pytest.mark.parametrize("kind", [np.int64, np.uint8])
def test_steps_may_be_numbers_of_numpy(kind: Any, tmp_path: Path) -> None:
    """``len(array) // batch_size`` is one where either is; the checkpoint notes it, and goes on from it."""
    model = estimator(tmp_path)
    model.train(batches(), max_steps=kind(250)).train(
        batches(), steps=kind(10)
    )  # 260 is past what uint8 holds
    assert model.get_variable_value("global_step") == 260
    assert model.evaluate(batches(), steps=kind(1))["global_step"] == 260


def test_max_steps_that_are_reached_are_a_warning_with_both_numbers(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    estimator(tmp_path).train(batches(), max_steps=5).train(batches(), max_steps=3)
    (record,) = [each for each in caplog.records if "Skipping training" in each.message]
    assert record.levelno == logging.WARNING
    assert "max_steps=3" in record.message and "step 5" in record.message


def test_training_that_counts_no_steps_is_stopped_with_advice(tmp_path: Path) -> None:
    def model_fn(features: Any, labels: Any, mode: str) -> EstimatorSpec:
        weight = Variable(np.float32(1.0), name="w")
        loss = b.Mul(weight, weight)
        return EstimatorSpec(mode, loss=loss, train_op=GradientDescentOptimizer(0.1).minimize(loss))

    diary = Diary([])
    advice = (
        r"'GradientDescent' never moves the global step \(global_step:0\)"
        r".*minimize\(loss, global_step=tf.train.get_global_step\(\)\)"
    )
    with pytest.raises(ValueError, match=advice):
        Estimator(model_fn, tmp_path / "new", CONFIG).train(batches(2), steps=10, hooks=[diary])
    assert diary.entries == [] and os.listdir(tmp_path) == []


def test_reading_the_step_does_not_count_it(tmp_path: Path) -> None:
    def model_fn(features: Any, labels: Any, mode: str) -> EstimatorSpec:
        weight = Variable(np.float32(1.0), name="w")
        rate = exponential_decay(0.1, get_global_step(), 10, 0.5)
        return EstimatorSpec(
            mode, loss=b.Mul(weight, b.Sum(features["x"], [0, 1])), train_op=weight.assign_sub(rate)
        )

    with pytest.raises(ValueError, match="never moves the global step"):
        Estimator(model_fn, tmp_path / "new", CONFIG).train(batches(2), steps=10)


def test_the_loss_may_count_the_step(tmp_path: Path) -> None:
    def model_fn(features: Any, labels: Any, mode: str) -> EstimatorSpec:
        weight = Variable(np.float32(1.0), name="w")
        with get_default_graph().control_dependencies([get_global_step().assign_add(1)]):
            loss = b.Mul(weight, weight)
        return EstimatorSpec(mode, loss=loss, train_op=b.NoOp(name="nothing"))

    model = Estimator(model_fn, tmp_path, CONFIG)
    model.train(batches(5), steps=3)
    assert model.get_variable_value("global_step") == 3


def test_a_step_may_take_several_runs(tmp_path: Path) -> None:
    """Gradients that are accumulated over three batches: TensorFlow counts one step for them."""

    def model_fn(features: Any, labels: Any, mode: str) -> EstimatorSpec:
        weight, runs = Variable(np.float32(1.0), name="w"), Variable(0, name="runs", trainable=False)
        counted = runs.assign_add(1)
        is_due = math.cast(b.Equal(counted % 3, 0), "int64")
        return EstimatorSpec(mode, loss=b.Mul(weight, 1.0), train_op=get_global_step().assign_add(is_due))

    model = Estimator(model_fn, tmp_path, CONFIG)
    model.train(batches(), steps=4)
    assert [model.get_variable_value(name) for name in ("global_step", "runs")] == [4, 12]


def test_a_step_may_count_more_than_one(tmp_path: Path) -> None:
    def model_fn(features: Any, labels: Any, mode: str) -> EstimatorSpec:
        weight = Variable(np.float32(1.0), name="w")
        step = get_global_step()
        return EstimatorSpec(mode, loss=b.Mul(weight, 1.0), train_op=step.assign_add(4).op)

    model = Estimator(model_fn, tmp_path, CONFIG)
    model.train(batches(), steps=10)
    assert model.get_variable_value("global_step") == 12


# -- warnings that save a day


def test_updates_that_nothing_runs_are_a_warning(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    def model_fn(features: Any, labels: Any, mode: str, params: Any) -> EstimatorSpec:
        average = Variable(np.float32(0.0), trainable=False, name="moving_mean")
        update = average.assign_add(1.0)
        graph = update.graph
        graph.add_to_collection(GraphKeys.UPDATE_OPS, update.op)
        with graph.control_dependencies([update.op] if params["run"] else []):
            return tiny_spec(features, labels, mode)

    Estimator(model_fn, tmp_path / "a", CONFIG, {"run": True}).train(batches(), steps=1)
    assert "UPDATE_OPS" not in caplog.text
    Estimator(model_fn, tmp_path / "b", CONFIG, {"run": False}).train(batches(), steps=1)
    assert "train_op does not run 1 of the graph's UPDATE_OPS" in caplog.text
    assert "with tf.control_dependencies(tf.get_collection(tf.GraphKeys.UPDATE_OPS))" in caplog.text


# -- errors in the graph


def this_file() -> str:
    return Path(__file__).name


def test_a_product_of_wrong_shapes_names_op_shapes_and_line(tmp_path: Path) -> None:
    def model_fn(features: Any, labels: Any, mode: str) -> EstimatorSpec:
        return b.MatMul(features["x"], np.ones((3, 1), np.float32), name="scores")  # 2 columns, 3 rows

    with pytest.raises(ValueError) as caught:
        Estimator(model_fn, tmp_path, CONFIG).train(batches(), steps=1)
    message = str(caught.value)
    for part in ("MatMul", "scores", "2", "3", this_file()):
        assert part in message, message


def test_an_op_without_gradient_on_the_way_to_the_loss_is_named(tmp_path: Path) -> None:
    def model_fn(features: Any, labels: Any, mode: str) -> EstimatorSpec:
        weight = Variable(np.ones((2, 3), np.float32), name="w")
        best = b.Cast(b.ArgMax(b.MatMul(features["x"], weight), 1, name="best"), DstT="float32")
        loss = b.Mean(best, [0])
        train_op = GradientDescentOptimizer(0.1).minimize(loss, global_step=get_global_step())
        return EstimatorSpec(mode, loss=loss, train_op=train_op)

    with pytest.raises((errors.GradientError, ValueError)) as caught:
        Estimator(model_fn, tmp_path, CONFIG).train(batches(), steps=1)
    message = str(caught.value)
    for part in ("ArgMax", "best", this_file()):
        assert part in message, message


def test_a_width_that_is_wrong_when_it_runs_names_op_shapes_and_line(tmp_path: Path) -> None:
    def rows() -> Iterator[Any]:
        yield {"x": np.ones((4, 5), np.float32)}, np.ones((4, 1), np.float32)

    def input_fn() -> Dataset:
        return Dataset.from_generator(rows, ({"x": np.float32}, np.float32), ({"x": [None, None]}, [None, 1]))

    def model_fn(features: Any, labels: Any, mode: str) -> EstimatorSpec:
        weight = Variable(np.ones((2, 1), np.float32), name="w")
        loss = b.Mean(b.MatMul(features["x"], weight, name="scores"), [0, 1])
        train_op = GradientDescentOptimizer(0.1).minimize(loss, global_step=get_global_step())
        return EstimatorSpec(mode, loss=loss, train_op=train_op)

    with pytest.raises(errors.InvalidArgumentError) as caught:
        Estimator(model_fn, tmp_path / "m", CONFIG).train(input_fn, steps=1)
    message = str(caught.value)
    for part in ("MatMul", "scores", "(4, 5)", "(2, 1)", this_file()):
        assert part in message, message
    assert not (tmp_path / "m").exists()
