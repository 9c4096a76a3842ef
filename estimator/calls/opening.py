"""One model in one model_dir, and the graph that a call of train, evaluate or predict builds from it."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from estimator.calls.user_functions import call_input_fn, call_model_fn, check_input_fn
from estimator.checkpoint.saver import Saver
from estimator.checkpoint.warm_start import WarmStartSettings, plan_warm_start
from estimator.core import log, nest
from estimator.core.errors import NotFoundError
from estimator.graph.graph import Graph
from estimator.graph.keys import GraphKeys
from estimator.model_dir.finding import latest_checkpoint, use_latest
from estimator.models.spec import EstimatorSpec, ModeKeys
from estimator.pipeline.adapt import connect
from estimator.pipeline.iterator import SourceGroup
from estimator.runtime.order import prune
from estimator.settings.run_config import RunConfig
from estimator.training.session_creator import ChiefSessionCreator
from estimator.variables.global_step import get_or_create_global_step
from estimator.variables.variable import Variable


@dataclass(frozen=True)
class Model:
    """What an Estimator holds; its calls share it.

    Attributes
    ----------
    model_fn : callable
    model_dir : str
    config : RunConfig
    params : mapping
    warm_start : WarmStartSettings or None
        Where first values come from while model_dir has no checkpoint.
    class_name : str
        Of the Estimator, for metadata.yaml.
    """

    model_fn: Callable[..., Any]
    model_dir: str
    config: RunConfig
    params: Mapping[str, Any]
    has_params: bool
    warm_start: WarmStartSettings | None
    class_name: str


@dataclass(frozen=True)
class BuiltModel:
    """A graph with inputs and model.

    Attributes
    ----------
    graph : Graph
    spec : EstimatorSpec
    source : SourceGroup or None
        Where the data comes from; None if the graph reads none.
    global_step : Variable
    """

    graph: Graph
    spec: EstimatorSpec
    source: SourceGroup | None
    global_step: Variable


def build_model(model: Model, graph: Graph, input_fn: Callable[..., Any], mode: str) -> BuiltModel:
    """Call input_fn and model_fn in `graph`, which must be the default one."""
    check_input_fn(input_fn)
    graph.seed = model.config.tf_random_seed
    global_step = get_or_create_global_step(graph)
    result = call_input_fn(input_fn, mode, model.params, model.config)
    features, labels, source = connect(result, mode, graph)
    if mode == ModeKeys.PREDICT:
        labels = None  # one input_fn may serve all three calls
    params = dict(model.params) if model.has_params else {}
    spec = call_model_fn(model.model_fn, features, labels, mode, params, model.config)
    return BuiltModel(graph, spec, source, global_step)


def prepare_saver(
    built: BuiltModel, config: RunConfig, checkpoint: str | None, *, latest_of: str | None = None
) -> Saver:
    """The saver of the spec's scaffold, made if the model has none; the checkpoint is compared with the model.

    With `latest_of`, a directory, the latest checkpoint there stands in for one that is deleted by now.

    Raises
    ------
    InvalidArgumentError, NotFoundError
        If model and checkpoint do not fit; nothing has been changed then.
    """
    scaffold, listed = built.spec.scaffold, built.graph.get_collection(GraphKeys.SAVERS)
    if scaffold.saver is None and not listed:
        scaffold.saver = Saver(
            max_to_keep=config.keep_checkpoint_max,
            keep_checkpoint_every_n_hours=config.keep_checkpoint_every_n_hours or float("inf"),
            missing_slots=config.missing_slots,
            defer_build=True,
        )
    saver: Saver = scaffold.saver or listed[0]
    if not listed:  # where a CheckpointSaverHook of the user's own finds it
        built.graph.add_to_collection(GraphKeys.SAVERS, saver)
    if latest_of is not None:
        use_latest(latest_of, saver.check, checkpoint)
    elif checkpoint is not None:
        saver.check(checkpoint)
    return saver


def never_ends(built: BuiltModel, fetches: Any) -> bool:
    """Whether the input does not end a loop over the fetches: it repeats without end, or they do not depend on it."""
    elements = [each for each in nest.flatten(fetches) if each is not None]
    needed = prune([getattr(each, "op", each) for each in elements], frozenset())
    names = [op.attrs["shared_name"] for op in needed if op.type == "IteratorGetNext"]
    return built.source is None or built.source.is_endless(names)


def session_creator(
    model: Model, built: BuiltModel, checkpoint: str | None, *, latest_of: str | None = None
) -> ChiefSessionCreator:
    """What gives the variables their values: the checkpoint; without one, the initializers and then the warm start.

    With `latest_of`, a directory, the latest checkpoint there stands in for one that is deleted by now.

    Raises
    ------
    ValueError, NotFoundError
        If the model cannot be warm-started from what it is to be; nothing has been changed then.
    """
    warm_start = None
    if checkpoint is None and model.warm_start is not None:
        warm_start = plan_warm_start(built.graph, model.warm_start).apply
    return ChiefSessionCreator(
        built.spec.scaffold,
        checkpoint_dir=latest_of,
        checkpoint_filename_with_path=checkpoint,
        after_init=warm_start,
        or_newer=latest_of is not None,
    )


def choose_checkpoint(model: Model, checkpoint_path: str | None, what: str) -> str | None:
    """The prefix of the checkpoint to read: the given one, the latest, or None for first values.

    First values that are not warm-started are untrained: a warning says so.

    Raises
    ------
    NotFoundError
        If there is none and the config requires one.
    OpError
        If there are checkpoints but none is whole.
    """
    if checkpoint_path is not None:
        return os.fspath(checkpoint_path)
    latest = latest_checkpoint(model.model_dir)
    if latest is not None:
        return latest
    if model.config.require_checkpoint:
        raise NotFoundError(
            f"Could not find trained model in model_dir: {model.model_dir}. RunConfig(require_checkpoint=True) "
            f"refuses to {what} on initial weights: train first, or pass checkpoint_path."
        )
    if model.warm_start is not None:
        return None  # the warm start says what it does
    log.warning(
        "Could not find trained model in model_dir: %s: %s uses initial, untrained weights. "
        "RunConfig(require_checkpoint=True) makes this an error.", model.model_dir, what,
    )  # fmt: skip
    return None
