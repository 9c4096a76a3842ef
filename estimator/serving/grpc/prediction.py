"""TensorFlow Serving's PredictionService: Predict, Classify, Regress, MultiInference, GetModelMetadata.

Tensors are answered in the field of their type (``float_val``), with all their values, where clients look for them.
They are taken in every form that a TensorProto has.

Source
------
tensorflow_serving/apis/prediction_service.proto, servables/tensorflow/{predict_util,classifier,regressor,
multi_inference,get_model_metadata_impl}.cc
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from estimator.core.errors import DataLossError, InvalidArgumentError, ResourceExhaustedError
from estimator.formats import messages
from estimator.formats.tensors import (
    Array,
    array_from_proto,
    dims_to_proto,
    fill_proto,
    misplaced_values,
)
from estimator.serving.models import ModelSpec
from estimator.serving.servable import CLASSIFY, REGRESS, Signature
from estimator.serving.service import CLASSES, REGRESSED, SCORES, Answer, Service

_SIGNATURES = "signature_def"


def methods(service: Service) -> Mapping[str, Callable[[Any, Callable[[], bool]], Any]]:
    """A function for each method of the PredictionService."""

    def predict(request: Any, is_wanted: Callable[[], bool]) -> Any:
        arrays = _arrays(request.inputs, service.limits.max_message_bytes)
        answer = service.predict(asked_for(request.model_spec), arrays, request.output_filter, is_wanted)
        response = messages.get("serving.PredictResponse")(model_spec=_answered_by(answer))
        for key, array in answer.outputs.items():
            fill_proto(response.outputs[key], array, answer.signature.outputs[key].dtype, in_values=True)
        return response

    def classify(request: Any, is_wanted: Callable[[], bool]) -> Any:
        answer = service.classify(asked_for(request.model_spec), _examples(request.input), is_wanted)
        return messages.get("serving.ClassificationResponse")(
            model_spec=_answered_by(answer), result=_classifications(answer)
        )

    def regress(request: Any, is_wanted: Callable[[], bool]) -> Any:
        answer = service.regress(asked_for(request.model_spec), _examples(request.input), is_wanted)
        return messages.get("serving.RegressionResponse")(
            model_spec=_answered_by(answer), result=_regressions(answer)
        )

    def multi_inference(request: Any, is_wanted: Callable[[], bool]) -> Any:
        _check_tasks(request.tasks)
        response = messages.get("serving.MultiInferenceResponse")()
        examples = _examples(request.input)
        for task in request.tasks:
            asked = asked_for(task.model_spec)
            if task.method_name == CLASSIFY:
                answer = service.classify(asked, examples, is_wanted)
                result = {"classification_result": _classifications(answer)}
            else:
                answer = service.regress(asked, examples, is_wanted)
                result = {"regression_result": _regressions(answer)}
            response.results.add(model_spec=_answered_by(answer), **result)
        return response

    def get_model_metadata(request: Any, is_wanted: Callable[[], bool]) -> Any:
        _check_metadata(request.metadata_field)
        asked = asked_for(request.model_spec)
        with service.models.acquire(asked.name, asked.version, asked.label) as servable:
            response = messages.get("serving.GetModelMetadataResponse")()
            response.model_spec.name = servable.name
            response.model_spec.version.value = servable.version
            response.metadata[_SIGNATURES].Pack(signature_map(servable.signatures))
        return response

    return {
        "Predict": predict,
        "Classify": classify,
        "Regress": regress,
        "MultiInference": multi_inference,
        "GetModelMetadata": get_model_metadata,
    }


def asked_for(spec: Any) -> ModelSpec:
    """What a ModelSpec message asks for.

    Raises
    ------
    InvalidArgumentError
        If it names no model.
    """
    if not spec.name:
        raise InvalidArgumentError("the request's model_spec has no name.")
    version = spec.version.value if spec.HasField("version") else None
    label = spec.version_label if spec.HasField("version_label") else None
    return ModelSpec(spec.name, version, label, spec.signature_name)


def signature_map(signatures: Mapping[str, Signature]) -> Any:
    """The SignatureDefMap message of a servable's signatures."""
    result = messages.get("serving.SignatureDefMap")()
    for name, signature in signatures.items():
        definition = result.signature_def[name]
        definition.method_name = signature.method_name
        for named, specs in ((definition.inputs, signature.inputs), (definition.outputs, signature.outputs)):
            for key, spec in specs.items():
                named[key].name = spec.name
                named[key].dtype = spec.dtype.as_datatype_enum
                named[key].tensor_shape.CopyFrom(dims_to_proto(spec.dims))
    return result


