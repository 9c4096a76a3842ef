"""One export: the model of a checkpoint as a SavedModel, which servers and other runtimes load without its Python.

For each mode that is asked for a graph is built as a call builds it, on what the user's receiver is fed instead of an
input_fn. Only when all graphs fit the checkpoint and have their signatures is anything written: a folder called by the
seconds since 1970 (:mod:`estimator.model_dir.export_folder`), with

    saved_model.pb    the graphs, tagged serve, train and eval, and their signatures
    variables/        the values of the checkpoint, once for all graphs
    assets/           the vocabulary files that the graph reads
    assets.extra/     what the user wants beside it

Source
------
tf.estimator.Estimator.export_saved_model, experimental_export_all_saved_models, TF 2.15 estimator.py
"""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from typing import Any, TypeAlias

from estimator.calls.opening import (
    BuiltModel,
    Checkpoint,
    Choice,
    Inputs,
    Model,
    build_model,
    find_start,
    open_graph,
)
from estimator.calls.user_functions import check_receiver_fn
from estimator.core import log
from estimator.core.errors import Gathered, raise_problems
from estimator.core.files import local_path
from estimator.core.frozen import frozen
from estimator.core.shown import shorten
from estimator.graph.keys import GraphKeys
from estimator.graph.tensor import Operation
from estimator.model_dir.copying import copy_file
from estimator.model_dir.export_folder import add_export
from estimator.model_dir.path import check_model_dir
from estimator.model_dir.start import Start
from estimator.model_dir.storage import make_directory
from estimator.models.export_outputs import ExportOutput
from estimator.models.receivers import received
from estimator.models.signature_defs import build_all_signature_defs
from estimator.models.spec import EstimatorSpec, ModeKeys
from estimator.models.supervised_outputs import EvalOutput, TrainOutput
from estimator.runtime.session import Session
from estimator.saved_model import constants
from estimator.saved_model.builder import SavedModelBuilder
from estimator.training.scaffold import Scaffold

Message: TypeAlias = Any  # a class made at run time

# The first one that is exported gives the variables: a training has those of the checkpoint.
_TAGS = {
    ModeKeys.TRAIN: constants.TRAINING,
    ModeKeys.EVAL: constants.EVAL,
    ModeKeys.PREDICT: constants.SERVING,
}
_EXTRA = "assets.extra"


@frozen
class ExportArguments:
    """What an export is asked for, checked.

    Attributes
    ----------
    folder : str
        Where the export's folder is made.
    receiver_fns : mapping of str to callable
        Mode to what builds its receiver.
    extra : mapping of str to str
        Path in assets.extra to the file that is copied there.
    as_text, strip_default_attrs : bool
    """

    folder: str
    receiver_fns: Mapping[str, Callable[[], Any]]
    extra: Mapping[str, str]
    as_text: bool
    strip_default_attrs: bool


@frozen
class _MetaGraph:
    """A graph of the export."""

    built: BuiltModel
    signatures: dict[str, Message]
    main_op: Operation


def checked_arguments(
    export_dir_base: Any,
    receiver_fns: Any,
    assets_extra: Any,
    as_text: bool,
    strip_default_attrs: bool,
) -> ExportArguments:
    """The arguments of an export.

    Raises
    ------
    ValueError, TypeError
        If something is not valid; all of it is listed.
    PermissionDeniedError
        If nothing can be written there.
    """
    problems = Gathered("export")
    folder = problems.result_of(_checked_folder, export_dir_base)
    functions = problems.result_of(_checked_functions, receiver_fns)
    extra = problems.result_of(_checked_extra, assets_extra)
    problems.raise_all()
    return ExportArguments(folder, functions, extra, bool(as_text), bool(strip_default_attrs))


def _checked_folder(export_dir_base: Any) -> str:
    return check_model_dir(export_dir_base, for_writing=True, what="export_dir_base")


def _checked_functions(given: Any) -> dict[str, Callable[[], Any]]:
    if not isinstance(given, Mapping):
        raise TypeError(f"input_receiver_fn_map is a dict from modes to functions, given: {shorten(given)}.")
    known = ", ".join(map(repr, _TAGS))
    problems = [
        f"No valid mode for exporting: {mode!r}; there are: {known}." for mode in given if mode not in _TAGS
    ]
    if not given:
        problems.append(f"No valid modes for exporting found. Got nothing; there are: {known}.")
    for mode, function in given.items():
        if function is None:
            problems.append(
                f"An input_receiver_fn must be defined. For {mode!r} it is None; see tf.estimator.export."
                "build_parsing_serving_input_receiver_fn."
            )
    raise_problems("export", problems)
    for mode, function in given.items():
        check_receiver_fn(function, _receiver_fn_name(mode))
    return dict(given)


def _checked_extra(assets_extra: Any) -> dict[str, str]:
    extra = {} if assets_extra is None else assets_extra
    if not isinstance(extra, Mapping):
        raise TypeError(
            f'assets_extra is a dict such as {{"names.txt": "data/names.txt"}}, given: {shorten(assets_extra)}.'
        )
    problems = [line for name, path in extra.items() for line in _problems_of_extra(name, path)]
    raise_problems("assets_extra", problems)
    return {os.fsdecode(name): local_path(path) for name, path in extra.items()}


