"""Whether this process trains with those that TF_CONFIG names, when no launcher has connected them.

Jobs of Kubernetes, for example, start every process by itself and tell each of them who the others are. jax.distributed
connects them then, if jax is installed; a launcher of MPI goes before it.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from estimator.core.errors import UsageError
from estimator.distribution import jax_processes
from estimator.distribution.collective import begin_with, current
from estimator.distribution.launch import WISH, wish_of
from estimator.settings.cluster import CHIEF, MASTER, WORKER

if TYPE_CHECKING:
    from estimator.settings.run_config import RunConfig

BOTH_WAYS = (
    "start all of them by mpiexec, or install jax (pip install 'numpy-estimator[jax]'), by which they find one another "
    f"without a launcher. If each is meant to train alone, set {WISH}=none"
)
"""How processes of TF_CONFIG are connected, as a message ends."""

_LONGEST_WAIT_SECS = 7200.0  # for the others, where RunConfig does not say


def join_cluster(config: RunConfig) -> None:
    """Become one of the processes that TF_CONFIG names, when all are there, if nothing has connected them.

    Raises
    ------
    UsageError
        If the environment asks for it and TF_CONFIG names no others; if an address is wrong; if they do not all come.
    ModuleNotFoundError
        If the environment asks for it and jax is not installed.
    """
    wish = wish_of(os.environ)
    if wish in ("none", "mpi") or current().size > 1:
        return
    if not names_others(config):
        if wish == "jax":
            raise UsageError(
                f"the environment variable {WISH}",
                [
                    "it is 'jax', but TF_CONFIG names no other chief or worker with which this process could train."
                ],
            )
        return
    if wish is None and not jax_processes.is_installed():
        return
    rank = config.global_id_in_cluster
    assert rank is not None  # the chief and workers have one
    patience = config.session_creation_timeout_secs or _LONGEST_WAIT_SECS
    begin_with(jax_processes.join(_addresses(config), rank, patience))


def names_others(config: RunConfig) -> bool:
    """Whether TF_CONFIG makes this process one of several that train, and there are no parameter servers."""
    is_one = config.task_type in (CHIEF, MASTER, WORKER)
    return is_one and config.num_worker_replicas > 1 and not config.num_ps_replicas


def _addresses(config: RunConfig) -> list[str]:
    """Those of all processes by rank: the chief's, then the workers'."""
    jobs = [job for job in (MASTER, CHIEF, WORKER) if job in config.cluster_spec.jobs]
    found = [address for job in jobs for address in config.cluster_spec.job_tasks(job)]
    if None in found:
        raise UsageError(
            "TF_CONFIG",
            [f"tasks are left out in {config.cluster_spec.as_dict()}: processes that train are all there."],
        )
    return [address for address in found if address is not None]
