"""A session's variables into checkpoints and back.

A :class:`Saver` saves the variables of a graph under their keys and restores them. Restoring compares every
name, shape and type first, and changes no value unless all fit. Which variables these are is the business of
:mod:`estimator.checkpoint.saved_variables`, which files are written, and how, that of
:mod:`estimator.model_dir.series`.

::

    saver = Saver(max_to_keep=3)
    with Session() as session:
        session.run(global_variables_initializer())
        prefix = saver.save(session, "models/mine/my-model", global_step=1000)   # .../my-model-1000
        saver.restore(session, prefix)

Source
------
tf.train.Saver, TensorFlow 1.15 and 2.15. Unlike there, the state file always has paths relative to itself, keeping
everything (0 or None) also lists everything, each directory has its own list of checkpoints that are kept, values that
are on disk under the very name are not written again, and a restore that does not fit is an error for every kind of
variable.
"""

from __future__ import annotations

import contextlib
import os
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

import numpy as np

from estimator.checkpoint import read_cache
from estimator.checkpoint.prepared_save import PreparedSave
from estimator.checkpoint.resume import RESUME_KEY, ResumeState, decode_resume, encode_resume
from estimator.checkpoint.saved_variables import GLOBAL_STEP, SavedVariables
from estimator.checkpoint.saver_arguments import as_path, as_step, store_of
from estimator.checkpoint.transfer import began_nonfinite
from estimator.core import log
from estimator.core.dtypes import bfloat16
from estimator.core.errors import FailedPreconditionError, NotFoundError
from estimator.core.garbage import no_search_for_cycles
from estimator.core.keywords import near_keywords_of_methods
from estimator.core.tracebacks import cause_of
from estimator.formats.bundle import BundleReader
from estimator.formats.slices import SlicedArray
from estimator.graph.graph import Graph, get_default_graph
from estimator.model_dir import file_names
from estimator.model_dir.series import KeptCheckpoints
from estimator.model_dir.start import Start
from estimator.runtime.session import Session
from estimator.runtime.store import VariableStore

Array = np.ndarray[Any, Any]
MetaWriter = Callable[[Graph, "Saver", bool], bytes]


