"""``--distribute`` and ``--ranks``: what connects the processes of a training, and who starts them."""

from __future__ import annotations

import argparse
import os
import shutil
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from estimator.cli.experiment import count
from estimator.cli.parser import CommandParser, Flag
from estimator.distribution.collective import ALONE, current, used
from estimator.distribution.launch import WISH, WISHES, launch_of


def add_distribute(parser: CommandParser) -> None:
    """Give a parser the flags."""
    group = parser.add_argument_group("several processes")
    group.add_argument(
        "--distribute", action=Flag, words=WISHES, metavar="HOW",
        help="mpi: those that mpiexec or srun has started; jax: those of TF_CONFIG; none: alone (default: as the "
        "environment says)",
    )  # fmt: skip
    group.add_argument(
        "--ranks", action=Flag, read=count, metavar="N",
        help="start so many here, by mpiexec, with --distribute mpi",
    )  # fmt: skip


def problems_of(given: argparse.Namespace, command: str) -> list[str]:
    """What is wrong with the flags, here and now."""
    how, ranks = given.distribute, None if given.ranks is None else int(given.ranks)
    launch = launch_of(os.environ)
    problems = []
    if ranks is not None and how != "mpi":
        problems.append("--ranks is how many processes mpiexec starts: --distribute mpi is missing.")
    if how == "mpi" and launch is None and ranks is None:
        problems.append(
            "--distribute mpi: no launcher has started this process. Start it by mpiexec -n 4 estimator "
            f"{command} ..., or let it start its own: --distribute mpi --ranks 4. Those of TF_CONFIG need no launcher: "
            "--distribute jax."
        )
    if launch is not None and ranks is not None and ranks != launch.size:
        problems.append(
            f"--ranks {ranks}: a launcher has started {launch.size} processes already ({launch.told_by}); leave "
            "--ranks out."
        )
    if how == "mpi" and launch is None and ranks is not None and _mpiexec() is None:
        problems.append(
            "--ranks: mpiexec is not found. Install an MPI, or pip install 'numpy-estimator[mpi]' mpich."
        )
    if how == "jax" and not _names_others():
        problems.append(
            "--distribute jax: TF_CONFIG names no other chief or worker with which this process could train."
        )
    return problems


def start_ranks(given: argparse.Namespace, command: str, arguments: Sequence[str]) -> None:
    """Let the environment say what the flag does; become mpiexec, if it is to start the processes."""
    if given.distribute is not None:
        os.environ[WISH] = given.distribute
    program = _mpiexec()
    if given.ranks is None or launch_of(os.environ) is not None or program is None:
        return
    own = [sys.executable, "-m", "mpi4py", "-m", "estimator", command, *_without(arguments)]
    for stream in (sys.stdout, sys.stderr):
        stream.flush()
    os.execv(program, [program, "-n", str(given.ranks), *own])


@contextmanager
def chief_alone() -> Iterator[bool]:
    """A block in which this process is alone, and those started with it wait for the chief; whether it is the chief."""
    processes = current()
    try:
        with used(ALONE):
            yield processes.rank == 0
    finally:
        processes.barrier()


def _mpiexec() -> str | None:
    """The launcher beside this Python, where pip puts it; else the one on the path."""
    beside = Path(sys.executable).with_name("mpiexec")
    return str(beside) if os.access(beside, os.X_OK) else shutil.which("mpiexec")


def _without(arguments: Sequence[str]) -> list[str]:
    """The arguments without --ranks, which has been obeyed then."""
    kept, skips = [], False
    for argument in arguments:
        if skips:
            skips = False
        elif argument == "--ranks":
            skips = True
        elif not argument.startswith("--ranks="):
            kept.append(argument)
    return kept


def _names_others() -> bool:
    from estimator.core.errors import UsageError
    from estimator.settings.cluster import parse

    try:
        cluster = parse(os.environ.get("TF_CONFIG"))
    except UsageError:
        return True  # which RunConfig says in full
    return cluster.num_worker_replicas > 1
