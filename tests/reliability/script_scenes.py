"""Savers and their relatives, as scripts use them."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from estimator.model_dir.best import Ranking, rank
from estimator.model_dir.claim import claimed
from tests.model_dir.saves import save
from tests.reliability.scene import Acknowledge, Scene, Start, State, checkpoints, temporaries, unlisted


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


SCENES: list[Scene] = [Series(), KeepBest()]
