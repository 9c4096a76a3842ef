"""How a process knows that it was started with others."""

from __future__ import annotations

import os
import sys
import types
from typing import Any

import pytest

from estimator.core.errors import UsageError
from estimator.distribution import launch, mpi
from estimator.distribution.collective import Alone


class _Two(Alone):
    size = 2


@pytest.mark.parametrize(
    ("environment", "expected"),
    [
        ({}, None),
        ({"PMI_SIZE": "4", "PMI_RANK": "1"}, (4, "PMI_SIZE")),
        ({"OMPI_COMM_WORLD_SIZE": "8", "PMIX_RANK": "3"}, (8, "OMPI_COMM_WORLD_SIZE")),
        ({"MV2_COMM_WORLD_SIZE": "3"}, (3, "MV2_COMM_WORLD_SIZE")),
        ({"SLURM_STEP_NUM_TASKS": "16", "PMIX_RANK": "0"}, (16, "SLURM_STEP_NUM_TASKS")),
        ({"SLURM_STEP_NUM_TASKS": "16", "SLURM_PROCID": "0"}, None),  # nothing connects them
        ({"SLURM_NTASKS": "16", "SLURM_PROCID": "0"}, None),  # the script of a job, which itself starts them
        ({"PMI_SIZE": "1"}, None),
        ({"PMI_SIZE": "many"}, None),
    ],
)
def test_a_launcher_tells_by_the_environment(environment: dict[str, str], expected: Any) -> None:
    assert launch.launch_of(environment) == expected


def test_an_unknown_wish_is_refused_with_the_nearest() -> None:
    assert launch.wish_of({}) is None
    assert launch.wish_of({"ESTIMATOR_DISTRIBUTE": " None "}) == "none"
    with pytest.raises(UsageError, match=r"'mpy'.*none, mpi.* Did you mean 'mpi'"):
        launch.wish_of({"ESTIMATOR_DISTRIBUTE": "mpy"})


@pytest.fixture
def _started_by_mpiexec(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PMI_SIZE", "2")
    monkeypatch.setenv("ESTIMATOR_DISTRIBUTE", "")  # which is as none at all, and what a test leaves goes


@pytest.mark.usefixtures("_started_by_mpiexec")
def test_started_by_a_launcher_it_is_one_of_them(monkeypatch: pytest.MonkeyPatch) -> None:
    ranks = _Two()
    monkeypatch.setattr(mpi, "world", lambda: ranks)
    assert launch.started() is ranks
    assert launch.wish_of(os.environ) == "none", "what it starts is no part of the training"


@pytest.mark.usefixtures("_started_by_mpiexec")
def test_whoever_wishes_is_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ESTIMATOR_DISTRIBUTE", "none")
    assert launch.started() is None


@pytest.mark.usefixtures("_started_by_mpiexec")
def test_without_mpi4py_it_says_what_is_missing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "mpi4py", None)
    with pytest.raises(
        UsageError, match=r"started 2 \(PMI_SIZE\).*numpy-estimator\[mpi\].*ESTIMATOR_DISTRIBUTE=none"
    ):
        launch.started()


@pytest.mark.usefixtures("_started_by_mpiexec")
def test_an_mpi_that_is_not_the_launchers_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(mpi, "world", lambda: Alone())
    with pytest.raises(UsageError, match=r"started 2 \(PMI_SIZE\), but mpi4py finds 1"):
        launch.started()


@pytest.mark.parametrize(("is_begun", "is_over"), [(True, False), (False, False), (True, True)])
def test_a_script_may_have_begun_mpi_itself(
    is_begun: bool, is_over: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    ranks = _Two()
    for name in ("PMI_SIZE", "OMPI_COMM_WORLD_SIZE", "MV2_COMM_WORLD_SIZE"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("ESTIMATOR_DISTRIBUTE", "")
    module: Any = types.ModuleType("mpi4py.MPI")
    module.Is_initialized, module.Is_finalized = lambda: is_begun, lambda: is_over
    monkeypatch.setitem(sys.modules, "mpi4py.MPI", module)
    monkeypatch.setattr(mpi, "world", lambda: ranks)
    assert launch.started() is (ranks if is_begun and not is_over else None)
