"""What train, evaluate, predict and export share: one model in one model_dir, and the graph that a call builds from it.

A call finds its start, opens a graph, gets its inputs and builds the model on them::

    start = find_start(model, checkpoint, "evaluate")
    with open_graph(model):
        inputs = read_inputs(model, input_fn, ModeKeys.EVAL)
        built = build_model(model, inputs, ModeKeys.EVAL, start)
        with MonitoredSession(built.session_creator(), hooks) as session:
            ...

The model is compared with the checkpoint as soon as it is built: what does not fit is said before anything is written.
Inputs are a value of their own, since an export takes them from placeholders and not from an input_fn.
"""

from __future__ import annotations

import copy
import os
from collections.abc import Callable, Hashable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import field, replace
from enum import Enum
from typing import TYPE_CHECKING, Any, TypeAlias, TypeVar

from estimator.calls.keep_best import best_start
from estimator.calls.kept import Keeper, Work, contents_of, is_settled, kind_of_input
from estimator.calls.record import warn_of_another_model
from estimator.calls.user_functions import call_input_fn, call_model_fn, check_input_fn, takes_context
from estimator.checkpoint.compare import add_to_mismatch, mismatch_of
from estimator.checkpoint.dialects import PLAIN
from estimator.checkpoint.saver import Saver
from estimator.core import log, nest
from estimator.core.errors import InvalidArgumentError, NotFoundError, OpError, raise_problems
from estimator.core.frozen import frozen
from estimator.core.garbage import no_search_for_cycles
from estimator.core.registry import did_you_mean
from estimator.distribution.collective import current
from estimator.graph.graph import Graph, get_default_graph
from estimator.graph.keys import GraphKeys
from estimator.model_dir.start import Start
from estimator.models.spec import EstimatorSpec, ModeKeys
from estimator.pipeline.adapt import connect
from estimator.pipeline.source_group import SourceGroup
from estimator.runtime.order import prune
from estimator.settings.run_config import RunConfig
from estimator.training.session_creator import ChiefSessionCreator
from estimator.training.session_run_hook import SessionRunHook
from estimator.variables.global_step import get_or_create_global_step
from estimator.variables.variable import Variable

if TYPE_CHECKING:
    from estimator.checkpoint.warm_start import WarmStartSettings
    from estimator.runtime.session import Session

T = TypeVar("T")


@frozen
class Model:
    """What an Estimator holds; its calls share it.

    Attributes
    ----------
    model_fn : callable
    model_dir : str
    config : RunConfig
    params : object
        Whatever was given; an empty dict for nothing. Each call gets a copy of its own.
    warm_start : WarmStartSettings or None
        Where first values come from while model_dir has no checkpoint.
    class_name : str
        Of the Estimator, for metadata.yaml.
    canned : str or None
        The ready-made class that it is or derives from; None if the model function is the user's.
    arguments : mapping of str to object or None
        What the constructor of a ready-made class was given.
    defaults : mapping of str to object
        What it takes for arguments that it is not given.
    experiment : mapping of str to object or None
        The experiment that it is of, as plain values with all defaults, for metadata.yaml.
    keeper : Keeper
        What its calls leave to one another.
    """

    model_fn: Callable[..., Any]
    model_dir: str
    config: RunConfig
    params: Any  # any object that can be copied
    warm_start: WarmStartSettings | None
    class_name: str
    canned: str | None
    arguments: Mapping[str, Any] | None = None
    defaults: Mapping[str, Any] = field(default_factory=dict)
    experiment: Mapping[str, Any] | None = None
    keeper: Keeper = field(default_factory=Keeper, init=False, compare=False, repr=False)


@frozen
class Inputs:
    """What a model function is called with.

    Attributes
    ----------
    features, labels : nested structure of Tensor
        Labels may be None.
    source : SourceGroup or None
        Where the data comes from; None if the graph reads none.
    kind : hashable or None
        What a model sees of them, if the graph holds nothing beside them.
    giver : str
        The function of the user's that they come from, for messages.
    """

    features: Any
    labels: Any = None
    source: SourceGroup | None = None
    kind: Hashable | None = None
    giver: str = "input_fn"


