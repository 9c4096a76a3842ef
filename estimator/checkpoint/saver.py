"""A session's variables into checkpoints and back.

A :class:`Saver` knows which variables of a graph are saved and under which keys. Restoring compares every
name, shape and type first, and changes no value unless all fit. Which files are written, and how, is the
business of :mod:`estimator.checkpoint.manager`.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np

from estimator.checkpoint import file_names
from estimator.checkpoint.compare import compare, raise_mismatch
from estimator.checkpoint.dialects import dialects, fitting_dialect
from estimator.checkpoint.manager import CheckpointStore
from estimator.checkpoint.restored import restored
from estimator.checkpoint.resume import RESUME_KEY, ResumeState, decode_resume, encode_resume, is_reserved
from estimator.checkpoint.variables import part_of, spec_of, variable_name
from estimator.core import log
from estimator.core.errors import FailedPreconditionError, NotFoundError
from estimator.formats.bundle import BundleReader
from estimator.graph.graph import Graph, get_default_graph
from estimator.graph.keys import GraphKeys
from estimator.graph.tensor import Tensor
from estimator.runtime.session import Session

Array = np.ndarray[Any, Any]
MetaWriter = Callable[[Graph, "Saver"], bytes]


class Saver:
    """Saves and restores variables.

    Parameters
    ----------
    var_list : sequence or mapping, optional
        Variables, or checkpoint key to variable. Default: all saved variables of the default graph.
    max_to_keep : int or None
        How many checkpoints stay; None or 0 for all.
    keep_checkpoint_every_n_hours : float
        One of every so many hours stays for good.
    dialect : str
        Under which keys slots are stored; see :mod:`estimator.checkpoint.dialects`.
    save_relative_paths : bool
        Accepted for old scripts; paths in the state file are always relative to it.
    defer_build : bool
        Take the variables when :meth:`build` is called, not now.
    clock : callable
        The time in seconds since 1970.
    meta_writer : callable, optional
        Makes the .meta file's bytes of a graph and this saver; by default TensorFlow's MetaGraphDef.

    Attributes
    ----------
    resume : callable or None
        Gives the :class:`ResumeState` to be saved along, from the session.
    restored : ResumeState or None
        What the last restored checkpoint said beyond its variables.
    """

    def __init__(
        self,
        var_list: Sequence[Any] | Mapping[str, Any] | None = None,
        max_to_keep: int | None = 5,
        keep_checkpoint_every_n_hours: float = 10000.0,
        *,
        dialect: str = "plain",
        save_relative_paths: bool = True,
        defer_build: bool = False,
        clock: Callable[[], float] = time.time,
        meta_writer: MetaWriter | None = None,
    ) -> None:
        dialects.get(dialect)  # a wrong name fails here
        self._given = var_list
        self._variables: list[Any] | None = None
        self._keys: dict[str, str] | None = None  # given keys, by variable name
        self.max_to_keep = max_to_keep
        self.keep_checkpoint_every_n_hours = keep_checkpoint_every_n_hours
        self.dialect = dialect
        self._clock = clock
        self._meta_writer = meta_writer or _tensorflow_meta
        self._meta: tuple[tuple[int, str], bytes] | None = None  # graph version and dialect, its .meta
        self._stores: dict[tuple[str, str], CheckpointStore] = {}
        self.resume: Callable[[Session], ResumeState] | None = None
        self.restored: ResumeState | None = None
        if not defer_build:
            self.build()

    # -- what is saved -------------------------------------------------------------------------------------------------

    def build(self) -> None:
        """Take the default graph's variables, if none were given and it has not been done.

        Raises
        ------
        ValueError
            If there are none.
        """
        if self._variables is None:
            self._variables = self._collect()

    def _collect(self) -> list[Any]:
        if isinstance(self._given, Mapping):
            self._keys = {variable_name(variable): key for key, variable in self._given.items()}
            found = list(self._given.values())
        elif self._given is not None:
            found = list(self._given)
        else:
            graph = get_default_graph()
            listed = [
                graph.get_collection(key) for key in (GraphKeys.GLOBAL_VARIABLES, GraphKeys.SAVEABLE_OBJECTS)
            ]
            found = list({variable_name(variable): variable for each in listed for variable in each}.values())
        if not found:
            raise ValueError("No variables to save: make them before the Saver, or pass var_list.")
        return found

    def keys(self, dialect: str | None = None) -> dict[str, Any]:
        """Checkpoint key to variable, sorted by key."""
        key_of = dialects.get(dialect or self.dialect)
        keys: dict[str, Any] = {}
        for variable in self._variables or self._collect():
            name = variable_name(variable)
            key = self._keys[name] if self._keys else key_of(*part_of(variable))
            if key in keys:
                raise ValueError(
                    f"{variable_name(keys[key])!r} and {name!r} would both be saved as {key!r}; rename one of them."
                )
            keys[key] = variable
        return dict(sorted(keys.items()))

    # -- saving --------------------------------------------------------------------------------------------------------

    def save(
        self,
        sess: Session,
        save_path: str | os.PathLike[str],
        global_step: Any = None,
        write_meta_graph: bool = True,
    ) -> str:
        """Save a checkpoint; from its return on it survives a power failure.

        Parameters
        ----------
        sess : Session
        save_path : path
            Directory and basename: ``models/iris/model.ckpt``.
        global_step : int, variable or tensor, optional
            Appended to the name.

        Returns
        -------
        str
            The prefix of the checkpoint.

        Raises
        ------
        FailedPreconditionError
            If a step failed halfway, so that the values belong to no step; or a variable has no value.
        InvalidArgumentError
            If a value is not finite.
        OpError
            If the files cannot be written; the checkpoints that were there are untouched.
        """
        if sess.store.torn:
            raise FailedPreconditionError(
                "the last step failed after it had begun to write variables; they belong to no step and are not saved. "
                "Restore the last checkpoint."
            )
        step = None if global_step is None else _as_step(sess, global_step)
        tensors = self.snapshot(sess)
        dtypes = {key: variable.dtype for key, variable in self.keys().items()}
        meta = self._meta_for(sess.graph) if write_meta_graph else None
        return self.store_for(save_path).save(step, tensors, meta, dtype_of=dtypes)

    def snapshot(self, sess: Session) -> dict[str, Array]:
        """The values to be saved, by key; the arrays are the live ones."""
        tensors = {
            key: sess.store.of_handle(variable.handle.op).value for key, variable in self.keys().items()
        }
        if self.resume is not None:
            tensors[RESUME_KEY] = encode_resume(self.resume(sess))
        return dict(sorted(tensors.items()))

    def store_for(self, save_path: str | os.PathLike[str]) -> CheckpointStore:
        """The manager of the checkpoints of that directory and basename."""
        directory, basename = os.path.split(os.fspath(save_path))
        key = (os.path.abspath(directory), basename)
        if key not in self._stores:
            self._stores[key] = CheckpointStore(
                directory or os.curdir, basename, keep_max=self.max_to_keep,
                keep_every_n_hours=self.keep_checkpoint_every_n_hours, clock=self._clock,
            )  # fmt: skip
        return self._stores[key]

    def _meta_for(self, graph: Graph) -> bytes:
        """The .meta of the graph, made once per version."""
        version = graph.version, self.dialect
        if self._meta is None or self._meta[0] != version:
            self._meta = version, self._meta_writer(graph, self)
        return self._meta[1]

    # -- restoring -----------------------------------------------------------------------------------------------------

    def restore(self, sess: Session, save_path: str | None) -> None:
        """Give the variables the values of a checkpoint.

        Raises
        ------
        ValueError
            If there is no checkpoint of that name.
        InvalidArgumentError, NotFoundError
            If model and checkpoint do not fit; all differences in one table. No value is changed then.
        DataLossError
            If the checkpoint is damaged.
        """
        if save_path is None:
            raise ValueError("Can't load save_path when it is None.")
        with self._open(save_path) as reader:
            keys = self._fitting_keys(reader, save_path)
            reserved = [RESUME_KEY] if reader.has(RESUME_KEY) else []
            arrays = restored.read(reader, [*keys, *reserved])
            state = decode_resume(arrays[RESUME_KEY], save_path) if reserved else None
            for key, variable in keys.items():
                sess.store.of_handle(variable.handle.op).write(arrays[key])
        self.restored = state
        sess.store.torn = False
        step = file_names.split_step(os.path.basename(save_path))[1]
        if step is not None:
            base = file_names.split_step(os.path.basename(save_path))[0]
            self.store_for(os.path.join(os.path.dirname(save_path), base)).note_restored(step, save_path)
        log.info("Restoring parameters from %s", save_path)

    def check(self, save_path: str) -> None:
        """Raise what :meth:`restore` would raise for the variables that there are now, and change nothing."""
        with self._open(save_path) as reader:
            self._fitting_keys(reader, save_path)

    @staticmethod
    def _open(save_path: str) -> BundleReader:
        try:
            return BundleReader(save_path)
        except NotFoundError as error:
            raise ValueError(
                f"The passed save_path is not a valid checkpoint: {save_path} ({error}) A checkpoint is named "
                "by its prefix, such as model.ckpt-200, without .index."
            ) from error

    def _fitting_keys(self, reader: BundleReader, save_path: str) -> dict[str, Any]:
        """Key to variable in the dialect that fits best; from now on that one is written."""
        stored = {
            name: (tuple(reader.shape(name)), reader.dtype(name))
            for name in reader.names()
            if not is_reserved(name)
        }
        dialect = self.dialect
        if self._keys is None:
            dialect = fitting_dialect(
                self.dialect, [part_of(variable) for variable in self._variables or self._collect()], stored
            )
        keys = self.keys(dialect)
        mismatch = compare({key: spec_of(variable) for key, variable in keys.items()}, stored)
        if mismatch is not None:
            raise_mismatch(mismatch, save_path)
        if dialect != self.dialect:
            log.info("%s uses the key names of dialect %r; so will the next checkpoints.", save_path, dialect)
            self.dialect = dialect
        return keys


def _tensorflow_meta(graph: Graph, saver: Saver) -> bytes:
    from estimator.checkpoint.meta_graph import meta_graph_def  # loads protobuf, which only saving needs

    return meta_graph_def(graph, saver)


def _as_step(sess: Session, global_step: Any) -> int:
    if isinstance(global_step, Tensor) or hasattr(global_step, "as_graph_element"):
        return int(sess.run(global_step))
    return int(global_step)
