"""What a path names: a model_dir, a checkpoint of it, or something else that has a command of its own.

::

    models/iris                         the latest checkpoint, or with a step that one
    models/iris/model.ckpt-200          a checkpoint; the name of one of its files, too, as a shell completes it
    exports/1577836800                  the variables of a SavedModel
"""

from __future__ import annotations

import os

from estimator.core.errors import InvalidArgumentError, NotFoundError, UnimplementedError
from estimator.core.frozen import frozen
from estimator.formats.bundle import BundleReader
from estimator.inspection.listing import read_listing
from estimator.model_dir.file_names import owner_of
from estimator.model_dir.finding import LatestPrefix, find_latest
from estimator.model_dir.path import as_model_dir, check_model_dir
from estimator.model_dir.start import Start
from estimator.saved_model.folder import contains_saved_model, saved_models_in, variables_prefix

_KERAS = (".keras", ".h5", ".hdf5")
_NO_CHECKPOINT = (
    "no state file 'checkpoint' and no *.index file. Give the model_dir of a training, a checkpoint such as "
    "models/iris/model.ckpt-200, or the folder of a SavedModel."
)


@frozen
class Place:
    """Where a checkpoint lies.

    Parameters
    ----------
    directory : str
        The model_dir, or what stands for it.
    prefix : str or None
        Of the checkpoint; None of a model_dir without one.
    is_directory : bool
        Whether the directory was named, not a checkpoint of it.
    """

    directory: str
    prefix: str | None
    is_directory: bool = False

    @property
    def start(self) -> Start:
        """The checkpoint, to be read; the latest of a directory may be overtaken by a newer one."""
        return Start.named(self.prefix) if self.prefix is not None else Start()


def place_of(path: str, step: int | None = None) -> Place:
    """What a path names.

    Parameters
    ----------
    path : str
    step : int, optional
        Of the checkpoint of the directory; by default the latest.

    Raises
    ------
    NotFoundError
        If there is no such checkpoint.
    InvalidArgumentError
        If a step is given for what is no directory, or the path is a URL.
    UnimplementedError
        If it is a file of another kind.
    OpError
        If there are checkpoints and none is whole.
    """
    name = as_model_dir(path, "the path")
    if os.path.isdir(name):
        return _of_directory(name, step)
    if step is not None:
        raise InvalidArgumentError(f"{path!r} is no directory, of which --step could choose a checkpoint.")
    folder, own = os.path.split(name)
    if own.lower().endswith(_KERAS) and os.path.isfile(name):
        raise UnimplementedError(
            f"{path!r} is a model of tf.keras in one file: estimator metadata {path} tells how it was made, and "
            "tf.keras.models.load_model(...).summary() what is in it."
        )
    owner = owner_of(own)
    if owner is not None and os.path.exists(name):
        name = os.path.join(folder, owner)
    if not os.path.exists(f"{name}.index"):
        BundleReader(name)  # says what is there
    return Place(folder, name)


def _of_directory(directory: str, step: int | None) -> Place:
    if contains_saved_model(directory):
        if step is not None:
            raise InvalidArgumentError(f"{directory!r} is a SavedModel, which has no steps to choose from.")
        return Place(directory, variables_prefix(directory))
    if step is not None:
        found = read_listing(directory).at_step(step, directory)
        return Place(directory, os.path.join(directory, found.name), is_directory=True)
    latest = find_latest(directory, deep=False)  # what is read is compared with its checksums, then
    return Place(directory, None if latest is None else LatestPrefix(latest.prefix), is_directory=True)


def demand_checkpoint(place: Place) -> str:
    """The prefix of the checkpoint.

    Raises
    ------
    NotFoundError
        If there is none.
    """
    if place.prefix is None:
        newest = saved_models_in(place.directory)[-1:]
        hint = f" It has exports: give {newest[0]!r}." if newest else ""
        raise NotFoundError(f"{place.directory!r} has no checkpoint: {_NO_CHECKPOINT}{hint}")
    return place.prefix


def demand_model_dir(path: str) -> str:
    """The name of a directory that is there.

    Raises
    ------
    NotFoundError
        If it is not.
    InvalidArgumentError
        If it is a URL, or no directory.
    """
    name = check_model_dir(path)
    if not os.path.isdir(name):
        raise NotFoundError(f"there is no model_dir {path!r}.")
    return name