@frozen
class BuiltModel:
    """A graph with inputs and model, which is known to fit the checkpoint it starts from.

    Attributes
    ----------
    model : Model
    graph : Graph
    spec : EstimatorSpec
    source : SourceGroup or None
        Where the data comes from; None if the graph reads none.
    global_step : Variable
    start : Start
    saver : Saver
    has_own_saver : bool
        Whether a model_fn that is no ready-made model's has made the saver.
    """

    model: Model
    graph: Graph
    spec: EstimatorSpec
    source: SourceGroup | None
    global_step: Variable
    start: Start
    saver: Saver
    has_own_saver: bool

    def reading(self, source: SourceGroup | None, start: Start) -> BuiltModel:
        """The same model on other data, with the values of another checkpoint."""
        return replace(self, source=source, start=start)

    def never_ends(self, fetches: Any) -> bool:
        """Whether the input does not end a loop over the fetches: it repeats, or they do not depend on it."""
        elements = [element for element in nest.flatten(fetches) if element is not None]
        needed = prune([getattr(element, "op", element) for element in elements], frozenset())
        if any(op.type == "ResourceCountUpTo" or op.definition.waits for op in needed):  # a queue may end
            return False
        names = [op.attrs["shared_name"] for op in needed if op.type == "IteratorGetNext"]
        return self.source is None or self.source.is_endless(names)

    def session_creator(
        self,
        config: Any = None,
        *,
        share: Callable[[Session], None] | None = None,
        takes_over: bool = False,
    ) -> ChiefSessionCreator:
        """What gives the variables their values: the checkpoint; without one, the initializers, then the warm start.

        Parameters
        ----------
        config : ConfigProto, optional
            Of the session.
        share, takes_over : callable, optional, and bool
            As :class:`ChiefSessionCreator` has them: what other processes have to do with the values.

        Raises
        ------
        ValueError, NotFoundError
            If the model cannot be warm-started from what it is to be; nothing has been changed then.
        """
        warm_start = None
        if self.start.prefix is None and self.model.warm_start is not None and not takes_over:
            from estimator.checkpoint.warm_start import plan_warm_start

            warm_start = plan_warm_start(self.graph, self.model.warm_start).apply
        return ChiefSessionCreator(
            self.spec.scaffold,
            config=config,
            start=self.start,
            after_init=warm_start,
            saves=self.spec.mode == ModeKeys.TRAIN,
            executor=self.model.config.executor,
            share=share,
            takes_over=takes_over,
        )


@contextmanager
def open_graph(model: Model, graph: Graph | None = None) -> Iterator[Graph]:
    """A graph, by default a new one, the default one of the block, with the seed of the config and a global step."""
    with (graph or Graph()).as_default() as graph:
        graph.seed = model.config.tf_random_seed
        graph.gradient_reduction = model.config.gradient_reduction
        get_or_create_global_step(graph)
        yield graph


def read_inputs(
    model: Model, input_fn: Callable[..., Any], mode: str, before_sharing: Callable[[], object] | None = None
) -> Inputs:
    """Call input_fn in the default graph; labels are dropped in prediction, since one input_fn may serve all calls.

    Parameters
    ----------
    model, input_fn, mode
        What to call, with what.
    before_sharing : callable, optional
        Is called before processes that train together share out what it has made.

    Raises
    ------
    TypeError, ValueError
        If input_fn cannot be called, or what it returns is not an input.
    """
    check_input_fn(input_fn)
    graph = get_default_graph()
    before = contents_of(graph)
    result = call_input_fn(input_fn, mode, copy.deepcopy(model.params), model.config)
    features, labels, source = connect(result, mode, graph, takes_context(input_fn, mode), before_sharing)
    labels = None if mode == ModeKeys.PREDICT else labels
    return Inputs(features, labels, source, kind_of_input(features, labels, before))


def build_model(model: Model, inputs: Inputs, mode: str, start: Start) -> BuiltModel:
    """Call model_fn in the default graph and compare what it has made with the checkpoint.

    Raises
    ------
    ValueError, TypeError
        If model_fn returns something else than the spec of this mode.
    InvalidArgumentError, NotFoundError
        If model and checkpoint do not fit; nothing has been changed then.
    """
    _warn_of_another_model(model, start)
    graph = get_default_graph()
    global_step = get_or_create_global_step(graph)
    params = copy.deepcopy(model.params)
    with no_search_for_cycles():
        spec = call_model_fn(
            model.model_fn, inputs.features, inputs.labels, mode, params, model.config, inputs.giver
        )
    if mode == ModeKeys.TRAIN and current().size > 1:
        spec = _of_all_processes(graph, spec)
    has_own_saver = _has_own_saver(graph, spec)
    saver = _saver_of(graph, spec, model.config)
    try:
        start.use(saver.check)
    except (InvalidArgumentError, NotFoundError) as error:
        raise _with_changes(error, model, start)  # noqa: B904  it is the same error
    return BuiltModel(model, graph, spec, inputs.source, global_step, start, saver, has_own_saver)


def _of_all_processes(graph: Graph, spec: EstimatorSpec) -> EstimatorSpec:
    """The spec with the loss of all processes: what is logged, and looked at for NaN."""
    from estimator.optimizers.apart import (
        warn_of_variables_apart,  # one process has nothing to come apart from
    )

    warn_of_variables_apart(graph, spec.train_op)
    if spec.loss in graph.losses_of_all:
        return spec._replace(loss=graph.losses_of_all[spec.loss])
    return spec


def _with_changes(error: OpError, model: Model, start: Start) -> OpError:
    """The error; if model and checkpoint do not fit, it says what the last training there made otherwise."""
    if mismatch_of(error) is not None and start.prefix is not None:
        from estimator.calls.changes import changes_of

        changes = changes_of(os.path.dirname(start.prefix), model)
        if changes:
            add_to_mismatch(error, f"Changed since the last training there: {'; '.join(changes)}.")
    return error


def _warn_of_another_model(model: Model, start: Start) -> None:
    if start.prefix is not None:
        warn_of_another_model(os.path.dirname(start.prefix), model.canned)


