"""The best checkpoints stay: whoever ranks them, whenever a process is killed, whatever is saved meanwhile."""

from __future__ import annotations

import fcntl
import os
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from estimator.model_dir.best import Ranking, best_checkpoints, best_names, rank, ranked_values
from estimator.model_dir.finding import find_whole
from estimator.model_dir.recovery import recover
from estimator.model_dir.retention import SavedCheckpoint
from estimator.model_dir.series import CheckpointSeries
from estimator.model_dir.state import read_state
from tests.model_dir.fault_ops import Crash, FaultOps, RecordingOps

HIGHEST = Ranking("accuracy", "max", 1)


def name(step: int) -> str:
    return f"model.ckpt-{step}"


def save(series: CheckpointSeries, *steps: int) -> None:
    for step in steps:
        series.save(name(step), {"step": np.array(step)})


def there(directory: Path) -> list[int]:
    """The steps of the checkpoints that are whole; the state file lists just these."""
    steps = sorted(int(path.stem.split("-")[1]) for path in directory.glob("*.index"))
    state = read_state(directory)
    assert state is not None and sorted(state.all_model_checkpoint_paths) == sorted(map(name, steps))
    assert all(find_whole(str(directory), name(step), deep=True) for step in steps)
    return steps


def ranked(directory: Path, values: dict[int, float], ranking: Ranking = HIGHEST) -> list[bool]:
    return [rank(directory, name(step), value, ranking) for step, value in values.items()]


@pytest.fixture
def series(tmp_path: Path) -> CheckpointSeries:
    return CheckpointSeries(tmp_path, keep_max=2)


def best(directory: Path, number: int = 1) -> list[int | None]:
    return [info.step for info in best_checkpoints(directory)][:number]


def test_the_best_stays_beside_the_newest(series: CheckpointSeries, tmp_path: Path) -> None:
    for step, accuracy in {1: 0.5, 2: 0.9, 3: 0.8, 4: 0.7, 5: 0.6}.items():
        save(series, step)
        assert rank(tmp_path, name(step), accuracy, HIGHEST) == (step <= 2)
    assert there(tmp_path) == [2, 4, 5]
    assert best(tmp_path) == [2]


def test_one_that_is_no_longer_the_best_goes_with_the_next_save(
    series: CheckpointSeries, tmp_path: Path
) -> None:
    save(series, 1)
    rank(tmp_path, name(1), 0.5, HIGHEST)
    save(series, 2, 3, 4)
    assert there(tmp_path) == [1, 3, 4]
    rank(tmp_path, name(4), 0.6, HIGHEST)
    save(series, 5)
    assert there(tmp_path) == [4, 5]
    save(series, 6, 7)
    assert there(tmp_path) == [4, 6, 7]


@pytest.mark.parametrize(("mode", "order"), [("max", [3, 1]), ("min", [2, 1])])
def test_several_stay_the_best_first(tmp_path: Path, mode: str, order: list[int]) -> None:
    series = CheckpointSeries(tmp_path, keep_max=1)
    ranking = Ranking("m", mode, 2)
    for step, value in {1: 2.0, 2: 1.0, 3: 3.0}.items():
        save(series, step)
        rank(tmp_path, name(step), value, ranking)
    save(series, 4)
    assert best(tmp_path, 2) == order and there(tmp_path) == sorted([*order, 4])


def test_of_equal_ones_the_older_is_the_best_and_nan_never_is(
    series: CheckpointSeries, tmp_path: Path
) -> None:
    series.keep_max = None
    save(series, 9, 10, 11, 12)
    assert ranked(tmp_path, {9: np.nan, 11: 0.5, 10: 0.5, 12: np.inf}, Ranking("m", "min")) == [
        False, True, True, False,
    ]  # fmt: skip
    assert best(tmp_path) == [10]


def test_the_first_value_of_a_checkpoint_counts(series: CheckpointSeries, tmp_path: Path) -> None:
    save(series, 1, 2)
    ranked(tmp_path, {1: 0.5, 2: 0.4})
    ranked(tmp_path, {2: 0.9})  # on other data
    assert best(tmp_path) == [1]


def test_a_name_that_was_saved_anew_has_no_value_yet(series: CheckpointSeries, tmp_path: Path) -> None:
    save(series, 1, 2)
    ranked(tmp_path, {1: 0.5, 2: 0.4})
    series.save(name(1), {"step": np.array(7)}, anew=True)
    assert best(tmp_path) == [2]
    ranked(tmp_path, {1: 0.45})
    assert best(tmp_path) == [1]


def test_values_of_another_metric_are_forgotten(series: CheckpointSeries, tmp_path: Path) -> None:
    save(series, 1, 2)
    ranked(tmp_path, {1: 0.5, 2: 0.4})
    ranked(tmp_path, {2: 7.0}, Ranking("loss", "min"))
    assert best(tmp_path) == [2]


def test_another_number_of_them_keeps_the_values(series: CheckpointSeries, tmp_path: Path) -> None:
    save(series, 1, 2)
    ranked(tmp_path, {1: 0.5, 2: 0.4})
    ranked(tmp_path, {2: 0.4}, HIGHEST._replace(number=2))
    assert best(tmp_path, 2) == [1, 2]


