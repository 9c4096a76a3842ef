"""A disk that is full in truth: a small file system in memory, where one may be mounted, and a limit of files anywhere."""

from __future__ import annotations

import contextlib
import json
import os
import resource
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.reliability.stage import play

pytestmark = [pytest.mark.proof, pytest.mark.slow]


def run(folder: Path, model_dir: str, word: str, megabytes: int, limit: int | None = None) -> dict[str, Any]:
    """Train with a large variable in a model_dir until the disk is full, with a stone in it that is taken away.

    Played by :mod:`tests.reliability.stage`; the answer has the error, what is left, and the last whole checkpoint.
    """
    from estimator import tf
    from estimator.core import errors
    from estimator.model_dir.finding import find_latest
    from estimator.model_dir.storage import LocalFileOps
    from tests.reliability.stage import forked
    from tests.tiny import batches

    def model_fn(features: Any, labels: Any, mode: str) -> Any:
        w = tf.get_variable("w", (megabytes, 1 << 18), initializer=tf.zeros_initializer())
        train_op = tf.group(w.assign_add(tf.ones_like(w)), tf.assign_add(tf.train.get_global_step(), 1))
        return tf.estimator.EstimatorSpec(mode, loss=tf.constant(1.0), train_op=train_op)

    def train(say: Any, steps: int) -> None:
        config = tf.estimator.RunConfig(
            model_dir,
            save_checkpoints_steps=1,
            keep_checkpoint_max=1,
            on_save_error=word,
            save_summary_steps=1,
        )
        LocalFileOps.free_bytes = lambda ops, path: None  # type: ignore[method-assign]  # a disk that does not tell
        if limit is not None:
            resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))
        tf.estimator.Estimator(model_fn, config=config).train(batches(), steps=steps)

    stone = os.path.join(model_dir, "stone")

    def attempt(say: Any) -> None:
        try:
            train(say, 3)
        except errors.OpError as error:
            say([type(error).__name__, error.message])
        else:
            say(["none", ""])

    first = forked(attempt)
    left = sorted(name for name in os.listdir(model_dir) if name.startswith(".tmp."))
    found = find_latest(model_dir)
    limit = None
    with contextlib.suppress(FileNotFoundError):
        os.unlink(stone)
    again = forked(lambda say: train(say, 1))
    now = find_latest(model_dir)
    return {
        "error": first.said[-1] if first.said else first.log, "left": left,
        "latest": None if found is None else found.step, "again": again.status, "log": again.log[-300:],
        "then": None if now is None else now.step,
    }  # fmt: skip


@contextlib.contextmanager
def small_disk(folder: Path, megabytes: int) -> Iterator[None]:
    """A block in which the folder is a disk of that size; skips where nothing may be mounted."""
    command = ["mount", "-t", "tmpfs", "-o", f"size={megabytes}m", "tmpfs", str(folder)]
    if os.geteuid() != 0 or subprocess.run(command, capture_output=True, check=False).returncode != 0:
        pytest.skip("only who may mount has a small disk; a limit of the size of files stands in for it")
    try:
        yield
    finally:
        subprocess.run(["umount", "-l", str(folder)], check=True)


@pytest.mark.parametrize("word", ["raise", "continue"])
def test_a_full_file_system_costs_nothing_that_was_saved(tmp_path: Path, word: str) -> None:
    with small_disk(tmp_path, 8):
        (tmp_path / "stone").write_bytes(bytes(9 << 19))
        found = play(
            {"play": "full_disk", "module": "tests.reliability.test_full_disk", "model_dir": str(tmp_path), "word": word,
             "megabytes": 2}
        )  # fmt: skip
    print(f"\na full tmpfs, {word}: {json.dumps(found)}")
    kind, message = found["error"]
    assert kind == "ResourceExhaustedError" and "ENOSPC" in message and "bytes needed" in message
    assert found["latest"] == 1 and found["left"] == []
    assert found["again"] == 0 and found["then"] == 2


def test_a_limit_of_the_size_of_files_is_told_as_a_full_disk_is(tmp_path: Path) -> None:
    found = play(
        {"play": "full_disk", "module": "tests.reliability.test_full_disk", "model_dir": str(tmp_path), "word": "raise",
         "megabytes": 2, "limit": 1 << 20}
    )  # fmt: skip
    print(f"\nRLIMIT_FSIZE: {json.dumps(found)}")
    kind, message = found["error"]
    assert kind == "ResourceExhaustedError" and "EFBIG" in message and "bytes needed" in message
    assert found["latest"] is None and found["left"] == []
