"""Everything that ``estimator inspect`` tells of a model_dir or a checkpoint, as values."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from estimator.checkpoint.reader import held_bundle
from estimator.core.errors import OpError
from estimator.core.frozen import frozen
from estimator.inspection.folder_files import FileGroup, file_groups
from estimator.inspection.listing import Listing, read_listing
from estimator.inspection.makers import (
    DEFAULT_KEEP_HOURS,
    DEFAULT_KEEP_MAX,
    begin_of,
    entries_of,
    maker_of,
    setting,
)
from estimator.inspection.places import Place, demand_checkpoint, place_of
from estimator.inspection.variables import VariableReport, variables_of
from estimator.model_dir.file_names import split_step
from estimator.model_dir.finding import kept_with
from estimator.model_dir.lock import holder
from estimator.model_dir.path import as_model_dir
from estimator.model_dir.retention import SavedCheckpoint
from estimator.model_dir.series import CheckpointSeries
from estimator.model_dir.storage import LOCAL, FileOps


@frozen
class CheckpointReport:
    """One checkpoint.

    Parameters
    ----------
    prefix : str
    step : int or None
    variables : tuple of VariableReport
    maker : mapping or None
        The entry of metadata.yaml of the call that wrote it.
    """

    prefix: str
    step: int | None
    variables: tuple[VariableReport, ...]
    maker: Mapping[str, Any] | None = None


@frozen
class NextSave:
    """What the next save of a training will delete.

    Parameters
    ----------
    deletes : tuple of str
    preserves : tuple of str
        What leaves the state file and stays for good, by keep_checkpoint_every_n_hours.
    keep_checkpoint_max : int or None
    is_recorded : bool
        Whether that is what the last training said; otherwise it is the default.
    """

    deletes: tuple[str, ...]
    preserves: tuple[str, ...]
    keep_checkpoint_max: int | None
    is_recorded: bool


@frozen
class ModelDirReport:
    """A model_dir.

    Parameters
    ----------
    directory : str
    listing : Listing
    trainer : str or None
        Who trains there now.
    next_save : NextSave or None
        None where nothing is saved yet.
    entries : tuple of mapping
        Of metadata.yaml, oldest first.
    files : tuple of FileGroup
    """

    directory: str
    listing: Listing
    trainer: str | None
    next_save: NextSave | None
    entries: tuple[Mapping[str, Any], ...]
    files: tuple[FileGroup, ...]


@frozen
class Report:
    """What was asked for.

    Parameters
    ----------
    path : str
    checkpoint : CheckpointReport or None
        None if the model_dir has none that can be read.
    model_dir : ModelDirReport or None
        If that was named.
    trouble : str or None
        Why no checkpoint of the model_dir can be read.
    """

    path: str
    checkpoint: CheckpointReport | None
    model_dir: ModelDirReport | None
    trouble: str | None = None

    @property
    def is_damaged(self) -> bool:
        """Whether something that was asked for cannot be read."""
        variables = self.checkpoint.variables if self.checkpoint else ()
        return self.trouble is not None or any(one.damage for one in variables)


def inspect(path: str, step: int | None = None, *, with_statistics: bool = True) -> Report:
    """What there is to be told.

    Parameters
    ----------
    path : str
        A model_dir, a checkpoint, or the folder of a SavedModel.
    step : int, optional
        Of the checkpoint whose variables are told.
    with_statistics : bool
        Read the numbers of the variables.

    Raises
    ------
    OpError
        As :func:`~estimator.inspection.places.place_of`; and if there is neither a checkpoint nor any sign of a
        training.
    """
    try:
        place = place_of(path, step)
    except OpError as error:
        if step is not None or not os.path.isdir(as_model_dir(path)):
            raise
        found = describe_model_dir(as_model_dir(path))  # which tells what is wrong with every checkpoint
        return Report(path, None, found, error.message)
    if not place.is_directory:
        demand_checkpoint(place)
        return Report(path, _checkpoint(place, entries_of(place.directory), with_statistics), None)
    found = describe_model_dir(place.directory)
    if place.prefix is None and not found.entries and not found.listing.checkpoints:
        demand_checkpoint(place)
    checkpoint = None if place.prefix is None else _checkpoint(place, found.entries, with_statistics)
    return Report(path, checkpoint, found)


def describe_model_dir(directory: str, clock: Callable[[], float] = time.time) -> ModelDirReport:
    """The directory's checkpoints, files, makers, and what will become of them."""
    listing, entries = read_listing(directory), tuple(entries_of(directory))
    trainer, last = holder(directory), entries[-1] if entries else None
    began = None if trainer is None else begin_of(last)  # else by a training that begins now
    return ModelDirReport(
        directory,
        listing,
        trainer,
        _next_save(directory, listing, last, clock() if began is None else began),
        entries,
        tuple(file_groups(directory)),
    )


def _checkpoint(
    place: Place, entries: Sequence[Mapping[str, Any]], with_statistics: bool
) -> CheckpointReport:
    reader = place.start.use(held_bundle)
    assert reader is not None  # there is a prefix
    with reader:
        step = split_step(os.path.basename(reader.prefix))[1]
        found = variables_of(reader, with_statistics=with_statistics)
        return CheckpointReport(reader.prefix, step, tuple(found), maker_of(entries, step))


def _next_save(
    directory: str, listing: Listing, last: Mapping[str, Any] | None, began: float
) -> NextSave | None:
    latest = listing.latest
    if latest is None:
        return None
    keep_max = setting(last, "keep_checkpoint_max", DEFAULT_KEEP_MAX)
    hours = setting(last, "keep_checkpoint_every_n_hours", DEFAULT_KEEP_HOURS)
    series = series_of(directory, latest.name, keep_max, hours, clock=lambda: began)
    basename, step = split_step(latest.name)
    steps = [one.step for one in listing.checkpoints if one.step is not None]
    plan = series.plan(f"{basename}-{max([step or 0, *steps]) + 1}")
    deleted, preserved = (tuple(gone.name for gone in group) for group in (plan.deleted, plan.preserved))
    return NextSave(deleted, preserved, keep_max, last is not None)


def series_of(
    directory: str,
    latest: str,
    keep_max: int | None,
    keep_every_n_hours: float = DEFAULT_KEEP_HOURS,
    clock: Callable[[], float] = time.time,
    ops: FileOps = LOCAL,
) -> CheckpointSeries:
    """The checkpoints of a directory as a training that begins now goes on with them."""
    prefix = os.path.join(directory, latest)
    series = CheckpointSeries(
        directory, keep_max=keep_max, keep_every_n_hours=keep_every_n_hours, clock=clock, ops=ops
    )
    series.continue_from(SavedCheckpoint(found.name, found.timestamp) for found in kept_with(prefix))
    series.note_restored(prefix)
    return series
