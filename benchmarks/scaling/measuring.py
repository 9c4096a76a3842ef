"""The measurements, in processes of their own: what one process computes, what a sum costs, what two ranks take."""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from benchmarks import machine
from benchmarks.environments import ROOT, variables
from benchmarks.scaling.models import MODELS

SECONDS_OF_RANKS = 3.0
LONGEST = 300  # seconds that a process may take
RANKS = (2, 4)


def mpiexec(ranks: int) -> list[str]:
    """What starts so many ranks, with the mpiexec beside this Python."""
    return [str(Path(sys.executable).with_name("mpiexec")), "-n", str(ranks)]


def started(module: str, *arguments: str, by: Sequence[str] = ()) -> subprocess.Popen[str]:
    """A process, or several by mpiexec, with one thread of the BLAS in each."""
    command = [*by, sys.executable, "-m", f"benchmarks.scaling.{module}", *arguments]
    environment = variables("estimator") | {"OPENBLAS_NUM_THREADS": "1"}
    return subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=ROOT, env=environment)


def answers(process: subprocess.Popen[str]) -> list[dict[str, Any]]:
    """The JSON objects that it printed, or that its ranks did, perhaps on one line.

    Raises
    ------
    SystemExit
        If it failed, or did not end.
    """
    try:
        said, _ = process.communicate(timeout=LONGEST)
    except subprocess.TimeoutExpired:
        process.kill()
        process.communicate()
        raise SystemExit(f"{process.args} did not end in {LONGEST} s.") from None
    if process.returncode:
        raise SystemExit(f"{process.args} ended with {process.returncode}.")
    found, place = [], said.find("{")
    while place >= 0:
        answer, end = json.JSONDecoder().raw_decode(said, place)
        found.append(answer)
        place = said.find("{", end)
    return found


def together(name: str, step: float) -> dict[str, dict[str, float]]:
    """Steps of two processes side by side that know nothing of one another, and of two ranks: the slowest counts."""
    steps = str(max(30, min(20_000, int(SECONDS_OF_RANKS / step))))
    with tempfile.TemporaryDirectory(prefix="scaling") as folder:
        pair = [started("compute", name, steps, f"{folder}/{place}") for place in range(2)]
        apart = [answer for process in pair for answer in answers(process)]
        ranks = answers(started("compute", name, steps, f"{folder}/ranks", by=mpiexec(2)))
    return {
        what: {key: max(answer[key] for answer in found) for key in found[0]}
        for what, found in (("apart", apart), ("ranks", ranks))
    }


def measured() -> dict[str, Any]:
    """Everything that is measured here."""
    watch = machine.Watch()
    print("the machine ...", flush=True)
    found: dict[str, Any] = answers(started("compute", "machine"))[0]
    found["allreduce"] = {
        str(ranks): answers(started("allreduce", *(["1e7"] if ranks > 2 else []), by=mpiexec(ranks)))[0]
        for ranks in RANKS
    }
    found["models"] = {}
    for name, model in MODELS.items():
        print(f"{model.title} ...", flush=True)
        costs = found["models"][name] = answers(started("compute", name))[0]
        costs["together"] = together(name, costs["seconds"][str(model.batch)])
    others = watch.others()
    about = f"{time.strftime('%Y-%m-%d %H:%M')}, {machine.revision()}"
    found["about"] = {"when": about, "machine": machine.processor(), "others": others}
    return found