def _answered_by(answer: Answer) -> Any:
    spec = messages.get("serving.ModelSpec")(name=answer.name, signature_name=answer.signature_name)
    spec.version.value = answer.version
    return spec


def _arrays(protos: Mapping[str, Any], most_bytes: int) -> dict[str, Array]:
    """The arrays of a request.

    Raises
    ------
    InvalidArgumentError
        If some are none, have their values in the field of another type, or would be larger than a whole message; all
        of them at once.
    """
    arrays, problems = dict[str, Array](), list[str]()
    for key, proto in protos.items():
        try:
            others = misplaced_values(proto, f"the input {key!r}")
            if others:
                raise InvalidArgumentError(
                    f"the input {key!r} has values in {', '.join(others)}, which is not the field of its dtype."
                )
            arrays[key] = array_from_proto(proto, f"the input {key!r}", most_bytes)
        except (DataLossError, InvalidArgumentError, ResourceExhaustedError) as error:
            problems.append(str(error))
    if problems:
        raise InvalidArgumentError(" ".join(problems))
    return arrays


def _examples(given: Any) -> list[bytes]:
    """The serialized tf.Examples of an Input message, each with what its context says and it does not."""
    kind = given.WhichOneof("kind")
    if kind is None:
        return []
    listed = getattr(given, kind)
    if kind == "example_list":
        return [example.SerializeToString() for example in listed.examples]
    return [_merged(listed.context, example).SerializeToString() for example in listed.examples]


def _merged(context: Any, example: Any) -> Any:
    merged = messages.Example()
    merged.CopyFrom(context)
    merged.MergeFrom(example)  # of a feature that both have, the example's
    return merged


def _classifications(answer: Answer) -> Any:
    result = messages.get("serving.ClassificationResult")()
    classes, scores = answer.outputs.get(CLASSES), answer.outputs.get(SCORES)
    if classes is None:
        classes = np.full_like(scores, b"", object)
    if scores is None:
        scores = np.zeros_like(classes, np.float32)
    for labels, numbers in zip(classes.tolist(), scores.tolist(), strict=True):
        found = result.classifications.add()
        for label, score in zip(labels, numbers, strict=True):
            found.classes.add(label=label.decode("utf-8", "replace"), score=score)
    return result


def _regressions(answer: Answer) -> Any:
    result = messages.get("serving.RegressionResult")()
    for value in answer.outputs[REGRESSED].tolist():
        result.regressions.add(value=value)
    return result


def _check_tasks(tasks: Any) -> None:
    if not tasks:
        raise InvalidArgumentError("the request has no task.")
    names = {task.model_spec.name for task in tasks}
    if len(names) > 1:
        raise InvalidArgumentError(
            f"all tasks of a request are for one model, given: {', '.join(sorted(names))}."
        )
    wrong = sorted({task.method_name for task in tasks} - {CLASSIFY, REGRESS})
    if wrong:
        raise InvalidArgumentError(
            f"a task's method_name is {CLASSIFY!r} or {REGRESS!r}, given: {wrong[0]!r}."
        )


def _check_metadata(fields: Any) -> None:
    unknown = [field for field in fields if field != _SIGNATURES]
    if unknown or not fields:
        given = f"given: {unknown[0]!r}" if unknown else "none is given"
        raise InvalidArgumentError(f"the metadata_field that there is, is {_SIGNATURES!r}; {given}.")
