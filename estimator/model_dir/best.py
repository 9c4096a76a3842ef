"""The best checkpoints of a directory by a metric, which stay when newer ones push the others out.

A memo, ``.best``, has the value of each checkpoint that was evaluated and is still kept, and how many of the best stay.
Whoever evaluates writes it, which may be another process than the one that saves. So that none of the best is deleted
in between, a checkpoint is ranked only while the state file lists it, and leaves the state file only while it is none
of the best; both under one brief lock.

::

    rank("models/iris", "model.ckpt-300", 0.96, Ranking("accuracy", "max", 1))
    best_checkpoints("models/iris")[0].prefix           # models/iris/model.ckpt-300
"""

from __future__ import annotations

import math
import os
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from estimator.core import errors
from estimator.core.named_tuple import NamedTuple
from estimator.model_dir.finding import CheckpointInfo, find_whole
from estimator.model_dir.lock import briefly_locked
from estimator.model_dir.memo import read_memo, write_memo
from estimator.model_dir.progress import identity
from estimator.model_dir.state import read_state
from estimator.model_dir.storage import LOCAL, FileOps

MEMO = ".best"


class Ranking(NamedTuple):
    """By what checkpoints are ranked.

    Parameters
    ----------
    metric : str
    mode : str
        ``"max"`` or ``"min"``: which value is the best.
    number : int
        How many of the best stay.
    """

    metric: str
    mode: str
    number: int = 1


def rank(
    directory: str | os.PathLike[str], name: str, value: float, ranking: Ranking, ops: FileOps = LOCAL
) -> bool:
    """Note the value of a checkpoint; whether it is one of the best now.

    The first value of a checkpoint counts: it may be evaluated again, on other data. NaN is never the best. Values by
    another metric are forgotten.

    Raises
    ------
    OpError
        If the memo cannot be written.
    """
    folder = os.fspath(directory)
    with briefly_locked(folder):
        listed = _listed(folder)
        noted = _Ranked.read(folder)
        if name not in listed:
            return False
        values = noted.values if noted is not None and noted.ranking[:2] == ranking[:2] else {}
        kept = {other: entry for other, entry in values.items() if _is_same(folder, other, entry, listed)}
        kept.setdefault(name, (None if math.isnan(value) else value, identity(os.path.join(folder, name))))
        ranked = _Ranked(ranking, kept)
        if noted != ranked:
            ranked.write(folder, ops)
        return name in ranked.best(listed)


def best_names(directory: str) -> Sequence[str]:
    """The names of the best checkpoints, the best first; all that are listed, if the memo of them is damaged."""
    if not os.path.lexists(os.path.join(directory, MEMO)):
        return []
    listed = _listed(directory)
    noted = _Ranked.read(directory)
    return listed if noted is None else noted.best(listed)


def best_checkpoints(directory: str | os.PathLike[str]) -> Iterator[CheckpointInfo]:
    """The checkpoints with a value that are there and whole, the best first."""
    folder = os.fspath(directory)
    noted, listed = _Ranked.read(folder), _listed(folder)
    if noted is None:
        return
    for name in noted.in_order(listed):
        found = find_whole(folder, name, deep=True)
        if found is not None and _is_same(folder, name, noted.values[name], listed):
            yield found


def ranked_values(directory: str) -> tuple[Ranking, dict[str, float | None]] | None:
    """By what checkpoints are ranked, and the value of each that is listed, None for NaN; None without a ranking."""
    noted = _Ranked.read(directory)
    if noted is None:
        return None
    listed = set(_listed(directory))
    return noted.ranking, {name: value for name, (value, _) in noted.values.items() if name in listed}


class _Ranked(NamedTuple):
    """What the memo says: the ranking, and the value and the identity of each checkpoint."""

    ranking: Ranking
    values: Mapping[str, tuple[float | None, int | None]]

    @classmethod
    def read(cls, directory: str) -> _Ranked | None:
        memo = read_memo(os.path.join(directory, MEMO))
        if memo is None:
            return None
        values = {name: (value, tag) for name, (value, tag) in memo.pop("values").items()}
        return cls(Ranking(**memo), values)

    def write(self, directory: str, ops: FileOps) -> None:
        contents: dict[str, Any] = {**self.ranking._asdict(), "values": self.values}
        write_memo(os.path.join(directory, MEMO), contents, ops)

    def best(self, listed: Sequence[str]) -> list[str]:
        """The names of those that stay, the best first."""
        return self.in_order(listed)[: self.ranking.number]

    def in_order(self, listed: Sequence[str]) -> list[str]:
        """The names of all that have a value, the best first, of equal ones the older; `listed` is by age."""
        sign = -1 if self.ranking.mode == "max" else 1
        values = {name: self.values[name][0] for name in listed if name in self.values}
        valued = [(sign * value, name) for name, value in values.items() if value is not None]
        return [name for _, name in sorted(valued, key=lambda pair: pair[0])]


def _is_same(
    directory: str, name: str, entry: tuple[float | None, int | None], listed: Sequence[str]
) -> bool:
    """Whether the checkpoint is kept, and was not saved anew since it got its value."""
    return name in listed and identity(os.path.join(directory, name)) == entry[1]


def _listed(directory: str) -> Sequence[str]:
    """The names that the state file lists and that are there, oldest first; none, if it cannot be read."""
    try:
        state = read_state(directory)
    except errors.OpError:
        return ()
    names = () if state is None else state.all_model_checkpoint_paths
    return [name for name in names if os.path.exists(os.path.join(directory, f"{name}.index"))]
