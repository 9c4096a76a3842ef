"""Reads SavedModels, ours and TensorFlow's: the graph into a graph, values of variables and tables into a session.

::

    with Session(graph=Graph()) as session:
        meta_graph = load(session, ["serve"], "exports/1")
        signature = meta_graph.signature_def["serving_default"]
        session.run(signature.outputs["y"].name, {signature.inputs["x"].name: rows})

The graph comes as that of a .meta does (:mod:`estimator.checkpoint.import_meta`). Constants that name assets get the
names that the files have in this SavedModel; then the variables are restored, and what the SavedModel says is to be run
is run, such as the initialisation of tables. TensorFlow 2 has a function that restores the variables, which is called.

Source
------
tf.saved_model.loader, TF 1.15 and 2.15 loader_impl.py
"""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterable, Iterator
from typing import Any, TypeAlias

import numpy as np

from estimator.checkpoint.import_meta import imported
from estimator.checkpoint.saver import Saver, opened_checkpoint
from estimator.checkpoint.saver_arguments import store_of
from estimator.core import log
from estimator.core.dtypes import string
from estimator.core.errors import DataLossError, NotFoundError, OpError
from estimator.core.files import local_path, read_regular
from estimator.core.garbage import no_search_for_cycles
from estimator.core.keywords import near_keywords
from estimator.core.registry import did_you_mean
from estimator.formats import messages
from estimator.formats.tensors import array_to_proto
from estimator.graph.graph import Graph
from estimator.graph.references import split_input
from estimator.runtime.session import Session
from estimator.saved_model import constants
from estimator.saved_model.folder import (
    assets_folder,
    contains_saved_model,
    saved_models_in,
    variables_prefix,
)
from estimator.saved_model.tensor_info import below

Message: TypeAlias = Any  # a class made at run time

_MOST_BYTES = (1 << 31) - 1  # protobuf's own limit
_IMPORT_KEYWORDS = ("clear_devices", "input_map")


class SavedModelNotFoundError(NotFoundError, OSError):
    """There is no SavedModel in the folder; TensorFlow raises an IOError."""


class DamagedSavedModelError(DataLossError, OSError):
    """The file of a SavedModel is damaged; TensorFlow raises an IOError."""


class TagsNotFoundError(NotFoundError, RuntimeError):
    """A SavedModel has no graph with these tags; TensorFlow raises a RuntimeError."""


def load(
    sess: Session,
    tags: Iterable[str] | str | None,
    export_dir: str | os.PathLike[str],
    import_scope: str | None = None,
    **saver_kwargs: Any,
) -> Message:
    """Load the graph of a SavedModel with its values into a session; the MetaGraphDef, which has the signatures.

    Parameters
    ----------
    sess : Session
        Into whose graph it is added.
    tags : iterable of str
        All tags of the graph that is wanted, for example ``["serve"]``; None for the only one.
    export_dir : path
        The folder of the SavedModel.
    import_scope : str, optional
        Put before all names in the graph, with a slash; the MetaGraphDef has the names without it.
    **saver_kwargs
        `clear_devices` and `input_map`, as of tf.train.import_meta_graph.

    Raises
    ------
    NotFoundError, OSError
        If there is no SavedModel.
    NotFoundError, RuntimeError
        If it has no graph with these tags.
    DataLossError
        If it is damaged.
    UnimplementedError
        If the graph has ops that are not known here, and that the file does not describe; all are listed.
    ValueError
        If the values of its variables are not there.
    """
    return SavedModelLoader(export_dir).load(sess, tags, import_scope, **saver_kwargs)


