from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import estimator as est
from estimator import tf

pytestmark = pytest.mark.jax


@pytest.fixture
def calls(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """How many runs each call has made at once; 0 for one that was given up."""
    from estimator.runtime.executors.jax.several import Several

    found: list[int] = []
    usual = Several.__call__

    def noted(self: Any, givens: Any) -> Any:
        made = usual(self, givens)
        found.append(0 if made is None else len(givens))
        return made

    monkeypatch.setattr(Several, "__call__", noted)
    return found


def model_fn(features: Any, labels: Any, mode: Any) -> Any:
    net = tf.layers.dropout(tf.layers.dense(features, 8, tf.nn.relu), 0.2, training=True, seed=3)
    logits = tf.layers.dense(net, 1)
    check = tf.Assert(tf.logical_not(tf.reduce_any(features > 1000.0)), ["a feature is too large:", features])
    with tf.control_dependencies([check]):
        loss = tf.losses.mean_squared_error(labels, logits)
    train_op = tf.train.AdamOptimizer(0.01).minimize(loss, tf.train.get_global_step())
    return est.EstimatorSpec(mode, logits, loss, train_op)


def batches(changed: dict[int, float], count: int) -> Any:
    """So many batches, some of which have one number that is changed."""

    def generate() -> Iterator[Any]:
        rng = np.random.default_rng(2)
        for number in range(count):
            x = rng.standard_normal((4, 3)).astype(np.float32)
            x[0, 0] = changed.get(number, x[0, 0])
            yield x, x[:, :1] * 2.0

    return lambda: tf.data.Dataset.from_generator(
        generate, (tf.float32, tf.float32), (tf.TensorShape([4, 3]), tf.TensorShape([4, 1]))
    )


class Latest(tf.train.SessionRunHook):  # type: ignore[misc, name-defined]
    """Keeps the variables as they are when the training fails or ends."""

    def after_create_session(self, session: Any, coord: Any) -> None:
        self.session = session

    def failed(self, error: Any) -> None:
        self.values = {each.name: each.value.tobytes() for each in self.session.store if each.initialized}

    def end(self, session: Any) -> None:
        self.failed(None)


def trained(folder: Path, at_once: int, changed: dict[int, float], count: int = 60) -> tuple[Any, Any]:
    """The variables in the end, and the error."""
    config = est.RunConfig(
        folder, tf_random_seed=5, executor="jax", steps_per_execution=at_once, save_checkpoints_steps=25,
        log_step_count_steps=20, save_summary_steps=None, progress=False,
    )  # fmt: skip
    latest = Latest()
    try:
        est.Estimator(model_fn, config=config).train(batches(changed, count), hooks=[latest])
    except (est.NanLossDuringTrainingError, tf.errors.InvalidArgumentError) as error:
        return latest.values, error
    return latest.values, None


def test_several_steps_in_one_call_are_those_of_single_ones_bit_for_bit(
    tmp_path: Path, calls: list[int]
) -> None:
    alone = trained(tmp_path / "alone", 1, {})
    assert calls == []
    together = trained(tmp_path / "together", 4, {})
    assert together == alone
    assert set(calls) == {4} and len(calls) > 8
    names = [
        sorted(path.name for path in (tmp_path / each).glob("*.index")) for each in ("alone", "together")
    ]
    assert names[0] == names[1] and len(names[0]) > 2  # saved at the same steps


def test_the_end_of_the_input_comes_between(tmp_path: Path, calls: list[int]) -> None:
    assert trained(tmp_path / "together", 4, {}, 11) == trained(tmp_path / "alone", 1, {}, 11)
    assert 4 in calls


@pytest.mark.parametrize("at", [9, 10, 12])
def test_a_loss_that_is_no_number_stops_at_its_step(at: int, tmp_path: Path, calls: list[int]) -> None:
    (values, error), (wanted, same) = (
        trained(tmp_path / str(count), count, {at: np.nan}) for count in (4, 1)
    )
    assert type(error) is type(same) is est.NanLossDuringTrainingError
    assert values == wanted
    assert 4 in calls


def test_a_check_that_fails_in_between_fails_at_its_step(tmp_path: Path, calls: list[int]) -> None:
    (values, error), (wanted, same) = (trained(tmp_path / str(n), n, {10: 5000.0}) for n in (4, 1))
    assert str(error) == str(same) and "a feature is too large:" in str(error)
    assert values == wanted
    assert 0 in calls
