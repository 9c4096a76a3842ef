"""Where and with what the figures are made: the machine, the versions, and how much others use it meanwhile."""

from __future__ import annotations

import os
import platform
import resource
import subprocess
import time
from pathlib import Path

from benchmarks.environments import PYTHONS, ROOT, is_here, variables

_PACKAGES = (  # an environment, and what it is there for
    ("numpy", "numpy"),
    ("tensorflow", "tensorflow-cpu"),
    ("jax", "jax"),
    ("torch", "torch"),
    ("numpy", "grpcio"),
    ("numpy", "uvicorn"),
    ("mlserver", "mlserver"),
    ("litserve", "litserve"),
)
_BLAS = """
import numpy
from threadpoolctl import threadpool_info
print(", ".join(sorted({f"{found['internal_api']} {found['version']} for {found.get('architecture')}"
                        for found in threadpool_info()})))
"""


def _lines(path: str) -> list[str]:
    """Those of a file under /proc; none on other systems."""
    try:
        return Path(path).read_text().splitlines()
    except OSError:
        return []


def _answer(environment: str, code: str) -> str:
    """What a Python prints."""
    command = [str(PYTHONS[environment]), "-c", code]
    done = subprocess.run(command, capture_output=True, text=True, cwd=ROOT, env=variables(environment))
    return done.stdout.strip() or "unknown"


def processor() -> str:
    """Its name, how many there are, and which of the instructions that matter to matrix products it has."""
    facts = dict(line.partition(":")[::2] for line in _lines("/proc/cpuinfo"))
    named = {key.strip(): value.strip() for key, value in facts.items()}
    flags = named.get("flags", "").split()
    widest = next((name for name in ("avx512f", "avx2", "avx") if name in flags), "no AVX known")
    memory = next(
        (int(line.split()[1]) for line in _lines("/proc/meminfo") if line.startswith("MemTotal")), 0
    )
    name = named.get("model name") or platform.processor() or platform.machine()
    system = f"{platform.system()} {platform.release()}"
    return f"{name}, {os.cpu_count()} cores, {widest}, {memory / 2**20:.0f} GiB, {system}"


def versions() -> str:
    """Python's, and those of the libraries that are here."""
    found = [f"Python {platform.python_version()}"]
    for environment, package in _PACKAGES:
        if is_here(environment):
            code = f"import importlib.metadata as m; print(m.version({package!r}))"
            found.append(f"{package} {_answer(environment, code)}")
    return ", ".join(found)


def blas() -> str:
    """Which products of matrices numpy has: for another processor they take other times."""
    return _answer("numpy", _BLAS)


def revision() -> str:
    """The commit that is measured, and whether more than the page of results has changed since."""
    commit = _git("rev-parse", "--short=10", "HEAD")
    changed = _git("status", "--porcelain", "--untracked-files=no", "--", ".", ":!benchmarks/RESULTS.md")
    return f"{commit or 'unknown'}{'-dirty' if changed else ''}"


def _git(*arguments: str) -> str:
    return subprocess.run(["git", *arguments], capture_output=True, text=True, cwd=ROOT).stdout.strip()


class Watch:
    """How long something takes, and which share of the machine's processors others have meanwhile.

    The processes of the benchmark have to be children that have ended when it is asked.
    """

    def __init__(self) -> None:
        self._start = self._readings()

    def seconds(self) -> float:
        """Since it was made."""
        return self._readings()[0] - self._start[0]

    def others(self) -> float | None:
        """The share, 0 to 1; None where the system does not say."""
        elapsed, busy, own = (now - then for now, then in zip(self._readings(), self._start, strict=True))
        if not _lines("/proc/stat"):
            return None
        return max(0.0, (busy - own) / (elapsed * (os.cpu_count() or 1)))

    @staticmethod
    def _readings() -> tuple[float, float, float]:
        """The clock; seconds that all processors were busy or given to other machines; seconds of our own."""
        ticks = list(map(int, _lines("/proc/stat")[0].split()[1:9])) if _lines("/proc/stat") else [0] * 8
        idle = ticks[3] + ticks[4]
        used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
        own = sum(usage.ru_utime + usage.ru_stime for usage in used)
        return time.perf_counter(), (sum(ticks) - idle) / os.sysconf("SC_CLK_TCK"), own