@near_keywords
class SavedModelLoader:
    """One SavedModel, whose parts can be loaded one after another.

    Parameters
    ----------
    export_dir : path

    Raises
    ------
    NotFoundError, OSError
        If there is no SavedModel.
    DataLossError, OSError
        If its file is damaged.
    """

    def __init__(self, export_dir: str | os.PathLike[str]) -> None:
        self._export_dir = local_path(export_dir)
        self._saved_model = parse_saved_model(export_dir)

    @property
    def export_dir(self) -> str:
        """The folder."""
        return self._export_dir

    @property
    def variables_path(self) -> str:
        """The prefix of the values of variables, as that of a checkpoint."""
        return variables_prefix(self._export_dir)

    @property
    def saved_model(self) -> Message:
        """The SavedModel message."""
        return self._saved_model

    def get_meta_graph_def_from_tags(self, tags: Iterable[str] | str | None) -> Message:
        """The MetaGraphDef that has these tags and no others; the only one for None.

        Raises
        ------
        NotFoundError, RuntimeError
            If there is none; the tags that there are are listed.
        """
        meta_graphs = self._saved_model.meta_graphs
        wanted = None if tags is None else {tags} if isinstance(tags, str) else set(tags)
        if wanted is None and len(meta_graphs) == 1:
            return meta_graphs[0]
        for meta_graph in meta_graphs:
            if set(meta_graph.meta_info_def.tags) == wanted:
                return meta_graph
        said = (
            "no tags are given"
            if wanted is None
            else f"MetaGraphDef associated with tags {sorted(wanted)} could not be found"
        )
        there = ", ".join(str(sorted(meta_graph.meta_info_def.tags)) for meta_graph in meta_graphs)
        raise TagsNotFoundError(
            f"{self._export_dir}: {said}. It has graphs with the tags {there or 'of none'}."
        )

    @no_search_for_cycles()
    def load(
        self,
        sess: Session,
        tags: Iterable[str] | str | None,
        import_scope: str | None = None,
        **saver_kwargs: Any,
    ) -> Message:
        """Load graph and values as the function :func:`load` does; the MetaGraphDef."""
        store_of(sess)  # refuses what is no session, or is closed
        saver, prefix = self._imported(sess.graph, tags, import_scope, **saver_kwargs)
        self.restore_variables(sess, saver)
        self.run_init_ops(sess, tags, prefix)
        return self.get_meta_graph_def_from_tags(tags)

    def load_graph(
        self,
        graph: Graph,
        tags: Iterable[str] | str | None,
        import_scope: str | None = None,
        **saver_kwargs: Any,
    ) -> tuple[Saver | RestoreFunction | None, None]:
        """Add the graph to another; a pair, of which the first restores the variables, as TensorFlow returns it."""
        return self._imported(graph, tags, import_scope, **saver_kwargs)[0], None

    def _imported(
        self, graph: Graph, tags: Iterable[str] | str | None, import_scope: str | None, **saver_kwargs: Any
    ) -> tuple[Saver | RestoreFunction | None, str]:
        if unknown := [key for key in saver_kwargs if key not in _IMPORT_KEYWORDS]:
            hint = did_you_mean(unknown[0], _IMPORT_KEYWORDS)
            raise TypeError(f"load() got an unexpected keyword argument {unknown[0]!r}.{hint}")
        meta_graph = messages.MetaGraphDef()
        meta_graph.CopyFrom(self.get_meta_graph_def_from_tags(tags))
        _name_assets(meta_graph, self._export_dir)
        saver: Saver | RestoreFunction | None
        with graph.as_default(), self._blamed(unless=bool(saver_kwargs.get("input_map"))):
            saver, prefix = imported(meta_graph, import_scope=import_scope, is_apart=True, **saver_kwargs)
            if saver is None and meta_graph.saver_def.restore_op_name:
                saver = RestoreFunction(graph, meta_graph.saver_def, prefix)
        return saver, prefix

    @contextlib.contextmanager
    def _blamed(self, unless: bool = False) -> Iterator[None]:
        """Say of a file which contradicts itself that it does; a user's argument may be the cause, too."""
        try:
            yield
        except OpError:
            raise
        except (ValueError, TypeError, KeyError) as error:
            if unless:
                raise
            raise DamagedSavedModelError(
                f"{self._export_dir}: the graph of the SavedModel contradicts itself: {error} Is the file damaged?"
            ) from error

    def restore_variables(
        self, sess: Session, saver: Saver | RestoreFunction | None, import_scope: str | None = None
    ) -> None:
        """Give the variables the values that the SavedModel has.

        Parameters
        ----------
        sess : Session
        saver : Saver, optional
            What :meth:`load_graph` gave; None if there are no variables.
        import_scope : str, optional
            Accepted: the saver knows its variables.

        Raises
        ------
        ValueError
            If the values are not there.
        """
        if saver is None:
            log.info("The specified SavedModel has no variables; no checkpoints were restored.")
        else:
            saver.restore(sess, self.variables_path)

    def run_init_ops(
        self, sess: Session, tags: Iterable[str] | str | None, import_scope: str | None = None
    ) -> None:
        """Run what the SavedModel says is to be run, such as the initialisation of tables.

        Raises
        ------
        RuntimeError
            If it says several operations.
        """
        name = init_op_name(self.get_meta_graph_def_from_tags(tags))
        if name is not None:
            with self._blamed():
                init_op = sess.graph.as_graph_element(below(import_scope, name))
            sess.run(init_op)


