"""Writes SavedModels: what a script that has a session leaves for a server.

::

    builder = SavedModelBuilder("exports/1")
    builder.add_meta_graph_and_variables(session, [SERVING], {"serving_default": signature})
    builder.save()

The values of variables are written when they are added, the graphs by :meth:`SavedModelBuilder.save`; the folder
appears then, complete.

Source
------
tf.saved_model.Builder, TF 1.15 builder_impl.py; saved_model.proto and meta_graph.proto of TensorFlow 2.15
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any, TypeAlias

from estimator.checkpoint.resume import is_reserved
from estimator.checkpoint.saver import Saver
from estimator.checkpoint.saver_arguments import store_of
from estimator.checkpoint.write_meta import forget_devices, strip_defaults
from estimator.core.errors import FailedPreconditionError
from estimator.core.keywords import near_keywords_of_methods
from estimator.core.registry import shortened
from estimator.core.shown import shorten
from estimator.formats import messages
from estimator.graph.graph import Graph, get_default_graph
from estimator.graph.tensor import Operation
from estimator.model_dir.copying import copy_file
from estimator.model_dir.storage import make_directory, write_atomically
from estimator.runtime.session import Session
from estimator.saved_model import constants
from estimator.saved_model.assets import Assets
from estimator.saved_model.checks import check, warn_of_empty_resources
from estimator.saved_model.folder import NewFolder, assets_folder, variables_prefix
from estimator.saved_model.meta_graph import servable_meta_graph

Message: TypeAlias = Any  # a class made at run time


class BuilderOrderError(FailedPreconditionError, AssertionError):
    """A builder's methods were called in another order than they can be; TensorFlow raises an AssertionError."""


