"""Savers and their relatives, as scripts use them."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from estimator import tf
from estimator.exchange.checkpoint import save as save_converted
from estimator.formats.safetensors import TypedArray
from estimator.inspection.copies import choose, copy_model_dir
from estimator.inspection.upkeep import prune, remove_unacknowledged
from estimator.model_dir.best import Ranking, rank
from estimator.model_dir.claim import claimed
from tests.model_dir.saves import save, series_of, tensors
from tests.reliability.scene import (
    Acknowledge,
    Scene,
    Start,
    State,
    checkpoints,
    digest,
    temporaries,
    unlisted,
)


class Series(Scene):
    """The checkpoints of one training, without the training."""

    name = "a checkpoint more"

    def prepare(self, folder: str) -> None:
        save(self.path(folder), 1, 2, keep_max=2)

    def path(self, folder: str) -> Path:
        return Path(folder) / "mine"

    def act(self, folder: str, acknowledge: Acknowledge) -> None:
        for step in (3, 4):
            save(self.path(folder), step, keep_max=2)
            acknowledge()

    def state(self, folder: str) -> State:
        return checkpoints(str(self.path(folder)))

    def starts(self) -> Sequence[Start]:
        def look(folder: str) -> None:
            with claimed(str(self.path(folder))):
                pass

        def go_on(folder: str) -> None:
            look(folder)
            save(self.path(folder), 9, keep_max=2)

        return Start("a look", look), Start("a save", go_on, goes_on=True)

    def orphans(self, folder: str) -> list[str]:
        return [*unlisted(str(self.path(folder))), *temporaries(folder)]


class KeepBest(Series):
    """The best one stays although newer ones push it out."""

    name = "the best is kept"

    def prepare(self, folder: str) -> None:
        save(self.path(folder), 1, keep_max=2)
        rank(self.path(folder), "model.ckpt-1", 0.9, Ranking("accuracy", "max", 1))
        save(self.path(folder), 2, 3, keep_max=2)

    def act(self, folder: str, acknowledge: Acknowledge) -> None:
        where = self.path(folder)
        for step, value in ((4, 0.95), (5, 0.1), (6, 0.2)):
            save(where, step, keep_max=2)
            rank(where, f"model.ckpt-{step}", value, Ranking("accuracy", "max", 1))
            acknowledge()


class SameName(Series):
    """``saver.save(session, "mine/model.ckpt")`` after every epoch: the only name is saved again and again."""

    name = "one name again and again"

    def prepare(self, folder: str) -> None:
        self._save(folder, 1, 1, lambda: None)

    def act(self, folder: str, acknowledge: Acknowledge) -> None:
        self._save(folder, 2, 2, acknowledge)

    def starts(self) -> Sequence[Start]:
        return *super().starts()[:1], Start(
            "a save", lambda folder: self._save(folder, 9, 1, lambda: None), goes_on=True
        )

    def _save(self, folder: str, first: int, count: int, acknowledge: Acknowledge) -> None:
        with tf.Graph().as_default(), tf.Session() as session:
            w = tf.get_variable(
                "w", (8, 5), initializer=tf.zeros_initializer(), partitioner=tf.fixed_size_partitioner(2)
            )
            saver = tf.train.Saver()
            session.run(tf.global_variables_initializer())
            for number in range(first, first + count):
                session.run([part.assign(tf.fill(part.shape, float(number))) for part in w])
                saver.save(session, str(self.path(folder) / "model.ckpt"))
                acknowledge()


class Savers(Series):
    """A Saver that keeps two and, for good, one of every moment, as keep_checkpoint_every_n_hours has it."""

    name = "a Saver with its retention"
    hours = 1000.0

    def prepare(self, folder: str) -> None:
        self.act(folder, lambda: None, first=0)

    def act(self, folder: str, acknowledge: Acknowledge, first: int = 3) -> None:
        clock = iter(range(0, 10_000_000, 1_800_000))  # half a unit between two saves
        with tf.Graph().as_default(), tf.Session() as session:
            w = tf.get_variable("rows", (6, 2), initializer=tf.zeros_initializer())
            saver = tf.train.Saver(
                max_to_keep=2, keep_checkpoint_every_n_hours=self.hours, clock=lambda: float(next(clock))
            )
            session.run(tf.global_variables_initializer())
            if first:
                state = tf.train.get_checkpoint_state(str(self.path(folder)))
                saver.recover_last_checkpoints(state.all_model_checkpoint_paths)
            for number in range(first, first + 3):
                session.run(w.assign(np.full((6, 2), number, np.float32)))
                saver.save(session, str(self.path(folder) / "model.ckpt"), global_step=number)
                acknowledge()

    def orphans(self, folder: str) -> list[str]:
        # What leaves the state file because its time has come stays on the disk for good.
        stays = ("model.ckpt-1.", "model.ckpt-2.", "model.ckpt-4.")
        return [name for name in super().orphans(folder) if not name.startswith(stays)]


class Managed(Series):
    """tf.train.CheckpointManager over object-based checkpoints."""

    name = "a CheckpointManager"

    def prepare(self, folder: str) -> None:
        self._run(folder, 2, lambda: None)

    def act(self, folder: str, acknowledge: Acknowledge) -> None:
        self._run(folder, 2, acknowledge)

    def _run(self, folder: str, count: int, acknowledge: Acknowledge) -> None:
        values = np.zeros(5, np.float32)
        manager = tf.train.CheckpointManager(
            tf.train.Checkpoint(values=values), self.path(folder), max_to_keep=2
        )
        manager.restore_or_initialize()
        for _ in range(count):
            values += 1
            manager.save()
            acknowledge()

    def starts(self) -> Sequence[Start]:
        return (
            Start("a manager that saves", lambda folder: self._run(folder, 3, lambda: None), goes_on=True),
        )


class Pruned(Series):
    """estimator checkpoints --prune, and --remove-unacknowledged."""

    name = "checkpoints --prune"

    def prepare(self, folder: str) -> None:
        save(self.path(folder), 1, 2, 3, 4)
        series_of(self.path(folder)).save("model.ckpt-5", tensors(5), b"meta", acknowledge=False)

    def act(self, folder: str, acknowledge: Acknowledge) -> None:
        prune(str(self.path(folder)), 2)
        acknowledge()
        remove_unacknowledged(str(self.path(folder)))
        acknowledge()

    def orphans(self, folder: str) -> list[str]:
        return [name for name in super().orphans(folder) if "model.ckpt-5." not in name]


class Copied(Series):
    """A checkpoint copied into a model_dir of its own."""

    name = "checkpoints --copy"

    def act(self, folder: str, acknowledge: Acknowledge) -> None:
        copy_model_dir(choose(str(self.path(folder)), "latest"), os.path.join(folder, "copy"))
        acknowledge()

    def state(self, folder: str) -> State:
        copied = os.path.join(folder, "copy")
        found = (
            {f"copied {name}": value for name, value in checkpoints(copied).items()}
            if os.path.exists(copied)
            else {}
        )
        return super().state(folder) | found

    def starts(self) -> Sequence[Start]:
        def again(folder: str) -> None:
            with contextlib.suppress(tf.errors.AlreadyExistsError):
                self.act(folder, lambda: None)

        return (Start("the copy again", again, goes_on=True),)


class Converted(Series):
    """Weights of another program, saved as the latest checkpoint."""

    name = "convert"

    def act(self, folder: str, acknowledge: Acknowledge) -> None:
        weights = {
            "w": TypedArray(np.full(50, 7, np.float32), tf.float32), "global_step": TypedArray(np.array(7), tf.int64),
        }  # fmt: skip
        save_converted(str(self.path(folder)), "model.ckpt-7", weights)
        acknowledge()


class Cached(Scene):
    """The files of Dataset.cache(filename)."""

    name = "the files of a cache"

    def _run(self, folder: str) -> list[int]:
        dataset = tf.data.Dataset.range(5).map(lambda x: x * 2).cache(os.path.join(folder, "cache"))
        with tf.Graph().as_default(), tf.Session() as session:
            element = tf.data.make_one_shot_iterator(dataset).get_next()
            found = []
            with contextlib.suppress(tf.errors.OutOfRangeError):
                while True:
                    found.append(int(session.run(element)))
        assert found == [0, 2, 4, 6, 8], found
        return found

    def act(self, folder: str, acknowledge: Acknowledge) -> None:
        self._run(folder)
        acknowledge()

    def state(self, folder: str) -> State:
        path = os.path.join(folder, "cache")
        return {"cache": digest(path)} if os.path.exists(f"{path}.index") else {}

    def starts(self) -> Sequence[Start]:
        return (Start("the dataset again", self._run, goes_on=True),)


SCENES: list[Scene] = [
    Series(), KeepBest(), SameName(), Savers(), Managed(), Pruned(), Copied(), Converted(), Cached(),
]  # fmt: skip