class RestoreFunction:
    """Restores the variables of a SavedModel of TensorFlow 2, which has a function for that; it stands for a Saver.

    Parameters
    ----------
    graph : Graph
    saver_def : SaverDef
    prefix : str
        What stands before the names of its operations in the graph.

    Raises
    ------
    KeyError
        If the graph does not have them.
    """

    def __init__(self, graph: Graph, saver_def: Message, prefix: str) -> None:
        self._filename = graph.get_tensor_by_name(below(prefix, saver_def.filename_tensor_name))
        self._restore = graph.get_operation_by_name(below(prefix, saver_def.restore_op_name))

    def restore(self, sess: Session, save_path: str) -> None:
        """Give the variables the values of a checkpoint.

        Raises
        ------
        ValueError
            If there is none of that name.
        """
        opened_checkpoint(save_path).close()  # a saver's words for one that is not there
        sess.run(self._restore, {self._filename: save_path})
        log.info("Restoring parameters from %s", save_path)


# -- what is in the file -----------------------------------------------------------------------------------------------


def parse_saved_model(export_dir: str | os.PathLike[str]) -> Message:
    """The SavedModel message of a folder, from its file in binary or text form.

    Raises
    ------
    NotFoundError, OSError
        If there is none; if it lies below the folder, the advice says where.
    DataLossError, OSError
        If the file is damaged.
    """
    folder = local_path(export_dir)
    binary, text = (
        os.path.join(folder, name)
        for name in (constants.SAVED_MODEL_FILENAME_PB, constants.SAVED_MODEL_FILENAME_PBTXT)
    )
    try:
        if os.path.isfile(binary):
            return messages.parse("SavedModel", read_regular(binary, _MOST_BYTES), binary)
        if os.path.isfile(text):
            return messages.parse_text("SavedModel", read_regular(text, _MOST_BYTES), text)
    except DataLossError as error:
        raise DamagedSavedModelError(str(error)) from error
    names = f"{{{constants.SAVED_MODEL_FILENAME_PBTXT}|{constants.SAVED_MODEL_FILENAME_PB}}}"
    raise SavedModelNotFoundError(
        f"SavedModel file does not exist at: {folder}{os.sep}{names}.{_advice(folder)}"
    )


def _advice(folder: str) -> str:
    """What to pass instead of a folder that has no SavedModel, if one is near."""
    if os.path.isfile(folder) or contains_saved_model(os.path.dirname(os.path.normpath(folder))):
        return f" Pass the folder of the SavedModel: {os.path.dirname(os.path.normpath(folder))!r}."
    if not os.path.isdir(folder):
        return " There is no such folder."
    if os.path.isfile(os.path.join(folder, "checkpoint")):
        return " It has the checkpoints of a training: export that, and pass the folder of the export."
    below_it = saved_models_in(folder)
    return f" It lies below: {below_it[-1]!r}." if below_it else ""


def init_op_name(meta_graph: Message) -> str | None:
    """The operation that is to be run after the variables have been restored, if there is one.

    Raises
    ------
    RuntimeError
        If there are several.
    """
    key = constants.INIT_OP_SIGNATURE_KEY
    if key in meta_graph.signature_def:
        return str(meta_graph.signature_def[key].outputs[key].name)
    for key in (constants.MAIN_OP_KEY, constants.LEGACY_INIT_OP_KEY):
        if key in meta_graph.collection_def:
            names = list(meta_graph.collection_def[key].node_list.value)
            if len(names) != 1:
                raise RuntimeError(f"Expected exactly one SavedModel init op in {key!r}, found: {names}.")
            return str(names[0])
    return None


def asset_files(meta_graph: Message) -> Iterator[Message]:
    """The AssetFileDefs of a MetaGraphDef; before TensorFlow 1.15 they stood in a collection."""
    if meta_graph.asset_file_def or constants.ASSETS_KEY not in meta_graph.collection_def:
        yield from meta_graph.asset_file_def
        return
    for packed in meta_graph.collection_def[constants.ASSETS_KEY].any_list.value:
        yield messages.parse("AssetFileDef", packed.value, f"collection {constants.ASSETS_KEY!r}")


def _name_assets(meta_graph: Message, export_dir: str) -> None:
    """Put constants with the names that the files have here where the graph has those of where it was made."""
    folder = assets_folder(os.path.abspath(export_dir))
    paths = {
        split_input(asset.tensor_info.name)[0]: os.path.join(folder, asset.filename)
        for asset in asset_files(meta_graph)
    }
    if not paths:
        return
    for node in meta_graph.graph_def.node:
        if node.name in paths:
            node.op = "Const"
            node.ClearField("input")
            node.ClearField("attr")
            node.attr["dtype"].type = string.as_datatype_enum
            path = np.array(os.fsencode(paths[node.name]), object)
            node.attr["value"].tensor.CopyFrom(array_to_proto(path, string))