@near_keywords_of_methods
class Saver:
    """Saves and restores variables.

    Parameters
    ----------
    var_list : sequence or mapping, optional
        Variables, or checkpoint key to variable. Default: all saved variables of the default graph.
    reshape : bool
        Restore tensors of another shape too, if they have as many elements.
    max_to_keep : int or None
        How many checkpoints stay; None or 0 for all.
    keep_checkpoint_every_n_hours : float
        One of every so many hours stays for good.
    defer_build : bool
        Take the variables when :meth:`build` is called, not now.
    allow_empty : bool
        Be content with a graph without variables, of which nothing is saved.
    pad_step_number : bool
        Write steps with eight digits: ``model.ckpt-00000200``.
    saver_def : SaverDef, optional
        What an earlier saver said of itself: its `max_to_keep` and `keep_checkpoint_every_n_hours` count.
    sharded, name, restore_sequentially, builder, write_version, save_relative_paths, filename
        Accepted for old scripts, and without effect: one shard is written, in the V2 format, and paths in the
        state file are always relative to it.
    dialect : str
        Under which keys slots are stored; see :mod:`estimator.checkpoint.dialects`.
    missing_slots : str
        What a restore does where the weights fit but what an optimizer keeps is missing: ``"error"``, or
        ``"fresh"`` to let that begin with its first values, with a warning.
    clock : callable
        The time in seconds since 1970.
    meta_writer : callable, optional
        Makes the .meta file's bytes of a graph, this saver, and whether to leave out attributes that have their
        defaults; by default TensorFlow's MetaGraphDef.

    Attributes
    ----------
    resume : callable or None
        Gives the :class:`ResumeState` to be saved along, from the session.
    resumed : ResumeState or None
        What the last restored checkpoint said beyond its variables.

    Raises
    ------
    TypeError
        If `var_list` holds something else than variables, or maps something else than names.
    ValueError
        If there are no variables, `saver_def` is not a SaverDef, or `max_to_keep` is negative.
    """

    def __init__(
        self,
        var_list: Sequence[Any] | Mapping[str, Any] | None = None,
        reshape: bool = False,
        sharded: bool = False,
        max_to_keep: int | None = 5,
        keep_checkpoint_every_n_hours: float = 10000.0,
        name: str | None = None,
        restore_sequentially: bool = False,
        saver_def: Any = None,
        builder: Any = None,
        defer_build: bool = False,
        allow_empty: bool = False,
        write_version: Any = None,
        pad_step_number: bool = False,
        save_relative_paths: bool = True,
        filename: str | None = None,
        *,
        dialect: str = "plain",
        missing_slots: str = "error",
        clock: Callable[[], float] = time.time,
        meta_writer: MetaWriter | None = None,
    ) -> None:
        self._saved = SavedVariables(
            var_list, dialect, allow_empty=allow_empty, reshape=reshape, missing_slots=missing_slots
        )
        if max_to_keep is not None and (
            isinstance(max_to_keep, bool) or not hasattr(max_to_keep, "__index__")
        ):
            raise TypeError(f"max_to_keep must be a whole number, or None for all; given: {max_to_keep!r}.")
        if max_to_keep is not None and max_to_keep < 0:
            raise ValueError(f"max_to_keep must be 0 or more, or None for all; given: {max_to_keep!r}.")
        if saver_def is not None:
            if not hasattr(saver_def, "max_to_keep"):
                raise ValueError(
                    f"saver_def must be a SaverDef, as Saver.as_saver_def() gives it; given: {saver_def!r}."
                )
            max_to_keep = saver_def.max_to_keep
            keep_checkpoint_every_n_hours = saver_def.keep_checkpoint_every_n_hours
        if write_version == 1:
            log.log_first_n(log.WARN, "tf.train.Saver: write_version=V1 has no effect here.", 1)
        if builder is not None:
            log.log_first_n(log.WARN, "tf.train.Saver: builder has no effect here.", 1)
        self.name = name
        self.max_to_keep = max_to_keep
        self.keep_checkpoint_every_n_hours = keep_checkpoint_every_n_hours
        self._pad_step_number = pad_step_number
        self._clock = clock
        self._meta_writer = meta_writer or _tensorflow_meta
        self._meta: tuple[tuple[int, str, bool], bytes] | None = None  # graph version and dialect, its .meta
        self._kept = KeptCheckpoints(max_to_keep, keep_checkpoint_every_n_hours, clock)
        self._saver_def = saver_def  # a message; made when it is asked for
        self.resume: Callable[[Session], ResumeState] | None = None
        self.resumed: ResumeState | None = None
        if not defer_build:
            self.build()

    # -- what is saved -------------------------------------------------------------------------------------------------

    @property
    def dialect(self) -> str:
        """Under which keys slots are stored."""
        return self._saved.dialect

    def build(self) -> None:
        """Take the default graph's variables, if none were given and it has not been done.

        Raises
        ------
        ValueError
            If there are none.
        """
        self._saved.build()

    def keys(self, dialect: str | None = None) -> dict[str, Any]:
        """Checkpoint key to variable, sorted by key."""
        return self._saved.keys(dialect)

    # -- saving --------------------------------------------------------------------------------------------------------

    @no_search_for_cycles()
    def save(
        self,
        sess: Session,
        save_path: str | os.PathLike[str],
        global_step: Any = None,
        latest_filename: str | None = None,
        meta_graph_suffix: str = "meta",
        write_meta_graph: bool = True,
        write_state: bool = True,
        strip_default_attrs: bool = False,
        save_debug_info: bool = False,
    ) -> str | None:
        """Save a checkpoint; from its return on it survives a power failure.

        Parameters
        ----------
        sess : Session
        save_path : path
            Directory and basename: ``models/iris/model.ckpt``. The directory is made if it is not there.
        global_step : int, variable or tensor, optional
            Appended to the name.
        latest_filename : str, optional
            What the state file is called, if not ``checkpoint``.
        meta_graph_suffix : str
            How the name of the file with the graph ends.
        write_meta_graph : bool
            Whether to write that file.
        write_state : bool
            Whether the state file names the checkpoint. If not, it also does not count for `max_to_keep`.
        strip_default_attrs : bool
            Leave attributes that have their defaults out of the file with the graph.
        save_debug_info : bool
            Accepted: nothing is written of how the program made the graph.

        Returns
        -------
        str or None
            The prefix of the checkpoint; None if there are no variables.

        Raises
        ------
        FailedPreconditionError
            If a step failed halfway, so that the values belong to no step; or a variable has no value.
        InvalidArgumentError
            If a value has NaN or infinity in it that began without: as an initializer or a checkpoint gave it.
        RuntimeError
            If the saver was made with ``defer_build=True`` and not built.
        TypeError
            If `sess` is not a Session, `save_path` no path, or the step no whole number.
        ValueError
            If `latest_filename` is not a bare name, or `save_path` names no file.
        OpError
            If the files cannot be written; the checkpoints that were there are untouched.
        """
        prepared = self.prepare(
            sess, save_path, global_step, latest_filename, meta_graph_suffix, write_meta_graph, write_state,
            strip_default_attrs,
        )  # fmt: skip
        return None if prepared is None else prepared.write()

    def prepare(
        self,
        sess: Session,
        save_path: str | os.PathLike[str],
        global_step: Any = None,
        latest_filename: str | None = None,
        meta_graph_suffix: str = "meta",
        write_meta_graph: bool = True,
        write_state: bool = True,
        strip_default_attrs: bool = False,
    ) -> PreparedSave | None:
        """What :meth:`save` would write, with the live arrays; None if there are no variables. Nothing is written yet.

        Raises
        ------
        FailedPreconditionError, RuntimeError, TypeError, ValueError
            As :meth:`save`.
        """
        if not self._saved.is_built:
            raise RuntimeError(
                "`build()` should be called before save if defer_build==True: it takes the variables."
            )
        if store_of(sess).torn:
            raise FailedPreconditionError(
                "the last step failed after it had begun to write variables; they belong to no step and are not saved. "
                "Restore the last checkpoint."
            )
        directory, basename = os.path.split(as_path(save_path))
        if not basename:
            raise ValueError(
                f"save_path={save_path!r} names no file: append a basename, such as 'model.ckpt'."
            )
        series = self._kept.series_in(directory, latest_filename)
        name = self._checkpoint_name(basename, None if global_step is None else as_step(sess, global_step))
        keys = self.keys()
        if not keys:
            return None
        prefix = os.path.join(directory, name)
        tensors = self.snapshot(sess)
        return PreparedSave(
            series,
            prefix,
            tensors,
            self._meta_for(sess.graph, strip_default_attrs) if write_meta_graph else None,
            meta_graph_suffix,
            dtype_of={key: bfloat16 for key, variable in keys.items() if variable.dtype is bfloat16},
            may_be_nonfinite=began_nonfinite(sess.store, keys),
            anew=series.is_current(name) and not _are_in(prefix, tensors),
            acknowledge=write_state,
        )

    def _checkpoint_name(self, basename: str, step: int | None) -> str:
        if step is not None and self._pad_step_number:
            return f"{basename}-{step:08d}"
        return file_names.checkpoint_name(basename, step)

    def snapshot(self, sess: Session) -> dict[str, Array | SlicedArray]:
        """The values to be saved, by key; the arrays are the live ones."""
        tensors = self._saved.values(sess)
        if self.resume is not None:
            tensors[RESUME_KEY] = encode_resume(self.resume(sess))
        return {key: tensors[key] for key in sorted(tensors)}

    def _meta_for(self, graph: Graph, strip_default_attrs: bool) -> bytes:
        """The .meta of the graph, made once per version."""
        version = graph.version, self.dialect, strip_default_attrs
        if self._meta is None or self._meta[0] != version:
            self._meta = version, self._meta_writer(graph, self, strip_default_attrs)
        return self._meta[1]

    # -- which checkpoints are kept ------------------------------------------------------------------------------------

    @property
    def last_checkpoints(self) -> list[str]:
        """The prefixes of the checkpoints that are kept, oldest first, as :meth:`save` gave them."""
        return self._kept.prefixes()

    def set_last_checkpoints(self, last_checkpoints: Sequence[str]) -> None:
        """Take these prefixes for the ones that are kept, oldest first; their files count as new."""
        now = self._clock()
        self.set_last_checkpoints_with_time([(prefix, now) for prefix in last_checkpoints])

    def set_last_checkpoints_with_time(self, last_checkpoints_with_time: Iterable[tuple[str, float]]) -> None:
        """Take these prefixes, saved at these times, for the ones that are kept, oldest first."""
        self._kept.replace(last_checkpoints_with_time)

    def recover_last_checkpoints(self, checkpoint_paths: Sequence[str]) -> None:
        """Go on with the list of an earlier process: those of the prefixes whose files are there."""
        found = []
        for prefix in checkpoint_paths:
            try:
                found.append((prefix, os.stat(f"{os.fspath(prefix)}.index").st_mtime))
            except OSError:
                log.debug("%r is not there and leaves the list of those that are kept.", prefix)
        self.set_last_checkpoints_with_time(found)

    # -- restoring -----------------------------------------------------------------------------------------------------

    @no_search_for_cycles()
    def restore(self, sess: Session, save_path: str | os.PathLike[str] | None) -> None:
        """Give the variables the values of a checkpoint.

        If `save_path` was looked up as the latest of a directory (by latest_checkpoint or get_checkpoint_state) and a
        trainer has deleted it meanwhile, the newer one is restored, and the log names it.

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
            raise ValueError(
                "Can't load save_path when it is None. tf.train.latest_checkpoint gives None for a directory without a "
                "checkpoint: train first, or look at the path."
            )
        store = store_of(sess)
        Start.named(as_path(save_path)).use(lambda prefix: self._restore(sess, store, prefix))

    def _restore(self, sess: Session, store: VariableStore, prefix: str) -> None:
        with opened_checkpoint(prefix) as reader:
            fit = self._saved.fit(reader, prefix)
            reserved = [RESUME_KEY] if reader.has(RESUME_KEY) else []
            beside = [*fit.carried, *reserved, *(key for key in fit.keys if key == GLOBAL_STEP)]
            everything = [*fit.keys, *fit.carried, *reserved]
            cache = read_cache.cache
            arrays = cache.read(reader, everything if cache.keeps(reader, everything) else beside)
            state = decode_resume(arrays[RESUME_KEY], prefix) if reserved else None
            self._saved.take(sess, fit, arrays, reader)
        self.resumed = state
        store.torn = False
        self._kept.series_in(os.path.dirname(prefix)).note_restored(prefix)
        log.info("Restoring parameters from %s", prefix)

    def check(self, save_path: str) -> None:
        """Raise what :meth:`restore` would raise for the variables that there are now, and change nothing."""
        with opened_checkpoint(save_path) as reader:
            self._saved.fit(reader, save_path)

    # -- the saver in a message ----------------------------------------------------------------------------------------

    @property
    def saver_def(self) -> Any:  # a message
        """The saver as a SaverDef, with the names that its operations have in a .meta file; None before it is built."""
        if self._saver_def is None and self._saved.is_built:
            from estimator.checkpoint.write_meta import saver_def  # loads protobuf

            self._saver_def = saver_def(get_default_graph(), self)
        return self._saver_def

    def as_saver_def(self) -> Any:  # a message
        """The same as :attr:`saver_def`."""
        return self.saver_def

    def to_proto(self, export_scope: str | None = None) -> Any:  # a message
        """As :attr:`saver_def`, without `export_scope` before its names; None if they are not in that scope."""
        from estimator.checkpoint.saver_messages import below  # which a training has no use for

        return below(self.saver_def, export_scope)

    @classmethod
    def from_proto(cls, saver_def: Any, import_scope: str | None = None) -> Saver:
        """A saver of the default graph's variables that keeps as many as the SaverDef says.

        Parameters
        ----------
        saver_def : SaverDef
        import_scope : str, optional
            Is put before the names of its operations.

        Raises
        ------
        ValueError
            If there are no variables.
        """
        from estimator.checkpoint.saver_messages import with_names  # which a training has no use for

        made = cls(saver_def=saver_def)
        if import_scope:
            made._saver_def = with_names(saver_def, lambda name: f"{import_scope}/{name}")
        return made

    # -- the graph in a file -------------------------------------------------------------------------------------------

    def export_meta_graph(
        self,
        filename: str | os.PathLike[str] | None = None,
        collection_list: Iterable[str] | None = None,
        as_text: bool = False,
        export_scope: str | None = None,
        clear_devices: bool = False,
        clear_extraneous_savers: bool = False,
        strip_default_attrs: bool = False,
        save_debug_info: bool = False,
    ) -> Any:  # a message
        """The default graph with this saver as a MetaGraphDef, also written to a file if a name is given.

        Parameters
        ----------
        filename : path, optional
        collection_list : iterable of str, optional
            Which collections to write; by default all.
        as_text : bool
            Write protobuf's text form.
        export_scope : str, optional
            Not here: a part of a graph cannot be written.
        clear_devices : bool
            Leave out for which devices operations are.
        clear_extraneous_savers : bool
            Accepted: no other saver has operations in the graph.
        strip_default_attrs : bool
            Leave out attributes that have their defaults.
        save_debug_info : bool
            Accepted: nothing is written of how the program made the graph.

        Raises
        ------
        UnimplementedError
            If `export_scope` is given.
        """
        from estimator.checkpoint.write_meta import export  # loads protobuf

        return export(
            get_default_graph(), self, filename, collection_list, as_text, export_scope=export_scope,
            clear_devices=clear_devices, strip_default_attrs=strip_default_attrs,
        )  # fmt: skip


def _are_in(prefix: str, tensors: Mapping[str, Any]) -> bool:
    """Whether a checkpoint holds these values already; seldom is one saved again under its name."""
    from estimator.checkpoint.unchanged import holds

    return holds(prefix, tensors)


def opened_checkpoint(save_path: str) -> BundleReader:
    """The checkpoint, to be read; it is held, so that a save which replaces it does not disturb.

    Raises
    ------
    ValueError
        If there is none of that name.
    DataLossError
        If its index is damaged.
    """
    try:
        reader = BundleReader(save_path)
        with contextlib.suppress(NotFoundError):  # what is missing is told when it is read
            reader.hold()
        return reader
    except NotFoundError as error:
        raise ValueError(
            f"The passed save_path is not a valid checkpoint: {save_path} ({error}) A checkpoint is named "
            "by its prefix, such as model.ckpt-200, without .index."
        ) from cause_of(error)


def _tensorflow_meta(graph: Graph, saver: Saver, strip_default_attrs: bool) -> bytes:
    from estimator.checkpoint.write_meta import meta_graph_def  # loads protobuf, which only saving needs

    return meta_graph_def(graph, saver, strip_default_attrs)
