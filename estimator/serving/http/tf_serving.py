"""TensorFlow Serving's REST: ``POST /v1/models/iris:predict``.

::

    /v1/models/NAME[/versions/N | /labels/LABEL]:predict | :classify | :regress     POST
    /v1/models/NAME[/versions/N | /labels/LABEL]                                    GET, the state of its versions
    /v1/models/NAME[/versions/N | /labels/LABEL]/metadata                           GET, its signatures

Rows are ``{"instances": [row, ...]}``, answered by ``{"predictions": [...]}``; columns are ``{"inputs": ...}``,
answered by ``{"outputs": ...}``. A single input or output goes without its name. Strings of an output whose name ends
in ``_bytes`` are written in base64.

Source
------
TensorFlow Serving 2.x: g3doc/api_rest.md, model_servers/http_rest_api_handler.cc, util/json_tensor.cc
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from itertools import islice, repeat
from operator import add
from typing import Any

from estimator.core.dtypes import DType, float32, string
from estimator.core.errors import InvalidArgumentError
from estimator.core.registry import did_you_mean, shortened
from estimator.core.shown import shorten
from estimator.formats import messages
from estimator.pipeline.specs import TensorSpec
from estimator.serving.http.application import Question, Route
from estimator.serving.http.exchange import Request, Response, json_response
from estimator.serving.json_tensors import (
    Array,
    Word,
    array_from_json,
    document_of,
    elements_as_json,
    is_base64,
    json_from_array,
    quoted,
)
from estimator.serving.models import ModelSpec, VersionStatus
from estimator.serving.service import CLASSES, REGRESSED, SCORES, Answer, Service

_MODEL = r"/v1/models/(?P<name>[^/:]++)(?:/versions/(?P<version>[0-9]{1,19})|/labels/(?P<label>[^/:]++))?"
_KEYS = ("signature_name", "instances", "inputs", "examples", "context")
_MOST_LOOKED_AT = 10  # unknown keys of a request: each takes longer than to read it
_BYTES = "_bytes"  # how names of outputs end that are no text


class TfServing:
    """Answers in TensorFlow Serving's JSON.

    Parameters
    ----------
    service : Service
    """

    def __init__(self, service: Service) -> None:
        self._service = service

    def routes(self) -> list[Route]:
        """What is answered, and how."""
        return [
            Route("POST", f"{_MODEL}:predict", self._predict),
            Route("POST", f"{_MODEL}:classify", self._classify),
            Route("POST", f"{_MODEL}:regress", self._regress),
            Route("GET", _MODEL, self._status),
            Route("GET", f"{_MODEL}/metadata", self._metadata),
        ]

    def _predict(self, request: Request, **model: str | None) -> Question:
        asked, arrays, are_rows = self._asked(request, model)

        def answered(at_once: bool) -> Response:
            answer = self._service.predict(asked, arrays, None, request.is_wanted, at_once)
            if are_rows:
                return _response("predictions", _rows(answer))
            return _response("outputs", _columns(answer))

        return answered

    def _asked(
        self, request: Request, model: Mapping[str, str | None]
    ) -> tuple[ModelSpec, dict[str, Array], bool]:
        """What a prediction is asked of, and whether it is given, and wanted, in rows."""
        with document_of(request.body) as document:
            asked = _spec(document, **model)
            are_rows = "instances" in document
            if are_rows == ("inputs" in document):
                raise InvalidArgumentError(
                    "the request needs either 'instances', for rows, or 'inputs', for columns."
                )
            with self._service.models.acquire(asked.name, asked.version, asked.label) as servable:
                specs = servable.signature(asked.signature_name).inputs
            if are_rows:
                return asked, arrays_from_rows(document["instances"], specs), are_rows
            return asked, arrays_from_columns(document["inputs"], specs), are_rows

    def _classify(self, request: Request, **model: str | None) -> Question:
        asked, examples = _asked_of_examples(request, model)

        def answered(at_once: bool) -> Response:
            answer = self._service.classify(asked, examples, request.is_wanted, at_once)
            return _response("results", _classifications(answer.outputs))

        return answered

    def _regress(self, request: Request, **model: str | None) -> Question:
        asked, examples = _asked_of_examples(request, model)

        def answered(at_once: bool) -> Response:
            answer = self._service.regress(asked, examples, request.is_wanted, at_once)
            return _response("results", json_from_array(answer.outputs[REGRESSED], float32))

        return answered

    def _status(self, request: Request, name: str, version: str | None, label: str | None) -> Response:
        statuses = self._service.models.status(name, int(version) if version else None, label)
        return json_response({"model_version_status": [_status_as_json(status) for status in statuses]})

    def _metadata(self, request: Request, name: str, version: str | None, label: str | None) -> Response:
        number = int(version) if version else None
        with self._service.models.acquire(name, number, label) as servable:
            signatures = {
                key: {
                    "inputs": _infos(signature.inputs),
                    "outputs": _infos(signature.outputs),
                    "method_name": signature.method_name,
                }
                for key, signature in servable.signatures.items()
            }
            spec = {"name": servable.name, "signature_name": "", "version": str(servable.version)}
        return json_response(
            {"model_spec": spec, "metadata": {"signature_def": {"signature_def": signatures}}}
        )


def _spec(document: Mapping[str, Any], name: str | None, version: str | None, label: str | None) -> ModelSpec:
    _check_keys(document)
    signature_name = document.get("signature_name", "")
    if not isinstance(signature_name, str):
        raise InvalidArgumentError(f"'signature_name' must be a string, given: {shorten(signature_name)}.")
    return ModelSpec(str(name), int(version) if version else None, label, signature_name)


def _check_keys(document: Mapping[str, Any]) -> None:
    """Refuse keys that look misspelt; others that nobody knows are passed over, as TensorFlow Serving does."""
    unknown = (key for key in document if key not in _KEYS)
    for key in islice(unknown, _MOST_LOOKED_AT):
        hint = did_you_mean(key, _KEYS)
        if hint:
            raise InvalidArgumentError(f"there is no key {key!r} of a request.{hint}")


def arrays_from_columns(columns: Any, specs: Mapping[str, TensorSpec]) -> dict[str, Array]:
    """The inputs of ``{"inputs": ...}``: a tensor under each name, or the one tensor that there is.

    Raises
    ------
    InvalidArgumentError
        If one has a form that does not fit.
    """
    if not isinstance(columns, dict) or (is_base64(columns) and "b64" not in specs):
        key = _only(specs, "'inputs'")
        return {key: array_from_json(columns, specs[key].dtype, key)}
    return {key: array_from_json(value, _dtype(specs, key), key) for key, value in columns.items()}


def arrays_from_rows(rows: Any, specs: Mapping[str, TensorSpec]) -> dict[str, Array]:
    """The inputs of ``{"instances": [...]}``: rows under the names of the inputs, or of the one that there is.

    Raises
    ------
    InvalidArgumentError
        If there is no row, they have not the same names, or one has a form that does not fit.
    """
    if not isinstance(rows, list) or not rows:
        raise InvalidArgumentError(f"'instances' must be a list of at least one row, given: {shorten(rows)}.")
    if not isinstance(rows[0], dict) or is_base64(rows[0]):
        key = _only(specs, "a row of 'instances'")
        return {key: array_from_json(rows, specs[key].dtype, key)}
    for number, row in enumerate(rows):
        if not isinstance(row, dict):
            raise InvalidArgumentError(
                f"the first of 'instances' is an object, number {number} is not: {shorten(row)}."
            )
        if row.keys() != rows[0].keys():
            raise InvalidArgumentError(
                f"all 'instances' must have the same names: the first has {shortened(rows[0])}, number {number} has "
                f"{shortened(row)}."
            )
    return {key: array_from_json([row[key] for row in rows], _dtype(specs, key), key) for key in rows[0]}


def _only(specs: Mapping[str, TensorSpec], what: str) -> str:
    if len(specs) != 1:
        raise InvalidArgumentError(f"{what} must be an object, with a value for each of: {shortened(specs)}.")
    return next(iter(specs))


def _dtype(specs: Mapping[str, TensorSpec], key: str) -> DType:
    if key not in specs:
        raise InvalidArgumentError(f"there is no input {key!r}; there is: {shortened(specs)}.")
    return specs[key].dtype


def _rows(answer: Answer) -> str:
    """A list of rows; a row of several outputs is an object."""
    sizes = {key: array.shape[0] if array.ndim else None for key, array in answer.outputs.items()}
    if len(set(sizes.values())) != 1 or None in sizes.values():
        raise InvalidArgumentError(
            f"the outputs are not rows, all of one number: {sizes}; ask for columns, with 'inputs' in place of "
            "'instances'."
        )
    if len(sizes) == 1:
        return _columns(answer)
    names = [f"{quoted(key)}: " for key in sizes]
    columns = [_row_texts(answer, key) for key in sizes]
    return _list("{" + ", ".join(map(add, names, texts)) + "}" for texts in zip(*columns))


def _row_texts(answer: Answer, key: str) -> Iterable[str]:
    array = answer.outputs[key]
    if array.ndim == 1:
        return elements_as_json(array, answer.signature.outputs[key].dtype, key.endswith(_BYTES))
    return (_tensor(answer, key, row) for row in array)


def _columns(answer: Answer) -> str:
    """An object of tensors, or the one tensor that there is."""
    texts = {key: _tensor(answer, key, array) for key, array in answer.outputs.items()}
    return next(iter(texts.values())) if len(texts) == 1 else _object(texts)


def _tensor(answer: Answer, key: str, array: Array) -> str:
    return json_from_array(array, answer.signature.outputs[key].dtype, key.endswith(_BYTES))


def _classifications(outputs: Mapping[str, Array]) -> str:
    """For each row a list of pairs of label and score."""
    size = next(iter(outputs.values())).shape[1]
    labels = elements_as_json(outputs[CLASSES], string) if CLASSES in outputs else repeat('""')
    scores = elements_as_json(outputs[SCORES], float32) if SCORES in outputs else repeat("0.0")
    pairs = [_list(pair) for pair in zip(labels, scores)]
    return _list(_list(pairs[at : at + size]) for at in range(0, len(pairs), size))


def _response(key: str, text: str) -> Response:
    return Response(body=_object({key: text}).encode())


def _object(texts: Mapping[str, str]) -> str:
    return "{" + ", ".join(f"{quoted(key)}: {text}" for key, text in texts.items()) + "}"


def _list(texts: Iterable[str]) -> str:
    return "[" + ", ".join(texts) + "]"


def _asked_of_examples(request: Request, model: Mapping[str, str | None]) -> tuple[ModelSpec, list[bytes]]:
    with document_of(request.body) as document:
        return _spec(document, **model), _examples(document)


def _examples(document: Mapping[str, Any]) -> list[bytes]:
    """The serialized tf.Examples of ``{"examples": [...], "context": {...}}``."""
    examples = document.get("examples")
    if not isinstance(examples, list) or not examples:
        raise InvalidArgumentError(f"'examples' must be a list of at least one, given: {shorten(examples)}.")
    context = _example(document["context"], "'context'") if "context" in document else b""
    # of a feature that stands twice the last one counts: an example's own comes after that of the context
    return [context + _example(example, f"example {number}") for number, example in enumerate(examples)]


def _example(value: Any, what: str) -> bytes:
    if not isinstance(value, dict):
        raise InvalidArgumentError(f"{what} must be an object of features, given: {shorten(value)}.")
    example = messages.Example()
    for name, content in value.items():
        try:
            feature = example.features.feature[name]
        except UnicodeEncodeError:  # half of a pair, which JSON can write alone
            raise InvalidArgumentError(f"{what}: the name {name!r} is no text of Unicode.") from None
        _fill(feature, content if isinstance(content, list) else [content], f"{what}: {name!r}")
    return messages.to_bytes(example)


def _fill(feature: Any, values: Sequence[Any], what: str) -> None:
    """Whole numbers and booleans are int64s, numbers with a point floats, strings and base64 bytes."""
    kinds = set(map(type, values))
    if kinds <= {str, dict}:
        feature.bytes_list.value.extend(array_from_json(values, string, what).tolist())
    elif kinds <= {float, Word}:
        feature.float_list.value.extend(array_from_json(values, float32, what).tolist())
    elif kinds <= {int, bool}:
        _fill_integers(feature, values, what)
    else:
        raise InvalidArgumentError(
            f"{what}: the values of a feature are all strings, all whole numbers or all numbers with a point, given: "
            f"{shorten(values)}."
        )


def _fill_integers(feature: Any, values: Sequence[Any], what: str) -> None:
    try:
        feature.int64_list.value.extend(map(int, values))
    except ValueError:
        raise InvalidArgumentError(f"{what}: {shorten(values)} are not all of int64.") from None


def _status_as_json(status: VersionStatus) -> dict[str, Any]:
    return {
        "version": str(status.version),
        "state": status.state.name,
        "status": {
            "error_code": messages.Code.Name(status.error_code),
            "error_message": status.error_message,
        },
    }


def _infos(specs: Mapping[str, TensorSpec]) -> dict[str, Any]:
    """Each as a TensorInfo in JSON."""
    return {
        key: {"name": spec.name, "dtype": spec.dtype.proto_name, "tensor_shape": _shape_as_json(spec)}
        for key, spec in specs.items()
    }


def _shape_as_json(spec: TensorSpec) -> dict[str, Any]:
    sizes = spec.dims or ()
    return {
        "dim": [{"size": str(-1 if size is None else size), "name": ""} for size in sizes],
        "unknown_rank": spec.dims is None,
    }
