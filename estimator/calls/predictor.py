"""Predictors: a model with its weights, ready to be called with arrays again and again.

``predict`` reads a data set; a predictor answers a question::

    predict = classifier.predictor({"age": [31.0], "job": ["baker"]})  # an example of what will be asked
    predict({"age": [18.0, 55.0], "job": ["baker", "nurse"]})["class_ids"]

It is built once, on placeholders, and stays with the checkpoint that it began with. What a call costs is one run.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from estimator.calls.opening import Checkpoint, Inputs, Model, build_model, find_start, open_graph
from estimator.calls.prediction import select_predictions
from estimator.core import log, nest
from estimator.core.errors import InvalidArgumentError, MissingKeyError, raise_problems
from estimator.core.registry import did_you_mean, shortened
from estimator.core.shown import shorten
from estimator.functions.arrays import placeholder
from estimator.functions.ragged.making import placeholder as ragged_placeholder
from estimator.functions.sparse import sparse_placeholder
from estimator.graph.composite import Composite
from estimator.graph.graph import Graph
from estimator.graph.tensor import Tensor
from estimator.models.export_outputs import DEFAULT_KEY, ExportOutput
from estimator.models.receivers import received
from estimator.models.spec import ModeKeys
from estimator.pipeline.batches import as_batch
from estimator.pipeline.specs import RaggedTensorSpec, SparseTensorSpec, Spec
from estimator.pipeline.tables import unfolded
from estimator.runtime.order import prune
from estimator.runtime.session import Session
from estimator.saved_model.graph_signature import GraphSignature, with_last_axis
from estimator.saved_model.loader import load
from estimator.saved_model.tensor_info import named_tensor

ALONE = "features"  # what features are called that have no name


class Predictor:
    """A model in a session, called with a dict of arrays.

    Attributes
    ----------
    feed_tensors : dict of str to Tensor
        What it takes.
    fetch_tensors : dict of str to Tensor
        What it gives; a Tensor if the predictions of the model are one.
    graph : Graph
    session : Session
        It may be run by threads at once, and so may the predictor. ``session.close()`` lets the weights go.

    Source
    ------
    tf.contrib.predictor.predictor.Predictor, TF 1.15
    """

    def __init__(self, session: Session, feed_tensors: Mapping[str, Any], fetch_tensors: Any) -> None:
        self.session = session
        self.graph = session.graph
        self.feed_tensors = dict(feed_tensors)
        self.fetch_tensors = fetch_tensors
        self._runs: dict[tuple[str, ...], Callable[..., Any]] = {}  # by what is given: some may be left out

    def __call__(self, input_dict: Any) -> Any:
        """What the model makes of some examples.

        Parameters
        ----------
        input_dict : dict of str to array
            Or a table, or, if there is only one thing to feed, that.

        Returns
        -------
        dict of str to array
            In the structure of :attr:`fetch_tensors`, with a row for each example.

        Raises
        ------
        ValueError
            If there are keys that are not expected, or a value's shape does not fit.
        InvalidArgumentError
            If a value is missing, or rows differ in number.
        """
        given = self._given(input_dict)
        names = tuple(given)
        if names not in self._runs:
            tensors = [self.feed_tensors[name] for name in names]
            self._demand_complete(tensors)
            self._runs[names] = self.session.make_callable(self.fetch_tensors, tensors)
        return self._runs[names](*given.values())

    def _demand_complete(self, given: Sequence[Any]) -> None:
        """Refuse to answer without a value that the answer depends on, and that has no default."""
        targets = [part.op for part in _parts(nest.flatten(self.fetch_tensors))]
        needed = set(prune(targets, frozenset(_parts(given))))
        missing = [
            name
            for name, tensor in self.feed_tensors.items()
            if any(part.op in needed and part.op.type == "Placeholder" for part in _parts([tensor]))
        ]
        if missing:
            raise InvalidArgumentError(
                f"input_dict lacks {', '.join(map(repr, missing))}. Expected: {self._expected()}."
            )

    def _given(self, given: Any) -> dict[str, Any]:
        if not isinstance(given, Mapping):
            given = unfolded(given)
            if not isinstance(given, Mapping) and len(self.feed_tensors) == 1:
                return {key: with_last_axis(tensor, given) for key, tensor in self.feed_tensors.items()}
        if not isinstance(given, Mapping):
            raise TypeError(f"a predictor takes a dict with {self._expected()}, given: {shorten(given)}.")
        unexpected = [key for key in given if key not in self.feed_tensors]
        if unexpected:
            hint = did_you_mean(str(unexpected[0]), map(str, self.feed_tensors))
            raise ValueError(
                f"Got unexpected keys in input_dict: {', '.join(map(repr, unexpected))}.{hint} "
                f"Expected: {self._expected()}."
            )
        return {
            key: with_last_axis(tensor, given[key])
            for key, tensor in self.feed_tensors.items()
            if given.get(key) is not None
        }

    def _expected(self) -> str:
        return ", ".join(map(repr, self.feed_tensors))

    def __repr__(self) -> str:
        return f"{type(self).__name__} with feed tensors {self.feed_tensors} and fetch_tensors {self.fetch_tensors}"


def _parts(values: Iterable[Any]) -> list[Tensor]:
    """The tensors themselves, and those that others are made of."""
    return [part for value in values for part in (value.tensors if isinstance(value, Composite) else [value])]


def predictor_like(
    model: Model, features: Any, predict_keys: Sequence[str] | str | None, checkpoint: Checkpoint
) -> Predictor:
    """A predictor for features like these; see :meth:`estimator.estimators.estimator.Estimator.predictor`."""
    specs = _specs_like(features)
    start = find_start(model, checkpoint, "predict")
    with open_graph(model) as graph:
        with graph.name_scope(ALONE):
            fed = {name: _placeholder(spec, name) for name, spec in specs.items()}
        inputs = Inputs(fed if isinstance(unfolded(features), Mapping) else fed[ALONE])
        built = build_model(model, inputs, ModeKeys.PREDICT, start)
        fetched = select_predictions(built.spec.predictions, predict_keys)
        session = built.session_creator(model.config.session_config).create_session()
    return Predictor(session, fed, fetched)


def _specs_like(features: Any) -> dict[str, Spec]:
    """The specs of features by name, for any number of rows.

    Raises
    ------
    ValueError
        If they are neither a dict of arrays or specs nor one, or something is wrong with them; all of it at once.
    """
    given = unfolded(features)
    named = given if isinstance(given, Mapping) else {ALONE: given}
    known = {name: value for name, value in named.items() if isinstance(value, Spec)}
    arrays = {name: value for name, value in named.items() if name not in known}
    found: dict[str, Spec] = dict(known)
    problems = [f"features are named by str, given: {name!r}." for name in named if not isinstance(name, str)]
    if arrays and not problems:
        batch = as_batch(arrays, "predictor", ModeKeys.PREDICT)
        nested = [name for name, part in batch.structure[0].items() if not isinstance(part, str)]
        problems += [f"{name!r} holds several arrays; give each of them its own name." for name in nested]
        found |= zip(sorted(arrays), batch.spec, strict=False)
    problems += [
        f"{name!r} has no dimension; every array needs a first one, the batch."
        for name, spec in known.items()
        if spec.dims == ()
    ]
    raise_problems("predictor", problems)
    return {name: found[name] for name in named}


def cleaned_name(name: str) -> str:
    """The name of a feature as that of an operation."""
    return "".join(letter if letter.isalnum() and letter.isascii() else "_" for letter in name)


def _placeholder(spec: Spec, name: str) -> Any:
    cleaned = cleaned_name(name)
    if isinstance(spec, SparseTensorSpec):
        return sparse_placeholder(spec.dtype, spec.dims, cleaned)
    if isinstance(spec, RaggedTensorSpec):
        return ragged_placeholder(spec.dtype, spec.ragged_rank, name=cleaned)
    return placeholder(spec.dtype, spec.dims, cleaned)


def predictor_of_receiver(
    model: Model,
    serving_input_receiver_fn: Callable[[], Any],
    output_key: str | None,
    graph: Graph | None,
    config: Any,
) -> Predictor:
    """A predictor that takes what a receiver takes; see :func:`estimator.estimators.predictor.from_estimator`."""
    start = find_start(model, None, "predict")
    with open_graph(model, graph):
        receiver = received(serving_input_receiver_fn())
        inputs = Inputs(receiver.features, giver="serving_input_receiver_fn")
        built = build_model(model, inputs, ModeKeys.PREDICT, start)
        output = _chosen_output(built.spec.export_outputs or {}, output_key)
        session = built.session_creator(config or model.config.session_config).create_session()
    return Predictor(session, receiver.fed, output.outputs)


def _chosen_output(outputs: Mapping[str, ExportOutput], key: str | None) -> ExportOutput:
    wanted = DEFAULT_KEY if key is None else key
    if wanted not in outputs:
        raise MissingKeyError(
            f"output_key must be one of {', '.join(map(repr, outputs)) or 'none: the model has no export_outputs'}; "
            f"got {wanted!r}."
        )
    return outputs[wanted]


def predictor_of_saved_model(
    export_dir: str | os.PathLike[str],
    signature_def_key: str | None,
    signature_def: Any,
    names: tuple[Mapping[str, str], Mapping[str, str]] | None,
    tags: Iterable[str],
    graph: Graph | None,
    config: Any,
) -> Predictor:
    """A predictor of a SavedModel; see :func:`estimator.estimators.predictor.from_saved_model`."""
    session = Session(graph=graph or Graph(), config=config, executor="numpy")
    try:
        meta_graph = load(session, tags, export_dir)
        if names is not None:
            inputs, outputs = (
                {key: named_tensor(session.graph, name) for key, name in given.items()} for given in names
            )
            return Predictor(session, inputs, outputs)
        if signature_def is None:
            signature_def = _signature_def(meta_graph.signature_def, signature_def_key, export_dir)
        asked = GraphSignature.of(signature_def, session.graph)
    except BaseException:
        session.close()
        raise
    return Predictor(session, asked.inputs, asked.outputs)


def _signature_def(signature_defs: Mapping[str, Any], key: str | None, export_dir: Any) -> Any:
    """The SignatureDef of that key, or of the key that tf.contrib.learn's exports of the default input have."""
    wanted = DEFAULT_KEY if key is None else key
    of_default_input = f"default_input_alternative:{wanted}"
    if wanted not in signature_defs and of_default_input in signature_defs:
        log.warning("Could not find signature def %r, using %r instead.", wanted, of_default_input)
        wanted = of_default_input
    if wanted not in signature_defs:
        raise ValueError(
            f"Got signature_def_key {wanted!r}, and {os.fspath(export_dir)!r} has no such signature."
            f"{did_you_mean(wanted, signature_defs)} Available signatures are: {shortened(signature_defs)}."
        )
    return signature_defs[wanted]
