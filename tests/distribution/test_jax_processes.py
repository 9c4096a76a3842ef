"""Processes that only have addresses: what they exchange, and what becomes of the others when one is gone."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from typing import Any

import ml_dtypes
import numpy as np
import pytest

from estimator.distribution import jax_processes
from estimator.distribution.status import Status
from tests.distribution.processes import SECONDS, WAIT_SECS, free_address, in_processes, results
from tests.distribution.ranks import ROOT

TYPES = ("float32", "float64", "float16", "bfloat16", "int32", "int64", "uint8", "bool", "complex64")


def joined() -> Any:
    """All processes, as one of them sees them."""
    told = json.loads(os.environ["TF_CONFIG"])
    task, cluster = told["task"], told["cluster"]
    rank = 0 if task["type"] == "chief" else 1 + task["index"]
    return jax_processes.join([*cluster["chief"], *cluster["worker"]], rank, WAIT_SECS)


def _typed(numbers: Any, dtype: str) -> Any:
    return np.asarray(numbers).astype(ml_dtypes.bfloat16 if dtype == "bfloat16" else dtype)


def exchanged() -> dict[str, Any]:
    own = joined()
    found: dict[str, Any] = {}
    for dtype in TYPES:
        buffer = _typed([own.rank, 2, 0, own.rank + 1, 0], dtype)
        own.all_sum(buffer)
        rows = _typed(np.full((own.rank, 3), own.rank), dtype)
        gathered = own.all_gather(rows)
        assert gathered.dtype == rows.dtype
        told = _typed([[own.rank + 1, 7]], dtype)
        own.broadcast(told)
        found[dtype] = [value.astype(np.complex64).real.tolist() for value in (buffer, gathered, told)]
    number, wide = np.array(2.5), np.array([2**40 + own.rank, -1])
    own.all_sum(number)
    own.all_sum(wide)
    noise = np.random.default_rng(own.rank).normal(size=100_003).astype(np.float32)
    own.all_sum(noise)
    own.barrier()
    bits = noise.view(np.uint32).astype(np.uint64).sum()
    return {**found, "number": float(number), "wide": wide.tolist(), "bits": int(bits), "seed": own.status.draw_seed(),
            "none": list(own.all_gather(np.empty((0, 2), np.int64)).shape)}  # fmt: skip


@pytest.mark.jax
def test_all_processes_have_the_same_of_all() -> None:
    size = 3
    found = results(size, exchanged)
    ranks = list(range(size))
    assert len({each["bits"] for each in found}) == 1
    assert len({each["seed"] for each in found}) == 1 and found[0]["seed"] != Status().draw_seed()
    for each in found:
        assert each["number"] == 2.5 * size and each["none"] == [0, 2]
        assert each["wide"] == [size * 2**40 + sum(ranks), -size]
        for dtype in TYPES:
            as_typed = bool if dtype == "bool" else float
            sums = [sum(ranks), 2 * size, 0, sum(ranks) + size, 0]
            rows = [[as_typed(rank)] * 3 for rank in ranks for _ in range(rank)]
            assert each[dtype] == [list(map(as_typed, sums)), rows, [[1.0, as_typed(7)]]], dtype


def dying(victim: int, how: str) -> None:
    own = joined()
    for step in range(100):
        own.all_sum(np.ones(10, np.float32))
        if step == 20 and own.rank == victim:
            print("the fault", flush=True)
            if how == "killed":
                os.kill(os.getpid(), 9)
            raise ValueError("wrong on purpose")


@pytest.mark.jax
@pytest.mark.parametrize(("victim", "how", "code"), [(1, "killed", -9), (0, "killed", -9), (1, "raises", 1)])
def test_a_process_that_is_gone_ends_the_others(victim: int, how: str, code: int) -> None:
    ended = in_processes(2, dying, victim, how)
    assert ended[victim][0] == code and "the fault" in ended[victim][1]
    other_code, _, errors = ended[1 - victim]
    assert other_code not in (0, -9)  # it was not waited for until the end, and has not gone on
    if victim or "AbortedError" in errors:  # jax itself may see sooner that its coordinator is gone
        assert "AbortedError: one of the 2 processes that train together is gone" in errors
        assert "start all again, and they go on from the last checkpoint" in errors
    if how == "raises":
        assert "ValueError: wrong on purpose" in ended[victim][2]


@pytest.mark.jax
def test_jax_that_has_computed_already_is_told() -> None:
    text = (
        "import jax; jax.numpy.ones(3) + 1\n"
        "from estimator.distribution.jax_processes import join\n"
        f"join(['{free_address()}'], 0, 5.0)"
    )
    done = subprocess.run(
        [sys.executable, "-c", text], capture_output=True, text=True, cwd=ROOT, timeout=SECONDS
    )
    assert done.returncode == 1
    assert "UsageError: processes that train together: jax has computed already" in done.stderr


def test_who_lacks_jax_is_told_which_extra_brings_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "jax", None)
    jax_processes._jax.cache_clear()
    with pytest.raises(ModuleNotFoundError, match=r"without a launcher need jax.*numpy-estimator\[jax\]"):
        jax_processes.join(["a:1", "b:2"], 1, 0.0)