@near_keywords_of_methods
class SavedModelBuilder:
    """Writes one SavedModel: variables, and one graph or more that share them, each with tags and signatures.

    Parameters
    ----------
    export_dir : path
        Must not be there, or be empty. It is made by :meth:`save`.
    in_place : bool
        Fill it from the start, under that very name: for a folder that gets its own when it is complete.

    Raises
    ------
    AlreadyExistsError, AssertionError
        If something is there.
    """

    def __init__(self, export_dir: str | os.PathLike[str], *, in_place: bool = False) -> None:
        self._folder = NewFolder(export_dir, in_place=in_place)
        self._assets = Assets()
        self._copied: set[str] = set()
        self._keys: set[str] | None = None  # of the variables, when they have been added
        self._saved_model = messages.SavedModel(
            saved_model_schema_version=constants.SAVED_MODEL_SCHEMA_VERSION
        )

    def add_meta_graph_and_variables(
        self,
        sess: Session,
        tags: Iterable[str],
        signature_def_map: Mapping[str, Message] | None = None,
        assets_collection: Iterable[Any] | None = None,
        legacy_init_op: Operation | None = None,
        clear_devices: bool = False,
        main_op: Operation | None = None,
        strip_default_attrs: bool = False,
        saver: Saver | None = None,
    ) -> None:
        """Add the session's graph, and the values that its variables have now.

        Parameters
        ----------
        sess : Session
        tags : iterable of str
            By which the graph is found: ``["serve"]``.
        signature_def_map : mapping of str to SignatureDef, optional
            What can be asked.
        assets_collection : iterable of Tensor, optional
            Constants that are names of files which the graph reads.
        legacy_init_op, main_op : Operation, optional
            What a load runs after it has restored the variables; the second counts if both are given.
        clear_devices : bool
            Leave out for which devices operations are.
        strip_default_attrs : bool
            Leave out attributes that have their defaults, so that older versions can read the graph.
        saver : Saver, optional
            Which variables are saved, under which keys. Default: all saved variables.

        Raises
        ------
        FailedPreconditionError, AssertionError
            If variables have been added already.
        FailedPreconditionError
            If a variable has no value, or the last step failed halfway.
        UsageError, AssertionError
            If a signature cannot be served: it names what the graph does not have, or needs what is only here, as the
            input of a training is. All problems are listed, and nothing is written.
        TypeError, NotFoundError
            If an asset is no constant, or its file not there; if the `main_op` is no operation.
        OpError
            If the files cannot be written.
        """
        if self._keys is not None:
            raise BuilderOrderError(
                "Graph state including variables and assets has already been saved. Please invoke `add_meta_graph()` "
                "instead."
            )
        store_of(sess)  # refuses what is no session, or is closed
        with sess.graph.as_default():
            used = saver or Saver(allow_empty=True)
        message = self._message(
            sess.graph, used, tags, signature_def_map, assets_collection,
            legacy_init_op if main_op is None else main_op, clear_devices, strip_default_attrs,
        )  # fmt: skip
        try:
            self._copy_assets()
            self._write_variables(sess, used)
        except BaseException:
            self._folder.discard()
            self._copied.clear()
            raise
        self._saved_model.meta_graphs.append(message)
        self._keys = set(used.keys())

    def add_meta_graph(
        self,
        tags: Iterable[str],
        signature_def_map: Mapping[str, Message] | None = None,
        assets_collection: Iterable[Any] | None = None,
        legacy_init_op: Operation | None = None,
        clear_devices: bool = False,
        main_op: Operation | None = None,
        strip_default_attrs: bool = False,
        saver: Saver | None = None,
    ) -> None:
        """Add the default graph as one more, whose variables are those that have been added.

        Parameters
        ----------
        tags, signature_def_map, assets_collection, legacy_init_op, clear_devices, main_op, strip_default_attrs, saver
            As of :meth:`add_meta_graph_and_variables`.

        Raises
        ------
        FailedPreconditionError, AssertionError
            If no variables have been added.
        ValueError
            If the graph has variables that were not among those.
        UsageError, TypeError, NotFoundError, OpError
            As :meth:`add_meta_graph_and_variables`.
        """
        if self._keys is None:
            raise BuilderOrderError(
                "Graph state including variables and assets has not been saved yet. Please invoke "
                "`add_meta_graph_and_variables()` first."
            )
        used = saver or Saver(allow_empty=True)
        if unknown := set(used.keys()) - self._keys:
            raise ValueError(
                f"this graph has variables whose values have not been added: {shortened(unknown)}. Add the graph that "
                "has all of them first, with add_meta_graph_and_variables, or pass a saver of those that were added."
            )
        message = self._message(
            get_default_graph(), used, tags, signature_def_map, assets_collection,
            legacy_init_op if main_op is None else main_op, clear_devices, strip_default_attrs,
        )  # fmt: skip
        self._copy_assets()
        self._saved_model.meta_graphs.append(message)

    def save(self, as_text: bool = False) -> bytes:
        """Write the graphs and let the folder appear; the path of the file with the graphs.

        Parameters
        ----------
        as_text : bool
            Write protobuf's text form, ``saved_model.pbtxt``.

        Raises
        ------
        FailedPreconditionError, AssertionError
            If nothing has been added.
        AlreadyExistsError, AssertionError
            If a SavedModel has come to be there meanwhile.
        OpError
            If the files cannot be written.
        """
        if self._keys is None:
            raise BuilderOrderError(
                "there is nothing to save: invoke `add_meta_graph_and_variables()` before `save()`."
            )
        if as_text:
            name, data = constants.SAVED_MODEL_FILENAME_PBTXT, messages.to_text(self._saved_model).encode()
        else:
            name, data = constants.SAVED_MODEL_FILENAME_PB, messages.to_bytes(self._saved_model)
        write_atomically(os.path.join(self._folder.path, name), data)
        self._folder.place()
        return os.fsencode(os.path.join(self._folder.final, name))

    def _message(
        self,
        graph: Graph,
        saver: Saver,
        tags: Iterable[str],
        signatures: Mapping[str, Message] | None,
        asset_tensors: Iterable[Any] | None,
        main_op: Operation | None,
        clear_devices: bool,
        strip_default_attrs: bool,
    ) -> Message:
        """The graph as it will stand in the file."""
        if not isinstance(saver, Saver):
            raise TypeError(f"saver is a tf.train.Saver, given: {shorten(saver)}.")
        if not isinstance(signatures or {}, Mapping):
            raise TypeError(
                'signature_def_map is a dict such as {"serving_default": signature}, given: '
                f"{shorten(signatures)}."
            )
        names = _tags(tags)
        own = {key: messages.own("SignatureDef", signature) for key, signature in (signatures or {}).items()}
        check(graph, own, main_op)
        warn_of_empty_resources(graph, own, main_op, saver)
        assets = self._assets.add(asset_tensors or ())
        message = servable_meta_graph(graph, saver, names, own, main_op, assets)
        if clear_devices:
            forget_devices(message)
        if strip_default_attrs:
            strip_defaults(message)
        return message

    def _write_variables(self, sess: Session, saver: Saver) -> None:
        prefix = variables_prefix(self._folder.path)
        make_directory(os.path.dirname(prefix))
        prepared = saver.prepare(sess, prefix, write_meta_graph=False, write_state=False)
        if prepared is not None:
            # What lets a training go on, such as the position of its input, is no part of a model.
            values = {key: value for key, value in prepared.tensors.items() if not is_reserved(key)}
            replace(prepared, tensors=values).write()

    def _copy_assets(self) -> None:
        folder = assets_folder(self._folder.path)
        for name, source in self._assets.sources.items():
            if name not in self._copied:
                make_directory(folder)
                copy_file(source, os.path.join(folder, name))
                self._copied.add(name)


def _tags(tags: Iterable[str]) -> list[str]:
    """The tags; of a single text, which TensorFlow takes for its letters, that one."""
    names = [tags] if isinstance(tags, str) else list(tags) if isinstance(tags, Iterable) else None
    if names is None or not all(isinstance(name, (str, bytes)) for name in names):
        raise TypeError(f'tags are texts by which the graph is found, as ["serve"], given: {shorten(tags)}.')
    return names
