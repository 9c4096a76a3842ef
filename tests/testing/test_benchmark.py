"""What is measured, and reported."""

from __future__ import annotations

import logging
from typing import Any

import pytest

from estimator import tf
from estimator.core.errors import UnimplementedError


class Runs:
    """A session that counts."""

    count = 0

    def run(self, fetches: Any, feed_dict: Any = None) -> None:
        self.count += 1


class Mine(tf.test.Benchmark):  # type: ignore[misc]
    def benchmark_runs(self, session: Any) -> Any:
        return self.run_op_benchmark(session, "op", burn_iters=1, min_iters=3, extras={"batch": 8}, mbs=2.0)


def test_runs_are_counted_and_reported(caplog: pytest.LogCaptureFixture) -> None:
    session = Runs()
    with caplog.at_level(logging.INFO):
        found = Mine().benchmark_runs(session)
    assert session.count == 4
    assert (found["name"], found["iters"], found["extras"]["batch"]) == ("Mine.benchmark_runs", 3, 8)
    assert found["wall_time"] >= 0
    assert found["throughput"] == pytest.approx(2.0 / found["wall_time"])
    [line] = [record.getMessage() for record in caplog.records]
    assert line.startswith("Benchmark [Mine.benchmark_runs] iters=3, wall_time=")


def test_runs_that_do_not_count_are_refused() -> None:
    with pytest.raises(
        ValueError, match=r"burn_iters must not be below 0(.|\n)*min_iters must not be below 1"
    ):
        Mine().run_op_benchmark(Runs(), "op", burn_iters=-1, min_iters=0)


def test_a_benchmark_has_settings_and_no_cluster() -> None:
    assert isinstance(tf.test.benchmark_config(), tf.ConfigProto)
    with pytest.raises(
        UnimplementedError, match=r"tf\.test\.create_local_cluster is not available.*use tf\.Session"
    ):
        tf.test.create_local_cluster(1, 1)


def test_mocks_are_pythons() -> None:
    import unittest.mock

    assert tf.test.mock is unittest.mock
