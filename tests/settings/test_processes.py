"""Which processes of TF_CONFIG come together, and by which addresses."""

from __future__ import annotations

import json
import sys
from typing import Any

import pytest

from estimator.core.errors import UsageError
from estimator.distribution import collective, jax_processes
from estimator.distribution.collective import ALONE, current, used
from estimator.distribution.launch import WISH
from estimator.settings.processes import join_cluster
from estimator.settings.run_config import RunConfig

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
