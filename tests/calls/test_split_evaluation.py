"""An evaluation that several processes share gives in all of them what one process gives."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import estimator as est
from estimator import tf
from estimator.calls.evaluator import SpecEvaluator
from estimator.core import log
from estimator.distribution.collective import Alone, Array, used
from tests.distribution.ranks import in_ranks
from tests.distribution.threads import in_threads

GENERATOR = np.random.default_rng(3)
X = GENERATOR.normal(size=(53, 2)).astype(np.float32)
Y = (X.sum(axis=1) + 0.3 * GENERATOR.normal(size=53) > 0).astype(np.int64)


def input_fn() -> Any:
    return tf.data.Dataset.from_tensor_slices(({"x": X}, Y)).batch(5)


def metrics(labels: Any, scores: Any, inputs: Any) -> dict[str, Any]:
    guess = tf.cast(scores > 0.5, tf.int64)
    return {
        "accuracy": tf.metrics.accuracy(labels, guess),
        "auc": tf.metrics.auc(labels, scores),
        "recall": tf.metrics.recall_at_thresholds(labels, scores, [0.3, 0.6]),
        "per_class": tf.metrics.mean_per_class_accuracy(labels, guess, 2),
        "iou": tf.metrics.mean_iou(labels, guess, 2),
        "rmse": tf.metrics.root_mean_squared_error(tf.cast(labels, tf.float32), scores),
        "positives": tf.metrics.true_positives(labels, guess),
        "mean": tf.metrics.mean(inputs, weights=inputs * inputs),
    }


def maximum(labels: Any, scores: Any, inputs: Any) -> dict[str, Any]:
    """A metric that is no sum."""
    greatest = tf.Variable(-1.0, trainable=False, collections=[tf.GraphKeys.LOCAL_VARIABLES])
    update = tf.assign(greatest, tf.maximum(greatest, tf.reduce_max(inputs)))
    return {"maximum": (greatest.read_value(), update)}


def weighted_by_number(labels: Any, scores: Any, inputs: Any) -> dict[str, Any]:
    """A sum of what depends on how many batches there were before."""
    local = [tf.GraphKeys.LOCAL_VARIABLES]
    number = tf.Variable(0.0, trainable=False, collections=local)
    total = tf.Variable(0.0, trainable=False, collections=local)
    update = tf.assign_add(total, number * tf.reduce_sum(inputs))
    with tf.control_dependencies([update]):
        count = tf.assign_add(number, 1.0)
    return {"weighted": (total.read_value(), count)}


def in_python(labels: Any, scores: Any, inputs: Any) -> dict[str, Any]:
    return {"python": tf.metrics.mean(tf.py_func(np.sum, [inputs], tf.float32))}


def since_five(labels: Any, scores: Any, inputs: Any) -> dict[str, Any]:
    """A sum that does not begin with zero."""
    total = tf.Variable(5, trainable=False, collections=[tf.GraphKeys.LOCAL_VARIABLES])
    return {"five": (total.read_value(), tf.assign_add(total, tf.size(labels)))}


def model_fn(features: Any, labels: Any, mode: str, params: Any) -> Any:
    logits = tf.layers.dense(features["x"], 1, kernel_initializer=tf.constant_initializer([[1.0], [0.7]]))[
        :, 0
    ]
    loss = tf.losses.sigmoid_cross_entropy(labels, logits)
    return est.EstimatorSpec(
        mode,
        loss=loss,
        train_op=tf.train.GradientDescentOptimizer(0.1).minimize(loss, tf.train.get_global_step()),
        eval_metric_ops=params["metrics"](labels, tf.nn.sigmoid(logits), features["x"]),
    )


class Counted:
    """An input_fn whose examples are counted when a step takes them."""

    def __init__(self) -> None:
        self.taken: dict[int, list[int]] = {}

    def of(self, rank: int) -> Callable[[], Any]:
        self.taken[rank] = []

        def count(numbers: Any) -> Any:
            self.taken[rank] += numbers.tolist()
            return numbers

        def made() -> Any:
            def mapped(number: Any, pair: Any) -> Any:
                counted = tf.py_func(count, [number], tf.int64)
                counted.set_shape((None,))
                return pair[0], pair[1] + 0 * counted

            return input_fn().unbatch().enumerate().batch(5).map(mapped)

        return made


def evaluated(model_dir: Path, metrics: Any, size: int, steps: int | None = None, **config: Any) -> list[Any]:
    """What each of so many processes gets, and the examples that it took."""
    counted = Counted()

    def work(rank: int) -> Any:
        run_config = est.RunConfig(tf_random_seed=1, **config)
        model = est.Estimator(model_fn, model_dir, run_config, {"metrics": metrics})
        return model.evaluate(counted.of(rank), steps)

    found = in_threads(size, work) if size > 1 else [work(0)]
    return [(result, counted.taken[rank]) for rank, result in enumerate(found)]


@pytest.fixture(scope="module")
def trained(tmp_path_factory: pytest.TempPathFactory) -> Path:
    model_dir = tmp_path_factory.mktemp("trained")
    model = est.Estimator(model_fn, model_dir, est.RunConfig(tf_random_seed=1), {"metrics": metrics})
    model.train(input_fn, steps=3)
    return model_dir


def same(one: dict[str, Any], other: dict[str, Any]) -> bool:
    assert one.keys() == other.keys()
    return all(np.allclose(one[key], other[key], rtol=1e-6, atol=0) for key in one)


@pytest.mark.parametrize(("size", "steps"), [(2, None), (3, 7), (3, 2)])
def test_metrics_of_shared_batches_are_those_of_one_process(
    trained: Path, size: int, steps: int | None
) -> None:
    ((expected, everything),) = evaluated(trained, metrics, 1, steps)
    found = evaluated(trained, metrics, size, steps)
    assert all(same(result, expected) for result, _ in found)
    assert all(result["positives"] == expected["positives"] for result, _ in found)
    assert len({str(sorted(result.items())) for result, _ in found}) == 1  # to the last bit
    assert sorted(number for _, taken in found for number in taken) == sorted(everything)
    assert [taken[:5] for _, taken in found] == [everything[5 * rank : 5 * rank + 5] for rank in range(size)]


def test_a_sum_that_begins_with_five_has_it_once(trained: Path) -> None:
    assert [result["five"] for result, _ in evaluated(trained, since_five, 2)] == [58, 58]


@pytest.mark.parametrize(
    ("which", "reason"),
    [
        (maximum, "does more than add to a sum"),
        (weighted_by_number, "depends on the batches before"),
        (in_python, "does more than add to a sum"),
    ],
)
def test_what_is_no_sum_is_evaluated_by_all(
    trained: Path, which: Any, reason: str, caplog: pytest.LogCaptureFixture
) -> None:
    log.set_verbosity(log.INFO)

    def work(rank: int) -> Any:
        model = est.Estimator(model_fn, trained, est.RunConfig(tf_random_seed=1), {"metrics": which})
        return model.evaluate(input_fn)

    expected = work(0)
    assert all(same(result, expected) for result in in_threads(2, work))
    assert any(
        "every process evaluates all" in record.message and reason in record.message
        for record in caplog.records
    )


def test_it_is_not_split_where_the_config_says_so(trained: Path) -> None:
    found = evaluated(trained, metrics, 2, split_evaluation=False)
    assert [len(taken) for _, taken in found] == [53, 53]


def test_one_process_reports(trained: Path, tmp_path: Path) -> None:
    (tmp_path / "checkpoint").write_text((trained / "checkpoint").read_text())
    for path in trained.glob("model.ckpt-3.*"):
        (tmp_path / path.name).write_bytes(path.read_bytes())
    evaluated(tmp_path, metrics, 3)
    assert len(list((tmp_path / "eval").iterdir())) == 1


class Deaf(Alone):
    """A process whose others are busy: whatever it asks them for, it would wait for ever."""

    size = 2

    def all_sum(self, buffer: Array) -> None:
        raise AssertionError("the others are asked for a sum")

    def all_gather(self, rows: Array) -> Array:
        raise AssertionError("the others are asked for rows")


def test_an_evaluation_within_a_training_asks_nothing_of_the_processes_that_wait(trained: Path) -> None:
    model = est.Estimator(model_fn, trained, est.RunConfig(tf_random_seed=1), {"metrics": metrics})
    expected = model.evaluate(input_fn)
    evaluator = SpecEvaluator(model, est.EvalSpec(input_fn, steps=None), None)
    hook = est.experimental.InMemoryEvaluatorHook(model, input_fn, every_n_iter=1)
    with tf.Graph().as_default(), used(Deaf()):
        evaluator.evaluate(3, str(trained / "model.ckpt-3"))
        hook.begin()
    assert evaluator.metrics is not None and same(dict(evaluator.metrics), expected)
    with pytest.raises(AssertionError, match="the others are asked"), used(Deaf()):
        model.evaluate(input_fn)


def trained_and_evaluated(folder: str) -> Any:
    """In each process of MPI: the examples that the steps took of an epoch without a seed, and what evaluate gives."""
    taken: list[list[int]] = []

    def shuffled() -> Any:
        rows = tf.data.Dataset.from_tensor_slices(({"x": X, "number": np.arange(53)}, Y))
        return rows.shuffle(53).batch(5)

    class Noting(tf.train.SessionRunHook):  # type: ignore[misc]
        def __init__(self, numbers: Any) -> None:
            self._numbers = numbers

        def before_run(self, run_context: Any) -> Any:
            return tf.train.SessionRunArgs(self._numbers)

        def after_run(self, run_context: Any, run_values: Any) -> None:
            taken.append(run_values.results.tolist())

    def noting(features: Any, labels: Any, mode: str, params: Any) -> Any:
        spec = model_fn(features, labels, mode, params)
        return spec._replace(training_hooks=[Noting(features["number"])])

    model = est.Estimator(noting, folder, est.RunConfig(save_summary_steps=None), {"metrics": metrics})
    model.train(shuffled)
    result = model.evaluate(shuffled)
    return [taken, {key: float(np.mean(value)) for key, value in result.items()}]


@pytest.mark.mpi
def test_processes_of_mpi_share_an_epoch_and_an_evaluation(tmp_path: Path) -> None:
    found = in_ranks(3, trained_and_evaluated, str(tmp_path))
    assert len(list((tmp_path / "eval").iterdir())) == 1
    assert [list(map(len, taken)) for taken, _ in found] == [
        [5, 5, 5]
    ] * 3  # of eleven batches two are left over
    numbers = [number for taken, _ in found for batch in taken for number in batch]
    assert len(set(numbers)) == 45
    model = est.Estimator(model_fn, tmp_path, params={"metrics": metrics})
    expected = {key: float(np.mean(value)) for key, value in model.evaluate(input_fn).items()}
    expected["loss"] = found[0][1]["loss"]  # the mean of those of the batches, which are others
    assert [result for _, result in found] == [pytest.approx(expected, rel=1e-6)] * 3
