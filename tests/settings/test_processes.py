"""Which processes of TF_CONFIG come together, and by which addresses."""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import estimator as est
from estimator import tf
from estimator.core.errors import UsageError
from estimator.distribution import collective, jax_processes
from estimator.distribution.collective import ALONE, current, used
from estimator.distribution.launch import WISH
from estimator.settings.processes import join_cluster
from estimator.settings.run_config import RunConfig
from tests.distribution.processes import WAIT_SECS, in_processes, results
from tests.distribution.ranks import in_ranks

CLUSTER = {"chief": ["a:1"], "worker": ["b:2", "c:3"]}


@pytest.fixture(autouse=True)
def _no_wish(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(WISH, raising=False)
    monkeypatch.setattr(collective, "_started", [ALONE])


@pytest.fixture
def joined(monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """With what processes were asked to join, where jax is installed."""
    asked: list[Any] = []

    class Joined:
        rank, size = 1, 3

    def join(*arguments: Any) -> Any:
        asked.append(arguments)
        return Joined()

    monkeypatch.setattr(jax_processes, "is_installed", lambda: True)
    monkeypatch.setattr(jax_processes, "join", join)
    return asked


def config(
    monkeypatch: pytest.MonkeyPatch, cluster: Any, task: str, index: int = 0, **settings: Any
) -> RunConfig:
    """The RunConfig of a task."""
    monkeypatch.setenv("TF_CONFIG", json.dumps({"cluster": cluster, "task": {"type": task, "index": index}}))
    return RunConfig(**settings)


@pytest.mark.parametrize(
    ("cluster", "task", "index", "rank"),
    [
        (CLUSTER, "chief", 0, 0),
        (CLUSTER, "worker", 0, 1),
        (CLUSTER, "worker", 1, 2),
        ({"master": ["a:1"], "worker": ["b:2", "c:3"]}, "worker", 1, 2),
    ],
)
def test_the_chief_is_the_first_and_workers_follow(
    cluster: Any, task: str, index: int, rank: int, joined: list[Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    join_cluster(config(monkeypatch, cluster, task, index, session_creation_timeout_secs=90))
    assert joined == [(["a:1", "b:2", "c:3"], rank, 90)]
    assert current().size == 3


@pytest.mark.parametrize(
    ("cluster", "task"),
    [
        ({"chief": ["a:1"]}, "chief"),
        (CLUSTER, "evaluator"),
        ({**CLUSTER, "ps": ["d:4"]}, "chief"),
    ],
    ids=["alone", "evaluator", "with parameter servers"],
)
def test_others_join_nobody(
    cluster: Any, task: str, joined: list[Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    join_cluster(config(monkeypatch, cluster, task))
    assert joined == [] and current() is ALONE


@pytest.mark.parametrize("wish", ["none", "mpi"])
def test_who_is_to_be_connected_otherwise_joins_nobody(
    wish: str, joined: list[Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(WISH, wish)
    join_cluster(config(monkeypatch, CLUSTER, "chief"))
    assert joined == []


def test_processes_that_a_launcher_has_connected_stay_as_they_are(
    joined: list[Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    class Started:
        rank, size = 0, 2

    found: Any = Started()
    told = config(monkeypatch, CLUSTER, "chief")
    with used(found):
        join_cluster(told)
        assert joined == [] and current() is found


def test_without_jax_they_stay_alone_unless_it_is_asked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(jax_processes, "is_installed", lambda: False)
    asked = config(monkeypatch, CLUSTER, "chief")
    join_cluster(asked)
    assert current() is ALONE
    jax_processes._jax.cache_clear()
    monkeypatch.setitem(sys.modules, "jax", None)
    monkeypatch.setenv(WISH, "jax")
    with pytest.raises(ModuleNotFoundError, match=r"numpy-estimator\[jax\]"):
        join_cluster(asked)


def test_asked_for_without_others_is_told(joined: list[Any], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(WISH, "jax")
    monkeypatch.delenv("TF_CONFIG", raising=False)
    with pytest.raises(UsageError, match="it is 'jax', but TF_CONFIG names no other chief or worker"):
        join_cluster(RunConfig())


def test_tasks_that_are_left_out_are_told(joined: list[Any], monkeypatch: pytest.MonkeyPatch) -> None:
    cluster = {"chief": ["a:1"], "worker": {"0": "b:2", "2": "c:3"}}
    with pytest.raises(UsageError, match="tasks are left out"):
        join_cluster(config(monkeypatch, cluster, "chief"))


class _Fault(est.SessionRunHook):
    """Ends this process, if it is the victim, in a step."""

    def __init__(self, model_dir: str, victim: int, how: str) -> None:
        self._path, self._victim, self._how, self._steps = model_dir, victim, how, 0

    def after_run(self, run_context: Any, run_values: Any) -> None:
        self._steps += 1
        if self._steps == 12 and current().rank == self._victim:
            Path(f"{self._path}.fault").touch()
            if self._how == "killed":
                os.kill(os.getpid(), 9)
            if self._how == "leaves":
                sys.exit(7)
            raise ValueError("wrong on purpose")


def trained(model_dir: str, steps: int, optimizer: str, victim: int = -1, how: str = "") -> Any:
    """The values of the variables after so many steps, as this process has them."""
    values: dict[str, Any] = {}

    class Look(est.SessionRunHook):
        def end(self, session: Any) -> None:
            for variable in tf.trainable_variables():
                values[variable.name] = np.asarray(session.run(variable), np.float64).ravel().tolist()

    def model_fn(features: Any, labels: Any, mode: str) -> Any:
        net = tf.layers.dense(features["x"], 8, tf.nn.relu)
        rows = tf.nn.embedding_lookup(tf.get_variable("table", [20, 3]), features["ids"])
        logits = tf.layers.dense(tf.concat([net, rows], 1), 1)
        loss = tf.losses.mean_squared_error(labels, logits)
        made = getattr(tf.train, optimizer)(0.05)
        return est.EstimatorSpec(mode, loss=loss, train_op=made.minimize(loss, tf.train.get_global_step()))

    def input_fn() -> Any:
        rng = np.random.default_rng(0)
        x = rng.normal(size=(96, 4)).astype(np.float32)
        features = {"x": x, "ids": rng.integers(0, 20, 96)}
        return tf.data.Dataset.from_tensor_slices((features, x.sum(1, keepdims=True))).repeat().batch(8)

    config = RunConfig(tf_random_seed=3, session_creation_timeout_secs=WAIT_SECS, save_checkpoints_steps=5)
    hooks = [Look(), *([_Fault(model_dir, victim, how)] if how else [])]
    est.Estimator(model_fn, model_dir, config).train(input_fn, hooks=hooks, max_steps=steps)
    return values


@pytest.mark.jax
def test_processes_of_tf_config_train_what_those_of_mpi_do(tmp_path: Path) -> None:
    optimizer = "AdamOptimizer"
    by_jax = results(2, trained, str(tmp_path / "jax"), 20, optimizer)
    by_mpi = in_ranks(2, trained, str(tmp_path / "mpi"), 20, optimizer)
    alone = trained(str(tmp_path / "alone"), 20, optimizer)
    assert by_jax[0] == by_jax[1] and by_mpi[0] == by_mpi[1]
    assert set(by_jax[0]) == set(alone)
    for name, values in by_jax[0].items():
        np.testing.assert_allclose(values, by_mpi[0][name], rtol=1e-5, atol=1e-7, err_msg=name)
    assert any(np.abs(np.subtract(by_jax[0][name], alone[name])).max() > 1e-3 for name in alone)


@pytest.mark.jax
@pytest.mark.parametrize(
    ("victim", "how", "code"), [(1, "killed", -9), (0, "killed", -9), (1, "raises", 1), (1, "leaves", 7)]
)
def test_a_training_that_one_has_left_ends_and_goes_on_when_all_are_back(
    victim: int, how: str, code: int, tmp_path: Path
) -> None:
    model_dir = tmp_path / "model"
    ended = in_processes(2, trained, str(model_dir), 20, "AdamOptimizer", victim, how)
    assert Path(f"{model_dir}.fault").exists()
    assert ended[victim].code in (code, -6), ended[victim].errors  # -6: jax saw first that the chief was gone
    assert ended[1 - victim].code not in (0, -9), ended[1 - victim].errors
    if how == "raises":
        assert "wrong on purpose" in ended[victim].errors
    latest = tf.train.latest_checkpoint(str(model_dir))
    assert latest is not None and int(latest.rpartition("-")[2]) in (11, 12)
    if how == "raises":
        return  # what comes then is the same
    again = results(2, trained, str(model_dir), 20, "AdamOptimizer")
    assert again[0] == again[1]
    assert tf.train.latest_checkpoint(str(model_dir)) == str(model_dir / "model.ckpt-20")


def trained_again(model_dir: str) -> None:
    trained(model_dir, 4, "AdamOptimizer")
    if current().rank == 0:
        trained(model_dir, 8, "AdamOptimizer")


@pytest.mark.jax
def test_who_has_ended_its_program_is_named_to_those_that_train_on(tmp_path: Path) -> None:
    first, second = in_processes(2, trained_again, str(tmp_path / "model"))
    assert first.code == 1 and second.code != 0
    assert "rank 0 begins a training, rank 1 has ended its program" in first.errors
