"""CheckpointManager: numbered checkpoints of a :class:`Checkpoint` in a directory, of which the newest are kept.

::

    manager = CheckpointManager(checkpoint, "models/mine", max_to_keep=3)
    manager.restore_or_initialize()                     # goes on where the last process stopped
    for step in range(1000):
        ...
        manager.save()                                  # models/mine/ckpt-1, ckpt-2...

The state file has a timestamp for each checkpoint, as TensorFlow's manager writes it.

Source
------
tf.train.CheckpointManager, TensorFlow 2.15
"""

from __future__ import annotations

import contextlib
import os
import time
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np

from estimator.checkpoint.object_based import Checkpoint, values_of
from estimator.core import errors
from estimator.core.files import explained, local_path
from estimator.core.keywords import near_keywords_of_methods
from estimator.core.named_tuple import NamedTuple
from estimator.model_dir import file_names
from estimator.model_dir.finding import latest_prefix, list_checkpoints
from estimator.model_dir.notes import SaveNote, drop_note, write_note
from estimator.model_dir.recovery import recover_if_abandoned
from estimator.model_dir.retention import SECONDS_PER_HOUR, SavedCheckpoint, delete_checkpoints, remove_files
from estimator.model_dir.state import CheckpointState, read_state, write_state
from estimator.model_dir.storage import LOCAL, make_directory, retried


