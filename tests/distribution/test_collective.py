"""A process alone, and which processes count."""

from __future__ import annotations

import numpy as np
import pytest

from estimator.distribution.collective import ALONE, Alone, current, used


def test_alone_everything_is_what_it_is() -> None:
    buffer = np.array([1.5, -2.0], np.float32)
    ALONE.all_sum(buffer)
    ALONE.broadcast(buffer)
    ALONE.barrier()
    assert buffer.tolist() == [1.5, -2.0]
    assert ALONE.all_gather(buffer).tolist() == [1.5, -2.0]
    assert (ALONE.rank, ALONE.size) == (0, 1)


def test_abort_ends_the_process() -> None:
    with pytest.raises(SystemExit) as ended:
        ALONE.abort(3)
    assert ended.value.code == 3


def test_a_block_says_which_processes_count() -> None:
    other = Alone()
    assert current() is ALONE
    with used(other):
        assert current() is other
    assert current() is ALONE


def test_the_block_ends_with_an_exception_too() -> None:
    with pytest.raises(KeyError), used(Alone()):
        raise KeyError
    assert current() is ALONE