def test_what_the_state_file_does_not_list_is_not_ranked(series: CheckpointSeries, tmp_path: Path) -> None:
    save(series, 1)
    series.save(name(2), {"step": np.array(2)}, acknowledge=False)
    assert ranked(tmp_path, {2: 0.9, 3: 0.9}) == [False, False]
    assert not (tmp_path / ".best").exists()


def test_one_that_somebody_has_deleted_is_followed_by_the_next(
    series: CheckpointSeries, tmp_path: Path
) -> None:
    save(series, 1, 2)
    ranked(tmp_path, {1: 0.5, 2: 0.4})
    for path in tmp_path.glob(f"{name(1)}.*"):
        path.unlink()
    assert best(tmp_path) == [2]


def test_a_directory_without_a_memo_has_none(tmp_path: Path) -> None:
    assert best(tmp_path) == [] and best_names(str(tmp_path)) == []


def test_while_the_memo_is_damaged_nothing_is_deleted(
    series: CheckpointSeries, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    save(series, 1, 2)
    ranked(tmp_path, {1: 0.5})
    (tmp_path / ".best").write_bytes(b"{}")
    save(series, 3, 4)
    assert there(tmp_path) == [1, 2, 3, 4] and "damaged" in caplog.text
    ranked(tmp_path, {4: 0.5})
    save(series, 5)
    assert there(tmp_path) == [4, 5]


def test_an_earlier_process_is_gone_on_from(series: CheckpointSeries, tmp_path: Path) -> None:
    save(series, 1, 2)
    ranked(tmp_path, {1: 0.5})
    later = CheckpointSeries(tmp_path, keep_max=1)
    later.continue_from([SavedCheckpoint(name(step), step) for step in (1, 2)])
    save(later, 3)
    assert there(tmp_path) == [1, 3]


# -- a crash at any call, and another process at any moment


def test_the_best_survives_a_crash_at_any_call_of_a_save(tmp_path: Path) -> None:
    for at in range(200):
        directory = tmp_path / str(at)
        ops = FaultOps(-1, Crash)
        series = CheckpointSeries(directory, keep_max=1, ops=ops)  # type: ignore[arg-type]
        save(series, 1)
        ranked(directory, {1: 0.5})
        save(series, 2)
        ops._at = len(ops.trace) + at
        try:
            save(series, 3)
        except Crash:
            pass
        ops.close_all()
        recover(str(directory))
        assert 1 in there(directory) and best(directory) == [1], f"killed at call {at}"
        if not ops.fired:
            break
    assert at > 20


def test_a_crash_while_it_is_ranked_leaves_the_best_before_or_after(tmp_path: Path) -> None:
    series = CheckpointSeries(tmp_path, keep_max=None)
    save(series, 1, 2)
    ranked(tmp_path, {1: 0.5})
    for at in range(20):
        ops = FaultOps(at, Crash)
        try:
            rank(tmp_path, name(2), 0.9, HIGHEST, ops)  # type: ignore[arg-type]
        except Crash:
            pass
        ops.close_all()
        assert best(tmp_path) in ([1], [2])
        if not ops.fired:
            break
    assert at > 3 and best(tmp_path) == [2]


class Meanwhile(RecordingOps):
    """Has a function called before the n-th call; if that waits for a lock that is held then, during the next ones."""

    def __init__(self, at: int, function: Callable[[], Any], directory: Path) -> None:
        super().__init__()
        self.thread: threading.Thread | None = None
        self._at = at
        self._function = function
        self._directory = directory

    def _run(self, verb: str, subject: Any, real: Any, args: Any) -> Any:
        if len(self.trace) == self._at:
            must_wait = self._is_locked()
            self.thread = threading.Thread(target=self._function)
            self.thread.start()
            if not must_wait:
                self.thread.join(60)
        return super()._run(verb, subject, real, args)

    def _is_locked(self) -> bool:
        descriptor = os.open(self._directory, os.O_RDONLY)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return True
        finally:
            os.close(descriptor)
        return False


def test_whoever_ranks_while_another_saves_keeps_what_it_is_told_it_keeps(tmp_path: Path) -> None:
    kept = 0
    for at in range(100):
        directory, told = tmp_path / str(at), []
        save(CheckpointSeries(directory, keep_max=1), 1)

        def other_process(directory: Path = directory, told: list[bool] = told) -> None:
            told.append(rank(directory, name(1), 0.5, HIGHEST))

        ops = Meanwhile(at, other_process, directory)
        series = CheckpointSeries(directory, keep_max=1, ops=ops)  # type: ignore[arg-type]
        series.continue_from([SavedCheckpoint(name(1), 1)])
        save(series, 2)
        if ops.thread is None:
            break
        ops.thread.join(60)
        assert there(directory) == ([1, 2] if told == [True] else [2]), f"ranked before call {at}"
        kept += told == [True]
    assert 5 < kept < at  # before and after the checkpoint leaves the list


def test_values_are_told_of_those_that_are_listed(tmp_path: Path) -> None:
    series = CheckpointSeries(tmp_path, keep_max=2)
    save(series, 1, 2)
    assert ranked_values(str(tmp_path)) is None
    for step, value in ((1, 0.5), (2, float("nan"))):
        rank(tmp_path, name(step), value, HIGHEST)
    assert ranked_values(str(tmp_path)) == (HIGHEST, {name(1): 0.5, name(2): None})