def open_work(
    model: Model,
    input_fn: Callable[..., Any],
    mode: str,
    start: Start,
    hooks: Sequence[SessionRunHook],
    finish: Callable[[BuiltModel], T],
) -> Work[BuiltModel, T]:
    """A model on the data of input_fn, and what `finish` makes of it, built now or by an earlier call.

    What hooks do with a graph nobody knows: with hooks it is a new one, and it is not kept.

    Raises
    ------
    ValueError, TypeError, OpError
        As :func:`read_inputs`, :func:`build_model` and `finish`.
    """
    with open_graph(model) as graph:
        inputs = read_inputs(model, input_fn, mode)
        is_known = is_settled(model.model_fn) and inputs.kind is not None and start.prefix is not None
        key = (mode, inputs.kind) if is_known and not hooks else None
        work: Work[BuiltModel, T] | None = model.keeper.take(key)
        if work is None:
            built = build_model(model, inputs, mode, start)
            if built.spec.evaluation_hooks or built.spec.prediction_hooks:
                key = None
            return Work(built, finish(built), model.keeper, key)
        work.renew(graph, inputs.source, start)
        if not work.is_current():
            _warn_of_another_model(model, start)
        return work


def _has_own_saver(graph: Graph, spec: EstimatorSpec) -> bool:
    """Whether there is a saver that may choose its variables: the one of a ready-made model only chooses their keys."""
    savers = [*graph.get_collection(GraphKeys.SAVERS), spec.scaffold.saver]
    return any(getattr(saver, "dialect", PLAIN) == PLAIN for saver in savers if saver is not None)


def _saver_of(graph: Graph, spec: EstimatorSpec, config: RunConfig) -> Saver:
    """The saver of the spec's scaffold or of the graph, made if there is none."""
    scaffold, listed = spec.scaffold, graph.get_collection(GraphKeys.SAVERS)
    if scaffold.saver is None and not listed:
        scaffold.saver = Saver(
            max_to_keep=config.keep_checkpoint_max,
            keep_checkpoint_every_n_hours=config.keep_checkpoint_every_n_hours or float("inf"),
            missing_slots=config.missing_slots,
            defer_build=True,
        )
    saver: Saver = scaffold.saver or listed[0]
    if not listed:  # where a CheckpointSaverHook of the user's own finds it
        graph.add_to_collection(GraphKeys.SAVERS, saver)
    return saver


class Choice(Enum):
    """A checkpoint that is asked for by what it is."""

    BEST = "best"
    LATEST = "latest"


Checkpoint: TypeAlias = "str | os.PathLike[str] | Choice | None"


def chosen_checkpoint(what: str, choice: Any, path: Any) -> Checkpoint:
    """Which checkpoint is asked for: by what it is, by its path, or, by default, the latest.

    Raises
    ------
    ValueError
        If both are given, or what is asked for is none of those that there are.
    """
    known = [member.value for member in Choice]
    problems = []
    if choice is not None and path is not None:
        problems.append("checkpoint and checkpoint_path say the same thing in two ways; give one.")
    if choice is not None and choice not in known:
        hint = did_you_mean(choice, known) if isinstance(choice, str) else ""
        problems.append(
            f"checkpoint is {' or '.join(map(repr, known))}, given: {choice!r}.{hint} For the prefix of a checkpoint "
            "there is checkpoint_path=..."
        )
    if path is not None and not isinstance(path, (str, bytes, os.PathLike)):
        problems.append(
            f"checkpoint_path is the prefix of a checkpoint, such as model.ckpt-200, given: {path!r}."
        )
    elif path in known and not os.path.exists(f"{path}.index"):
        problems.append(
            f"checkpoint_path is the prefix of a checkpoint; the {path} one is checkpoint={path!r}."
        )
    raise_problems(what, problems)
    return path if choice is None else Choice(choice)  # whether it is a path, reading it will tell


def find_start(model: Model, checkpoint: Checkpoint, what: str) -> Start:
    """The checkpoint to read: the given one, the best, the latest, or none for first values.

    First values that are not warm-started are untrained: a warning says so.

    Raises
    ------
    NotFoundError
        If there is none and the config requires one, or the best is asked for.
    OpError
        If there are checkpoints but none is whole.
    """
    if checkpoint is Choice.BEST:
        return best_start(model.model_dir)
    if checkpoint is not None and checkpoint is not Choice.LATEST:
        return Start.named(checkpoint)
    start = Start.latest(model.model_dir)
    if start.prefix is not None:
        return start
    if model.config.require_checkpoint:
        raise NotFoundError(
            f"Could not find trained model in model_dir: {model.model_dir}. RunConfig(require_checkpoint=True) "
            f"refuses to {what} on initial weights: train first, or pass checkpoint_path."
        )
    if model.warm_start is None:  # else the warm start says what it does
        log.warning(
            "Could not find trained model in model_dir: %s: %s uses initial, untrained weights. "
            "RunConfig(require_checkpoint=True) makes this an error.", model.model_dir, what,
        )  # fmt: skip
    return start
