"""The runner itself: what it gives, and that no job outlives its test."""

from __future__ import annotations

import os
import time
from typing import Any

import numpy as np
import pytest

from tests.distribution.ranks import in_ranks, run_script

pytestmark = pytest.mark.mpi


def told(word: str, numbers: Any) -> dict[str, Any]:
    from estimator.distribution.collective import current

    own = current()
    return {
        "rank": own.rank,
        "size": own.size,
        "word": word,
        "numbers": numbers + own.rank,
        "pid": os.getpid(),
    }


def raises_in_one() -> None:
    from estimator.distribution.collective import current

    if current().rank == 1:
        raise KeyError("the second one")
    current().barrier()


def never_ends() -> None:
    from estimator.distribution.collective import current

    if current().rank == 0:
        current().barrier()
    time.sleep(600)


def _is_alive(pid: int) -> bool:
    return os.path.exists(f"/proc/{pid}")


def test_a_function_runs_in_all_of_them() -> None:
    found = in_ranks(2, told, "word", np.array([1.5], np.float32))
    assert [(each["rank"], each["size"], each["word"]) for each in found] == [(0, 2, "word"), (1, 2, "word")]
    assert [each["numbers"].tolist() for each in found] == [[1.5], [2.5]]
    assert found[0]["numbers"].dtype == np.float32
    assert not any(_is_alive(each["pid"]) for each in found)


def test_an_exception_in_one_fails_and_is_shown() -> None:
    with pytest.raises(AssertionError, match="the second one"):
        in_ranks(2, raises_in_one)


def test_a_job_that_hangs_says_where() -> None:
    with pytest.raises(AssertionError, match="in never_ends"):
        in_ranks(2, never_ends, timeout=3)


@pytest.mark.parametrize("module", ["mpi4py", None])
def test_an_exception_that_nobody_catches_ends_all(module: str | None) -> None:
    job = run_script(
        2,
        "from estimator.distribution.collective import current\n"
        "if current().rank == 1: raise ValueError('out of one rank')\n"
        "current().barrier()\n",
        module=module,
        timeout=20,
    )
    assert job.code == 1
    assert "ValueError: out of one rank" in job.output
    assert job.seconds < 15
