"""Two steps of training and of evaluation in a scratch directory: whether an experiment runs, and what it is made of.

The scratch directory begins with a copy of the model_dir's latest checkpoint, so that one which does not fit is found
out. The model_dir itself is only read.
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from estimator.calls.opening import BuiltModel, build_model, open_graph, read_inputs
from estimator.calls.record import describe_inputs, read_entries
from estimator.cli.shown import shown_metrics
from estimator.core import log
from estimator.core.files import explained
from estimator.core.shapes import show
from estimator.core.shown import shown, shown_bytes
from estimator.estimators.estimator import Estimator
from estimator.experiments.experiment import Experiment
from estimator.graph.keys import GraphKeys
from estimator.model_dir.copying import copy_checkpoint
from estimator.model_dir.finding import latest_prefix
from estimator.model_dir.start import Start
from estimator.model_dir.storage import remove_tree
from estimator.models.spec import ModeKeys

_STEPS = 2
_MOST_SHOWN = 60  # of the variables, or of the predictions


def dry_run(read: Callable[[Mapping[str, Any]], Experiment]) -> str:
    """Run an experiment in a scratch directory, which is removed, and tell what shapes there are.

    Parameters
    ----------
    read : callable
        Gives the experiment with changes, by dotted paths.

    Raises
    ------
    UsageError
        If something is wrong with the experiment or its data.
    InvalidArgumentError, NotFoundError
        If the latest checkpoint of its model_dir does not fit.
    Exception
        What train and evaluate raise.
    """
    with log.brief():  # what the calls say is about the scratch directory
        model_dir = read({}).model_dir
        latest = latest_prefix(model_dir) if model_dir else None
        with explained("cannot make a scratch directory", tempfile.gettempdir()):
            scratch = tempfile.mkdtemp(prefix="estimator-dry-run-")
        try:
            return "\n".join(_lines(read({"model_dir": scratch}), scratch, model_dir, latest))
        finally:
            remove_tree(scratch)


def _lines(experiment: Experiment, scratch: str, model_dir: str | None, latest: str | None) -> Iterator[str]:
    evaluated = "evaluate" if "evaluate" in experiment.sections else "train"
    estimator, train_fn = experiment.estimator(), experiment.train_input_fn()
    eval_fn = train_fn if evaluated == "train" else experiment.eval_input_fn()
    if latest is not None:
        _built(estimator, train_fn, ModeKeys.TRAIN, Start.named(latest))  # does it fit?
        copy_checkpoint(latest, scratch)
    estimator.train(train_fn, steps=_STEPS)
    metrics = estimator.evaluate(eval_fn, steps=_STEPS)
    last = read_entries(scratch)[-1]
    built, inputs = _built(estimator, eval_fn, ModeKeys.EVAL, Start())
    yield f"dry run: {_STEPS} steps of training, {_STEPS} of evaluation on the data of {evaluated!r}"
    yield f"model_dir    {model_dir or 'none'}: nothing is changed"
    yield f"checkpoint   {'none: it began with first values' if latest is None else f'{latest}: it fits'}"
    yield from _listed("features", inputs["features"])
    yield from _listed("labels", inputs["labels"])
    yield from _listed("predictions", describe_inputs(built.spec.predictions, None)["features"])
    yield from _variables(built)
    yield f"loss         {shown(last.get('loss'))} in training at step {last.get('end_step')}"
    yield "metrics"
    yield from (f"  {line}" for line in shown_metrics(metrics).splitlines())


def _built(
    estimator: Estimator, input_fn: Callable[..., Any], mode: str, start: Start
) -> tuple[BuiltModel, dict[str, Any]]:
    """The model on some data, compared with a checkpoint, and what that data is."""
    model = estimator._model
    with open_graph(model):
        inputs = read_inputs(model, input_fn, mode)
        built = build_model(model, inputs, mode, start)
    return built, describe_inputs(inputs.features, inputs.labels)


def _listed(title: str, described: Any) -> Iterator[str]:
    """What has a type and a shape, or several of that by name."""
    if not isinstance(described, Mapping):
        yield f"{title:<11}  {described if described is not None else 'none'}"
        return
    yield title
    width = max(map(len, described), default=0)
    yield from (f"  {name:<{width}}  {kind}" for name, kind in described.items())


def _variables(built: BuiltModel) -> Iterator[str]:
    """Names, types and shapes, and how much that is."""
    found = built.graph.get_collection(GraphKeys.GLOBAL_VARIABLES)
    kinds = {each.op.name: (each.dtype.base_dtype, each.shape) for each in found}
    sizes = {name: shape.num_elements() or 0 for name, (_, shape) in kinds.items()}
    total = sum(size * kinds[name][0].size for name, size in sizes.items())
    amount = f"{sum(sizes.values()):,} numbers, {shown_bytes(total)}"
    yield f"variables    {len(kinds)}, without what an optimizer keeps: {amount}"
    width = max(map(len, kinds), default=0)
    for name, (dtype, shape) in sorted(kinds.items())[:_MOST_SHOWN]:
        yield f"  {name:<{width}}  {dtype.name} {show(shape.dims)}"
    if len(kinds) > _MOST_SHOWN:
        yield f"  and {len(kinds) - _MOST_SHOWN} more"
