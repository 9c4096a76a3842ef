"""Whether this process was started together with others, and by what they are connected.

A launcher tells each process by variables of its environment how many it has started. They train together then, unless
the variable ESTIMATOR_DISTRIBUTE says ``none``: each is alone, as those of a search for parameters are.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping
from typing import TYPE_CHECKING

from estimator.core.errors import UsageError
from estimator.core.named_tuple import NamedTuple
from estimator.core.registry import did_you_mean

if TYPE_CHECKING:
    from estimator.distribution.mpi import Ranks

WISH = "ESTIMATOR_DISTRIBUTE"
WISHES = ("none", "mpi", "jax")
# How many processes a launcher has started: MPICH's, Intel's and MVAPICH's; Open MPI's; those of Slurm, where it
# connects them, which PMI_RANK or PMIX_RANK tells.
_SIZES = ("PMI_SIZE", "MV2_COMM_WORLD_SIZE", "OMPI_COMM_WORLD_SIZE")
_SLURM = "SLURM_STEP_NUM_TASKS"
_CONNECTED = ("PMI_RANK", "PMIX_RANK")


class Launch(NamedTuple):
    """What a launcher has told: how many processes there are, and by which variable."""

    size: int
    told_by: str


def launch_of(environment: Mapping[str, str]) -> Launch | None:
    """What the environment tells of a launcher; None if nothing, or of one process."""
    names = [*_SIZES, *([_SLURM] if any(name in environment for name in _CONNECTED) else [])]
    for name in names:
        told = environment.get(name, "")
        if told.isdecimal():
            return Launch(int(told), name) if int(told) > 1 else None
    return None


def wish_of(environment: Mapping[str, str]) -> str | None:
    """How the environment says that processes train together: one of WISHES, or None if it does not say.

    Raises
    ------
    UsageError
        If it says something else.
    """
    wish = environment.get(WISH, "").strip().lower()
    if wish and wish not in WISHES:
        known = ", ".join(WISHES)
        raise UsageError(
            f"the environment variable {WISH}",
            [f"it is {wish!r}, and can be one of: {known}.{did_you_mean(wish, WISHES)}"],
        )
    return wish or None


def started() -> Ranks | None:
    """The processes that this one was started with; None if a launcher has told nothing of others.

    It asks MPI once in a process: the programs that it starts are told to be alone.

    Raises
    ------
    UsageError
        If they cannot find one another: mpi4py is not there, or was made for another MPI than the launcher's.
    """
    wish = wish_of(os.environ)
    if wish in ("none", "jax"):
        return None
    launch = launch_of(os.environ)
    if launch is None and wish is None and not _is_mpi_begun():
        return None
    from estimator.distribution import mpi  # which few need

    try:
        found = mpi.world()
    except ModuleNotFoundError as error:
        if launch is None:
            raise
        raise _apart(launch, f"which are to train together. {error}") from error
    if launch is not None and found.size != launch.size:
        raise _apart(
            launch,
            f"but mpi4py finds {found.size}: it was made for another MPI than the launcher's. Start them by the "
            "mpiexec of that MPI, or build mpi4py for this one.",
        )
    if found.size == 1:
        return None
    os.environ[WISH] = (
        "none"  # programs that this one starts inherit the launcher's variables, but not its place
    )
    return found


def _apart(launch: Launch, what: str) -> UsageError:
    return UsageError(
        "processes that train together",
        [
            f"a launcher has started {launch.size} ({launch.told_by}), {what} If each of them is to train alone, in a "
            f"model_dir of its own, set {WISH}=none."
        ],
    )


def _is_mpi_begun() -> bool:
    """Whether the script has begun MPI itself, by ``from mpi4py import MPI``: then it can be asked."""
    module = sys.modules.get("mpi4py.MPI")
    return module is not None and bool(module.Is_initialized()) and not module.Is_finalized()
