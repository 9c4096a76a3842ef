"""Processes that only have addresses: what they exchange, and what becomes of the others when one is gone."""

from __future__ import annotations

import importlib
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import ml_dtypes
import numpy as np
import pytest

from estimator.distribution import jax_processes
from tests.distribution.ranks import ROOT
from tests.distribution.test_roll_call import free_address

TYPES = ("float32", "float64", "float16", "bfloat16", "int32", "int64", "uint8", "bool", "complex64")
SECONDS = 90.0  # that a process may take


def in_processes(size: int, function: Callable[..., Any], *arguments: Any) -> list[tuple[int, str, str]]:
    """The exit code, output and errors of a function in so many processes, which know each other's addresses."""
    addresses = [free_address(), *(f"127.0.0.1:{number}" for number in range(1, size))]
    told = json.dumps([function.__module__, function.__qualname__, arguments])
    started = []
    with tempfile.TemporaryDirectory() as folder:
        for rank in range(size):
            words = [
                sys.executable,
                "-m",
                "tests.distribution.test_jax_processes",
                told,
                *addresses,
                str(rank),
            ]
            out = (Path(folder) / f"{rank}.out").open("w+")
            errors = (Path(folder) / f"{rank}.err").open("w+")
            environment = {**os.environ, "PYTHONPATH": str(ROOT), "OPENBLAS_NUM_THREADS": "1"}
            process = subprocess.Popen(words, cwd=ROOT, env=environment, stdout=out, stderr=errors)
            started.append((process, out, errors))
        deadline = time.monotonic() + SECONDS
        try:
            for process, _, _ in started:
                process.wait(max(1.0, deadline - time.monotonic()))
        finally:
            for process, _, _ in started:
                process.kill()
                process.wait()
        ended = []
        for process, *files in started:
            texts = []
            for file in files:
                file.seek(0)
                texts.append(file.read())
                file.close()
            ended.append((process.returncode, texts[0], texts[1]))
        return ended


def results(size: int, function: Callable[..., Any], *arguments: Any) -> list[Any]:
    """What a function gives in each of so many processes, as JSON has it."""
    ended = in_processes(size, function, *arguments)
    assert [code for code, _, _ in ended] == [0] * size, "\n".join(errors for _, _, errors in ended)
    return [json.loads(output.splitlines()[-1]) for _, output, _ in ended]


def _typed(numbers: Any, dtype: str) -> Any:
    return np.asarray(numbers).astype(ml_dtypes.bfloat16 if dtype == "bfloat16" else dtype)


def exchanged(own: Any) -> dict[str, Any]:
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
    return {**found, "number": float(number), "wide": wide.tolist(), "bits": int(bits),
            "none": list(own.all_gather(np.empty((0, 2), np.int64)).shape)}  # fmt: skip


@pytest.mark.jax
def test_all_processes_have_the_same_of_all() -> None:
    size = 3
    found = results(size, exchanged)
    ranks = list(range(size))
    assert len({each["bits"] for each in found}) == 1
    for each in found:
        assert each["number"] == 2.5 * size and each["none"] == [0, 2]
        assert each["wide"] == [size * 2**40 + sum(ranks), -size]
        for dtype in TYPES:
            as_typed = bool if dtype == "bool" else float
            sums = [sum(ranks), 2 * size, 0, sum(ranks) + size, 0]
            rows = [[as_typed(rank)] * 3 for rank in ranks for _ in range(rank)]
            assert each[dtype] == [list(map(as_typed, sums)), rows, [[1.0, as_typed(7)]]], dtype


def dying(own: Any, victim: int, how: str) -> None:
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


def _run() -> None:
    """What each process does: join the others, and call the function."""
    told, *addresses, rank = sys.argv[1:]
    module, name, arguments = json.loads(told)
    own = jax_processes.join(addresses, int(rank), 60.0)
    print(json.dumps(getattr(importlib.import_module(module), name)(own, *arguments)))


if __name__ == "__main__":
    _run()
