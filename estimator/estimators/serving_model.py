"""A checkpoint of a model_dir as a server wants it: a session, and what may be asked of it by name.

A ready-made model needs no receiver: its columns say what it reads. It predicts of arrays, as ``Estimator.predict``
does, and classifies, or regresses, tf.Examples::

    served = open_checkpoint("models/iris")
    served.predictor("predict")({"age": [31.0], "job": ["baker"]})["class_ids"]
    served.predictor("classification")({"inputs": [example.SerializeToString()]})["scores"]

A feature of any length is an array of rows of equal length, filled up with '' or -1.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from estimator.calls.asked_for import start_asked_for
from estimator.calls.opening import BuiltModel, Inputs, Model, build_model, open_graph
from estimator.calls.predictor import ALONE, Predictor, cleaned_name
from estimator.calls.user_functions import call_model_fn
from estimator.checkpoint.reader import list_variables
from estimator.columns.column import FeatureColumn
from estimator.columns.parse_spec import make_parse_example_spec
from estimator.core import log
from estimator.core.dtypes import float32, int64, string
from estimator.core.errors import MissingKeyError
from estimator.core.frozen import frozen
from estimator.core.registry import did_you_mean, shortened
from estimator.estimators.estimator import Estimator
from estimator.estimators.recipe import estimator_of_model_dir
from estimator.functions.arrays import placeholder
from estimator.functions.parse_example import parse_example
from estimator.functions.parsing import FixedLenFeature
from estimator.graph.tensor import Tensor
from estimator.model_dir.path import as_model_dir
from estimator.model_dir.start import Start
from estimator.models.clustering import CLUSTERS_VAR_NAME
from estimator.models.export_outputs import DEFAULT_KEY, ClassificationOutput, ExportOutput, RegressionOutput
from estimator.models.receivers import received
from estimator.models.spec import ModeKeys
from estimator.runtime.session import Session
from estimator.saved_model.constants import (
    CLASSIFY_INPUTS,
    CLASSIFY_METHOD_NAME,
    PREDICT_METHOD_NAME,
    REGRESS_METHOD_NAME,
)
from estimator.saved_model.graph_signature import GraphSignature
from estimator.variables.scopes import get_variable_scope, variable_scope

_EXAMPLES = "examples"
_TYPES_OF_EXAMPLES = (float32, int64, string)


@frozen(eq=False)
class ServedGraph:
    """A model with the values of one checkpoint. Threads may run it at once.

    Attributes
    ----------
    session : Session
        ``session.close()`` lets the values go.
    signatures : mapping of str to GraphSignature
        ``serving_default`` is what predicts, unless the model's own receiver says otherwise.
    step : int
        The global step of the checkpoint.
    path : str
        Its prefix.
    """

    session: Session
    signatures: Mapping[str, GraphSignature]
    step: int
    path: str

    def predictor(self, signature_name: str = DEFAULT_KEY) -> Predictor:
        """What answers one of the signatures.

        Raises
        ------
        KeyError
            If there is none of that name.
        """
        if signature_name not in self.signatures:
            raise MissingKeyError(
                f"there is no signature {signature_name!r}.{did_you_mean(signature_name, self.signatures)} "
                f"There are: {shortened(self.signatures)}."
            )
        signature = self.signatures[signature_name]
        return Predictor(self.session, signature.inputs, dict(signature.outputs))


def open_checkpoint(
    model_dir: str | os.PathLike[str],
    checkpoint: str | int | os.PathLike[str] = "latest",
    estimator: Estimator | None = None,
    custom_objects: Mapping[str, Any] | None = None,
    serving_input_receiver_fn: Callable[[], Any] | None = None,
) -> ServedGraph:
    """A checkpoint of a model_dir in a session, ready to be served.

    Parameters
    ----------
    model_dir : str or path
    checkpoint : str, int or path
        ``"latest"``, ``"best"`` by RunConfig(keep_best=...), a step, or the prefix of a checkpoint, with or without
        its folder.
    estimator : Estimator, optional
        Whose model it is; by default the ready-made one that the model_dir's recipe describes.
    custom_objects : mapping of str to object, optional
        What the recipe could not hold, by the names there.
    serving_input_receiver_fn : callable, optional
        What a model of one's own takes, as for an export; a ready-made one needs none.

    Raises
    ------
    NotFoundError
        If there is no such checkpoint, or no recipe.
    ValueError
        If the recipe asks for objects that are not given, or what is served is a model of one's own without receiver.
    InvalidArgumentError
        If model and checkpoint do not fit.
    DataLossError
        If the checkpoint is damaged.
    """
    directory = as_model_dir(model_dir)
    start = start_asked_for(directory, checkpoint)
    if estimator is None:
        estimator = estimator_of_model_dir(directory, custom_objects)
    model = estimator._model
    with open_graph(model):
        if serving_input_receiver_fn is None:
            built, signatures = _ready_made(model, start)
        else:
            built, signatures = _received(model, start, serving_input_receiver_fn)
        creator = built.session_creator(model.config.session_config)
        session = creator.create_session()
    return ServedGraph(session, signatures, int(session.run(built.global_step)), str(creator.restored))


def _ready_made(model: Model, start: Start) -> tuple[BuiltModel, dict[str, GraphSignature]]:
    """A ready-made model, which predicts of the features that its columns read, and classifies tf.Examples with these.

    What columns make of arrays is not always what they make of tf.Examples: a cross takes '' for a word, and takes none
    that an Example lacks. So the graph has a model of each, with the same variables.
    """
    if model.arguments is None:
        raise ValueError(
            f"{model.class_name} has a model_fn, and only a receiver can tell what features it takes: pass "
            "serving_input_receiver_fn, as to export_saved_model."
        )
    spec = make_parse_example_spec(list(_columns(tuple(model.arguments.values())))) or _points(start)
    examples = placeholder("string", [None], "input_example_tensor")
    arrays: dict[str, Any] = fed_features(spec)
    arrays = arrays or {_EXAMPLES: examples}  # whose number is all that counts
    built = build_model(model, Inputs(arrays), ModeKeys.PREDICT, start)
    outputs = dict(built.spec.export_outputs or {})
    of_examples = [key for key, output in outputs.items() if _method(output) != PREDICT_METHOD_NAME]
    if of_examples and not all(how.dtype in _TYPES_OF_EXAMPLES for how in spec.values()):
        log.info(
            "%s reads features of types that no tf.train.Example has: it only predicts.", model.class_name
        )
        outputs = {key: output for key, output in outputs.items() if key not in of_examples}
    elif of_examples and spec:
        features = parse_example(examples, spec)
        with variable_scope(get_variable_scope(), reuse=True):
            again = call_model_fn(
                model.model_fn, features, None, ModeKeys.PREDICT, model.params, model.config
            )
        outputs |= {key: (again.export_outputs or {})[key] for key in of_examples}
    found = _signatures(outputs, arrays, {CLASSIFY_INPUTS: examples})
    return built, found | ({DEFAULT_KEY: found["predict"]} if "predict" in found else {})


def _received(
    model: Model, start: Start, serving_input_receiver_fn: Callable[[], Any]
) -> tuple[BuiltModel, dict[str, GraphSignature]]:
    """A model and what its receiver takes; one text alone is taken for tf.Examples."""
    receiver = received(serving_input_receiver_fn())
    (only, *others) = receiver.fed.values()
    is_text = isinstance(only, Tensor) and only.dtype.name == "string" and not others
    built = build_model(model, Inputs(receiver.features), ModeKeys.PREDICT, start)
    examples = {CLASSIFY_INPUTS: only} if is_text else None
    return built, _signatures(built.spec.export_outputs or {}, receiver.fed, examples)


def _signatures(
    outputs: Mapping[str, ExportOutput], named: Mapping[str, Any], examples: Mapping[str, Any] | None
) -> dict[str, GraphSignature]:
    """What predicts of the named inputs, and what else there is of examples."""
    inputs = {
        key: named if _method(output) == PREDICT_METHOD_NAME else examples for key, output in outputs.items()
    }
    return {
        key: GraphSignature(_method(outputs[key]), given, outputs[key].outputs)
        for key, given in inputs.items()
        if given is not None
    }


def _method(output: ExportOutput) -> str:
    if isinstance(output, ClassificationOutput):
        return CLASSIFY_METHOD_NAME
    return REGRESS_METHOD_NAME if isinstance(output, RegressionOutput) else PREDICT_METHOD_NAME


def _columns(value: Any) -> Iterator[FeatureColumn]:
    if isinstance(value, FeatureColumn):
        yield value
    elif type(value) in (tuple, list):
        for item in value:
            yield from _columns(item)


def _points(start: Start) -> dict[str, Any]:
    """The features of a model of clusters that has no columns; nothing for another model."""
    shapes = start.use(lambda prefix: dict(list_variables(prefix))) or {}
    size = shapes.get(CLUSTERS_VAR_NAME, [])[1:]
    return {ALONE: FixedLenFeature(size, float32)} if size else {}


def fed_features(spec: Mapping[str, Any]) -> dict[str, Tensor]:
    """Placeholders for arrays of features; of those that may have any length, in rows of equal length.

    Parameters
    ----------
    spec : mapping of str to FixedLenFeature or VarLenFeature
    """
    sizes = {key: how.shape if isinstance(how, FixedLenFeature) else (None,) for key, how in spec.items()}
    return {key: placeholder(how.dtype, [None, *sizes[key]], cleaned_name(key)) for key, how in spec.items()}