@near_keywords_of_methods
class CheckpointManager:
    """The checkpoints of a directory.

    Parameters
    ----------
    checkpoint : Checkpoint or mapping
        What to save; a mapping of names to arrays or variables becomes a Checkpoint.
    directory : path
        It is made when the first checkpoint is saved.
    max_to_keep : int or None
        How many stay; None for all.
    keep_checkpoint_every_n_hours : float, optional
        One of every so many hours stays for good.
    checkpoint_name : str
        What their names begin with.
    step_counter : array or variable, optional
        The number of steps, for `checkpoint_interval`.
    checkpoint_interval : int, optional
        How many steps lie between two checkpoints; :meth:`save` does nothing in between.
    init_fn : callable, optional
        What :meth:`restore_or_initialize` calls if there is no checkpoint.
    clock : callable
        The time in seconds since 1970.

    Raises
    ------
    TypeError
        If `checkpoint` is something else.
    ValueError
        If `max_to_keep` is not a positive number, `checkpoint_name` has a directory in it, or
        `checkpoint_interval` is without `step_counter`.
    OpError
        If there are checkpoints and none of them is whole.
    """

    def __init__(
        self,
        checkpoint: Checkpoint | Mapping[str, Any],
        directory: str | os.PathLike[str],
        max_to_keep: int | None,
        keep_checkpoint_every_n_hours: float | None = None,
        checkpoint_name: str = "ckpt",
        step_counter: Any = None,
        checkpoint_interval: int | None = None,
        init_fn: Callable[[], Any] | None = None,
        *,
        clock: Callable[[], float] = time.time,
    ) -> None:
        if max_to_keep is not None and not (hasattr(max_to_keep, "__index__") and max_to_keep > 0):
            raise ValueError(f"Expected a positive integer or `None` for `max_to_keep`, got {max_to_keep!r}.")
        if not checkpoint_name or os.path.basename(checkpoint_name) != checkpoint_name:
            raise ValueError(
                f"checkpoint_name must be a file's name such as 'ckpt', given: {checkpoint_name!r}."
            )
        if checkpoint_interval is not None and step_counter is None:
            raise ValueError("`step_counter` should be passed if `checkpoint_interval` is not None.")
        self.checkpoint = checkpoint if isinstance(checkpoint, Checkpoint) else Checkpoint(checkpoint)
        self.directory = local_path(directory)
        self.checkpoint_interval = checkpoint_interval
        self._max_to_keep = max_to_keep
        self._keep_hours = keep_checkpoint_every_n_hours
        self._basename = checkpoint_name
        self._step_counter = step_counter
        self._init_fn = init_fn
        self._clock = clock
        self._last_step: int | None = None
        self._last_preserved = clock()
        self._kept: list[SavedCheckpoint] = []
        self._recover()

    def _recover(self) -> None:
        """Go on with the list of an earlier process; without a usable one, with what is there."""
        recover_if_abandoned(self.directory)
        self._latest: str | None = latest_prefix(self.directory)
        if self._latest is None:
            return
        try:
            state = read_state(self.directory)
        except errors.OpError:
            state = None
        there = {info.name: info for info in list_checkpoints(self.directory)}
        if state is None:
            self._kept = [
                checkpoint for checkpoint in map(_saved, there.values()) if self._is_mine(checkpoint.name)
            ]
            return
        times = dict(
            zip(state.all_model_checkpoint_paths, state.all_model_checkpoint_timestamps, strict=False)
        )
        names = [name for name in state.all_model_checkpoint_paths if name in there]
        self._kept = [SavedCheckpoint(name, times.get(name, self._clock())) for name in names]
        self._last_preserved = state.last_preserved_timestamp or self._last_preserved

    def _is_mine(self, name: str) -> bool:
        return file_names.split_step(name)[0] == self._basename

    # -- what there is -------------------------------------------------------------------------------------------------

    @property
    def latest_checkpoint(self) -> str | None:
        """The prefix of the latest checkpoint; None if there is none."""
        return self._latest

    @property
    def checkpoints(self) -> list[str]:
        """The prefixes of those that are kept, oldest first."""
        return [os.path.join(self.directory, checkpoint.name) for checkpoint in self._kept]

    # -- saving and restoring ------------------------------------------------------------------------------------------

    def save(
        self, checkpoint_number: Any = None, check_interval: bool = True, session: Any = None
    ) -> str | None:
        """Save a checkpoint, name it in the state file, and let old ones go.

        Parameters
        ----------
        checkpoint_number : int, array or variable, optional
            By default how often the checkpoint has been saved.
        check_interval : bool
            Heed `checkpoint_interval`.
        session : Session, optional
            Which holds the variables' values.

        Returns
        -------
        str or None
            The prefix; None if it was not time for one.

        Raises
        ------
        OpError
            If the files cannot be written.
        """
        step = None if self.checkpoint_interval is None else _number(self._step_counter, session)
        if step is not None and not self._is_due(step, check_interval):
            return None
        self.checkpoint.save_counter[...] += 1
        try:
            number = _number(
                self.checkpoint.save_counter if checkpoint_number is None else checkpoint_number, session
            )
            name = file_names.checkpoint_name(self._basename, number)
            plan, before = self._plan(name), (self._kept, self._last_preserved, self._latest)
            note = self._note(name, plan.leaving)
            prefix = self._write(name, note, session)
            self._kept, self._last_preserved, self._latest = plan.kept, plan.last_preserved, prefix
            try:
                self._let_go(name, plan.leaving, note)
            except BaseException:
                self._kept, self._last_preserved, self._latest = before
                raise
        except BaseException:
            self.checkpoint.save_counter[...] -= 1
            raise
        self._last_step = step
        return prefix

    def _note(self, name: str, leaving: Sequence[str]) -> str:
        """Note what is to be done, so that the next process can finish it."""
        make_directory(self.directory)
        recover_if_abandoned(self.directory)
        note = SaveNote(name, True, tuple(leaving))
        with explained(
            f"cannot write checkpoint {name!r} into {self.directory!r}", self.directory, len(note.encoded())
        ):
            return write_note(LOCAL, self.directory, note)

    def _write(self, name: str, note: str, session: Any) -> str:
        try:
            return self.checkpoint.write(os.path.join(self.directory, name), session)
        except BaseException:
            with contextlib.suppress(OSError):
                drop_note(LOCAL, note)
            raise

    def _is_due(self, step: int, check_interval: bool) -> bool:
        if self._last_step is None:
            return True
        return step != self._last_step and (
            not check_interval or step >= self._last_step + (self.checkpoint_interval or 0)
        )

    def _plan(self, latest: str) -> _Plan:
        """What stays and what goes once the checkpoint of this name is the latest."""
        kept = [checkpoint for checkpoint in self._kept if checkpoint.name != latest]
        kept.append(SavedCheckpoint(latest, self._clock()))
        leaving, preserved, hours = [], self._last_preserved, self._keep_hours
        while self._max_to_keep is not None and len(kept) > self._max_to_keep:
            oldest = kept.pop(0)
            if hours and oldest.timestamp - hours * SECONDS_PER_HOUR >= preserved:
                preserved = oldest.timestamp
            else:
                leaving.append(oldest.name)
        return _Plan(kept, leaving, preserved)

    def _let_go(self, latest: str, leaving: Sequence[str], note: str) -> None:
        """Acknowledge the list without those that leave it, delete these, and then drop the note that says so."""
        names, times = (
            tuple(getattr(checkpoint, key) for checkpoint in self._kept) for key in ("name", "timestamp")
        )
        try:
            write_state(self.directory, CheckpointState(latest, names, times, self._last_preserved))
        except errors.OpError:
            with contextlib.suppress(errors.OpError, OSError):
                self._take_back(latest, note)
            raise
        gone = delete_checkpoints(LOCAL, self.directory, leaving)
        with contextlib.suppress(OSError):  # else the next process finds all of it done
            if gone:
                retried(LOCAL.fsync_dir, self.directory)
            if len(gone) == len(leaving):
                drop_note(LOCAL, note)

    def _take_back(self, latest: str, note: str) -> None:
        """Remove what is written and not acknowledged, unless the state file was replaced all the same."""
        state = read_state(self.directory)
        if state is None or latest not in state.all_model_checkpoint_paths:
            remove_files(LOCAL, self.directory, latest)
            drop_note(LOCAL, note)

    def restore_or_initialize(self, session: Any = None) -> str | None:
        """Restore the latest checkpoint; if there is none, call `init_fn`.

        Returns
        -------
        str or None
            What was restored.

        Raises
        ------
        OpError
            As :meth:`Checkpoint.restore`.
        """
        if self._latest is not None:
            self.checkpoint.restore(self._latest, session)
            if self._step_counter is not None:
                self._last_step = _number(self._step_counter, session)
            return self._latest
        if self._init_fn is not None:
            self._init_fn()
        return None


class _Plan(NamedTuple):
    """What stays and what goes with a save, and when the last one that stays for good was saved."""

    kept: list[SavedCheckpoint]
    leaving: list[str]
    last_preserved: float


def _saved(info: Any) -> SavedCheckpoint:
    return SavedCheckpoint(info.name, info.timestamp)


def _number(value: Any, session: Any) -> int:
    if isinstance(value, (int, np.integer)):
        return int(value)
    (number,) = values_of([value], session)
    return int(number)
