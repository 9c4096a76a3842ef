"""A small process in which proofs are played: it imports, and forks a child for whatever computes or writes.

A crash is a real one: a child that ends in the middle of a deed, with whatever the system still does for it. What it has
acknowledged until then comes over a pipe. Whoever looks at what is left is another child, forked from the same clean
process, so that no memory of the one that crashed can help it. ::

    python -m tests.reliability.stage '{"play": "crashes", "scene": "a later save", "most": 40, "seed": 1}'

prints one line of JSON with what was found (:func:`play` gives it to tests).
"""

from __future__ import annotations

import contextlib
import json
import os
import select
import signal
import subprocess
import sys
import tempfile
import time
import traceback
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

_ROOT = Path(__file__).parents[2]
_CHILD_SECONDS = 60.0


class Ended(NamedTuple):
    """How a child ended.

    Attributes
    ----------
    status : int
        Its exit status; minus the number of the signal that ended it.
    said : list
        What it has said, in order.
    log : str
        The end of what it wrote on its outputs.
    """

    status: int
    said: list[Any]
    log: str


def forked(call: Callable[[Callable[[Any], None]], object], seconds: float = _CHILD_SECONDS) -> Ended:
    """Run `call` in a forked child; it is given a function that sends a value (of JSON) to here.

    A child whose call returns ends with 0, one whose call raises with 1, and its last word is the error. One that
    takes longer than `seconds` is killed.
    """
    reading, writing = os.pipe()
    with tempfile.TemporaryFile() as log:
        child = os.fork()
        if child == 0:
            _be_child(call, writing, log.fileno())
        os.close(writing)
        said = _heard(reading, child, time.monotonic() + seconds)
        _, status = os.waitpid(child, 0)
        log.seek(0)
        text = log.read().decode(errors="replace")[-2000:]
    return Ended(os.waitstatus_to_exitcode(status), said, text)


def _be_child(call: Callable[[Callable[[Any], None]], object], writing: int, log: int) -> None:
    status = 1
    try:
        os.dup2(log, 1)
        os.dup2(log, 2)

        def say(value: Any) -> None:
            os.write(writing, json.dumps(value).encode() + b"\n")

        try:
            call(say)
            status = 0
        except BaseException as error:
            traceback.print_exc()
            say({"error": type(error).__name__, "message": str(error), "module": type(error).__module__})
    finally:
        os._exit(status)


def _heard(reading: int, child: int, until: float) -> list[Any]:
    received = bytearray()
    with contextlib.closing(os.fdopen(reading, "rb", buffering=0)) as pipe:
        while True:
            ready, _, _ = select.select([pipe], [], [], max(0.0, until - time.monotonic()))
            if not ready:
                os.kill(child, signal.SIGKILL)
                break
            part = pipe.read(1 << 16)
            if not part:
                break
            received += part
    return [json.loads(line) for line in bytes(received).split(b"\n")[:-1]]


def play(request: dict[str, Any], seconds: float = 600.0) -> dict[str, Any]:
    """Play a proof in a process of its own, and return what it has found.

    Raises
    ------
    AssertionError
        If the process fails, with the end of what it wrote.
    """
    environment = os.environ | {
        "PYTHONPATH": str(_ROOT),
        "OPENBLAS_NUM_THREADS": "1",
        "PYTHONDONTWRITEBYTECODE": "1",
        "PYTHONHASHSEED": "0",
    }
    environment.pop("TF_CONFIG", None)
    done = subprocess.run(
        [sys.executable, "-m", "tests.reliability.stage", json.dumps(request)],
        cwd=_ROOT, env=environment, capture_output=True, timeout=seconds, check=False,
    )  # fmt: skip
    assert done.returncode == 0, f"{request}: {done.stderr.decode()[-3000:]}"
    found: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return found


def main(argument: str) -> None:
    """Play what the request says, and print what was found."""
    import importlib
    import logging

    logging.disable(logging.WARNING)
    request = json.loads(argument)
    name = request.pop("play")
    module = importlib.import_module(request.pop("module", f"tests.reliability.{name}"))
    with tempfile.TemporaryDirectory(dir=_fast_folder(), prefix="proof-") as folder:
        found = module.run(Path(folder), **request)
    print(json.dumps(found))


def _fast_folder() -> str | None:
    """Where files cost least: in memory, where the system has such a place."""
    return "/dev/shm" if os.access("/dev/shm", os.W_OK) else None


if __name__ == "__main__":
    main(sys.argv[1])
