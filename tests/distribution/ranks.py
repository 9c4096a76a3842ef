"""The runner of tests with several processes: a function, or a script, in each of them, by mpiexec.

    def trained(steps: int) -> dict[str, Any]:           # in the module of the test, at the top
        ...

    @pytest.mark.mpi
    def test_replicas_are_equal() -> None:
        first, second = in_ranks(2, trained, 200)
        assert first["weights"].tobytes() == second["weights"].tobytes()

Arguments and results are what JSON knows, and arrays in it. A job that takes too long says where each process hangs,
and fails; nothing of it stays behind. This module is also the program that every process runs.
"""

from __future__ import annotations

import base64
import contextlib
import faulthandler
import importlib
import json
import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

ROOT = Path(__file__).resolve().parents[2]
MPIEXEC = Path(sys.executable).with_name("mpiexec")


class Job(NamedTuple):
    """How a job has ended.

    Attributes
    ----------
    code : int
        What mpiexec gave, or -9 if the job took too long.
    output : str
        What all processes have printed, both streams together.
    seconds : float
        How long it took.
    """

    code: int
    output: str
    seconds: float


def in_ranks(
    size: int, function: Callable[..., Any], *arguments: Any, timeout: float = 60.0, environment: Any = None
) -> list[Any]:
    """What a function gives in each of so many processes, by rank; it must stand at the top of its module."""
    with tempfile.TemporaryDirectory(prefix="ranks-") as folder:
        told = {"module": function.__module__, "function": function.__qualname__, "arguments": arguments}
        (Path(folder) / "told.json").write_text(json.dumps(told, default=_to_json))
        job = run_job(size, ["-m", "tests.distribution.ranks", folder, str(timeout)], timeout, environment)
        results = [Path(folder) / f"{rank}.json" for rank in range(size)]
        assert job.code == 0 and all(path.exists() for path in results), f"code {job.code}:\n{job.output}"
        return [json.loads(path.read_text(), object_hook=_from_json) for path in results]


def run_script(
    size: int,
    text: str,
    *arguments: str,
    module: str | None = "mpi4py",
    timeout: float = 60.0,
    environment: Mapping[str, str] | None = None,
    cwd: Any = ROOT,
) -> Job:
    """How a script ends in so many processes, started by ``python -m mpi4py`` or, without a module, by ``python``."""
    with tempfile.TemporaryDirectory(prefix="ranks-") as folder:
        script = Path(folder) / "script.py"
        bound = f"import faulthandler; faulthandler.dump_traceback_later({timeout}, exit=True)\n"
        script.write_text(bound + text)
        start = ["-m", module] if module else []
        return run_job(size, [*start, str(script), *arguments], timeout, environment, cwd)


def run_job(
    size: int,
    words: Sequence[str],
    timeout: float,
    environment: Mapping[str, str] | None = None,
    cwd: Any = ROOT,
    meanwhile: Callable[[subprocess.Popen[str]], None] | None = None,
) -> Job:
    """How ``python`` with these words ends in so many processes.

    Parameters
    ----------
    meanwhile : callable, optional
        Is called with mpiexec's process while it runs, to end one of its processes for example.
    """
    path = f"{ROOT}{os.pathsep}{os.environ.get('PYTHONPATH', '')}"
    own = {
        "MPIR_CVAR_CH4_PROGRESS_THROTTLE": "1"
    }  # who waits leaves the processor to the others now and then
    own |= {"PYTHONPATH": path, "OPENBLAS_NUM_THREADS": "1", "PYTHONUNBUFFERED": "1"}
    command = [str(MPIEXEC), "-n", str(size), sys.executable, *words]
    began = time.monotonic()
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, cwd=cwd, start_new_session=True,
        env={**os.environ, **own, **(environment or {})}, stdin=subprocess.DEVNULL,
    ) as process:  # fmt: skip
        try:
            if meanwhile is not None:
                meanwhile(process)
            output, _ = process.communicate(
                timeout=timeout + 10
            )  # its processes end themselves sooner, and say where
            code = process.returncode
        except subprocess.TimeoutExpired:
            output, code = _stopped(process), -9
        finally:
            _stopped(process)
    return Job(code, output, time.monotonic() - began)


def _stopped(process: subprocess.Popen[str]) -> str:
    """End a job, mpiexec first, which ends its processes; what they have printed."""
    for number in (signal.SIGTERM, signal.SIGKILL):
        if process.poll() is None:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(process.pid, number)
            with contextlib.suppress(subprocess.TimeoutExpired):
                return process.communicate(timeout=5)[0]
    return ""


def _to_json(value: Any) -> Any:
    if isinstance(value, np.generic):
        value = np.asarray(value)
    if isinstance(value, np.ndarray):
        data = base64.b64encode(np.ascontiguousarray(value).tobytes()).decode()
        return {"array": data, "dtype": value.dtype.str, "shape": list(value.shape)}
    if isinstance(value, (Path, bytes)):
        return os.fsdecode(value)
    raise TypeError(f"a {type(value).__name__} cannot be told to another process: {value!r}")


def _from_json(value: dict[str, Any]) -> Any:
    if set(value) != {"array", "dtype", "shape"}:
        return value
    return np.frombuffer(base64.b64decode(value["array"]), value["dtype"]).reshape(value["shape"]).copy()


def _run(folder: Path, timeout: float) -> None:
    """What each process does: call the function, and leave behind what it gives."""
    faulthandler.dump_traceback_later(timeout, exit=True)
    from mpi4py import MPI  # before anything can raise, which is to end all

    try:
        told = json.loads((folder / "told.json").read_text(), object_hook=_from_json)
        function: Any = importlib.import_module(told["module"])
        for name in told["function"].split("."):
            function = getattr(function, name)
        result = json.dumps(function(*told["arguments"]), default=_to_json)
        (folder / f"{MPI.COMM_WORLD.Get_rank()}.json").write_text(result)
    except BaseException:
        import traceback

        traceback.print_exc()
        sys.stderr.flush()
        MPI.COMM_WORLD.Abort(1)


if __name__ == "__main__":
    _run(Path(sys.argv[1]), float(sys.argv[2]))
