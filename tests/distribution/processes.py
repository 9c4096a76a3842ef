"""The runner of tests with processes that only know each other's addresses, as TF_CONFIG tells them.

As tests/distribution/ranks.py, but without a launcher: each process is started by itself, and may end in a way of its
own. This module is also the program that every process runs.
"""

from __future__ import annotations

import importlib
import json
import os
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, NamedTuple

from tests.distribution.ranks import ROOT

SECONDS = 90.0  # that a process may take
WAIT_SECS = 60.0  # for one another


class Ended(NamedTuple):
    """How a process has ended, and what it has printed on either stream."""

    code: int
    output: str
    errors: str


def free_address() -> str:
    """An address of this machine at which nobody listens."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return f"127.0.0.1:{probe.getsockname()[1]}"


def in_processes(
    size: int, function: Callable[..., Any], *arguments: Any, environment: Mapping[str, str] | None = None
) -> list[Ended]:
    """How a function ends in so many processes, by rank; it must stand at the top of its module."""
    cluster = {"chief": [free_address()], "worker": [f"127.0.0.1:{number}" for number in range(1, size)]}
    told = json.dumps([function.__module__, function.__qualname__, arguments])
    words = [sys.executable, "-m", "tests.distribution.processes", told]
    own = {**os.environ, "PYTHONPATH": str(ROOT), "OPENBLAS_NUM_THREADS": "1", **(environment or {})}
    with tempfile.TemporaryDirectory() as folder:
        started = []
        for rank in range(size):
            task = {"type": "worker" if rank else "chief", "index": max(0, rank - 1)}
            variables = own | {"TF_CONFIG": json.dumps({"cluster": cluster, "task": task})}
            files = [(Path(folder) / f"{rank}.{stream}").open("w+") for stream in ("output", "errors")]
            process = subprocess.Popen(words, cwd=ROOT, env=variables, stdout=files[0], stderr=files[1])
            started.append((process, files))
        deadline = time.monotonic() + SECONDS
        try:
            for process, _ in started:
                process.wait(max(1.0, deadline - time.monotonic()))
        finally:
            for process, _ in started:
                process.kill()
                process.wait()
        return [Ended(process.returncode, *map(_text, files)) for process, files in started]


def results(size: int, function: Callable[..., Any], *arguments: Any, **more: Any) -> list[Any]:
    """What a function gives in each of so many processes, as JSON has it."""
    ended = in_processes(size, function, *arguments, **more)
    assert [each.code for each in ended] == [0] * size, "\n".join(each.errors for each in ended)
    return [json.loads(each.output.splitlines()[-1]) for each in ended]


def _text(file: Any) -> str:
    with file:
        file.seek(0)
        return str(file.read())


def _run() -> None:
    """What each process does: call the function, and print what it gives."""
    module, name, arguments = json.loads(sys.argv[1])
    print(json.dumps(getattr(importlib.import_module(module), name)(*arguments)), flush=True)


if __name__ == "__main__":
    _run()