def _receiver_fn_name(mode: str) -> str:
    return "serving_input_receiver_fn" if mode == ModeKeys.PREDICT else "input_receiver_fn"


def _problems_of_extra(name: Any, path: Any) -> list[str]:
    """What is wrong with a file for assets.extra."""
    if not isinstance(name, (str, bytes)) or not isinstance(path, (str, bytes, os.PathLike)):
        return [f"a path in assets.extra and that of a file are wanted, given: {name!r}: {path!r}."]
    parts = os.path.normpath(os.fsdecode(name)).split(os.sep)
    problems = []
    if os.path.isabs(os.fsdecode(name)) or os.pardir in parts or parts == [os.curdir]:
        problems.append(
            f"{name!r} is no path of a file below assets.extra; give a relative one, such as 'names.txt'."
        )
    if not os.path.isfile(local_path(path)):
        problems.append(f"{path!r} is no file, so that it cannot be copied to {name!r}.")
    return problems


def export(model: Model, arguments: ExportArguments, checkpoint: Checkpoint) -> bytes:
    """Export, and return the new folder; see :meth:`estimator.estimators.estimator.Estimator.export_saved_model`."""
    start = find_trained(model, checkpoint)
    graphs = {
        mode: _built(model, mode, arguments.receiver_fns[mode], start)
        for mode in _TAGS
        if mode in arguments.receiver_fns
    }
    final = add_export(arguments.folder, lambda folder: _write(folder, graphs, arguments))
    log.info("SavedModel written to: %s", final)
    return os.fsencode(final)


def find_trained(model: Model, checkpoint: Checkpoint) -> Start:
    """The checkpoint to export: as for other calls, but without one that of the warm start.

    Raises
    ------
    ValueError
        If there is none: nobody serves initial weights.
    """
    if checkpoint is None or checkpoint is Choice.LATEST:
        start = Start.latest(model.model_dir)
        if start.prefix is None and model.warm_start is not None:
            start = Start.of(model.warm_start.ckpt_to_initialize_from)
        if start.prefix is None:
            raise ValueError(
                f"Couldn't find trained model at {model.model_dir}. Train first, or pass checkpoint_path."
            )
        return start
    return find_start(model, checkpoint, "export")


def _built(model: Model, mode: str, receiver_fn: Callable[[], Any], start: Start) -> _MetaGraph:
    """The graph of a mode, which fits the checkpoint."""
    with open_graph(model) as graph:
        name = _receiver_fn_name(mode)
        receiver = received(receiver_fn(), name)
        labels = None if mode == ModeKeys.PREDICT else receiver.labels
        built = build_model(model, Inputs(receiver.features, labels, giver=name), mode, start)
        outputs = _outputs_of(built.spec)
        signatures = build_all_signature_defs(
            receiver.fed, outputs, receiver.alternatives, serving_only=mode == ModeKeys.PREDICT
        )
        if built.spec.train_op is not None:
            graph.add_to_collection(constants.TRAIN_OP_KEY, built.spec.train_op)
        built.saver.build()
        return _MetaGraph(built, signatures, run_by_a_load(built.spec.scaffold))


def run_by_a_load(scaffold: Scaffold) -> Operation:
    """What gives local variables and tables their values; a tensor of the user's stands for its operation."""
    given = scaffold.local_init_op
    operation: Operation = Scaffold.default_local_init_op() if given is None else getattr(given, "op", given)
    return operation


def _outputs_of(spec: EstimatorSpec) -> Mapping[str, ExportOutput]:
    """What the signatures of a mode give."""
    if spec.mode == ModeKeys.PREDICT:
        outputs: Mapping[str, ExportOutput] = spec.export_outputs
        return outputs
    kind = TrainOutput if spec.mode == ModeKeys.TRAIN else EvalOutput
    return {_TAGS[spec.mode]: kind(spec.loss, spec.predictions or None, spec.eval_metric_ops or None)}


def _write(folder: str, graphs: Mapping[str, _MetaGraph], arguments: ExportArguments) -> None:
    builder = SavedModelBuilder(folder, in_place=True)  # add_export gives the folder its name
    first, *others = graphs
    with Session(
        graph=graphs[first].built.graph, config=graphs[first].built.model.config.session_config
    ) as session:
        restore(graphs[first].built, session)
        builder.add_meta_graph_and_variables(session, [_TAGS[first]], **_of_graph(graphs[first], arguments))
    for mode in others:
        with graphs[mode].built.graph.as_default():
            builder.add_meta_graph([_TAGS[mode]], **_of_graph(graphs[mode], arguments))
    builder.save(arguments.as_text)
    for name, source in arguments.extra.items():
        target = os.path.join(folder, _EXTRA, name)
        make_directory(os.path.dirname(target))
        copy_file(source, target)


def restore(built: BuiltModel, session: Session) -> None:
    built.start.use(lambda prefix: built.saver.restore(session, prefix))


def _of_graph(graph: _MetaGraph, arguments: ExportArguments) -> dict[str, Any]:
    """What the builder is told of a graph."""
    return {
        "signature_def_map": graph.signatures,
        "assets_collection": graph.built.graph.get_collection(GraphKeys.ASSET_FILEPATHS),
        "main_op": graph.main_op,
        "strip_default_attrs": arguments.strip_default_attrs,
        "saver": graph.built.saver,
    }
