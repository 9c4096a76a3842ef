"""The Open Inference Protocol over HTTP, version 2: ``POST /v2/models/iris/infer``.

::

    /v2                                         GET, the server
    /v2/health/live, /v2/health/ready           GET, 200 or 503
    /v2/models/NAME[/versions/N]                GET, what a model takes and gives
    /v2/models/NAME[/versions/N]/ready          GET, 200 or 503
    /v2/models/NAME[/versions/N]/infer          POST
    /v2/repository/index                        POST, all models and their states

Tensors are JSON, flat or in lists as their shape says, or raw bytes behind the JSON, whose length the header
``Inference-Header-Content-Length`` then gives. Answers are JSON, unless ``binary_data_output`` or an output's
``binary_data`` asks for raw bytes. Keys that the protocol does not have are refused, since they are misspelt ones.

Source
------
inference_rest.md of github.com/kserve/open-inference-protocol; Triton's extension for binary tensors
"""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Iterator, Mapping
from typing import Any

from estimator.core.errors import InvalidArgumentError
from estimator.core.frozen import frozen
from estimator.core.registry import did_you_mean
from estimator.core.shown import shorten
from estimator.serving import open_inference
from estimator.serving.http.application import Question, Route
from estimator.serving.http.exchange import Request, Response, json_response
from estimator.serving.json_tensors import (
    Array,
    array_from_elements,
    array_from_json,
    document_of,
    elements_as_json,
)
from estimator.serving.models import ModelSpec
from estimator.serving.open_inference import SERVER, SIGNATURE_NAME, check_parameters, spec_of
from estimator.serving.raw_tensors import TensorHead, array_from_raw, head_of, raw_from_array
from estimator.serving.service import Answer, Service

_MODEL = r"/v2/models/(?P<name>[^/]++)(?:/versions/(?P<version>[^/]++))?"
_HEADER_LENGTH = "Inference-Header-Content-Length"
_SIZE, _WANTS, _WANTS_ALL = "binary_data_size", "binary_data", "binary_data_output"


class OpenInference:
    """Answers in the Open Inference Protocol's JSON.

    Parameters
    ----------
    service : Service
    """

    def __init__(self, service: Service) -> None:
        self._service = service

    def routes(self) -> list[Route]:
        """What is answered, and how."""
        return [
            Route("POST", f"{_MODEL}/infer", self._infer),
            Route("GET", f"{_MODEL}/ready", self._model_ready),
            Route("GET", _MODEL, self._metadata),
            Route("GET", "/v2/?", lambda request: json_response(SERVER)),
            Route("GET", "/v2/health/live", lambda request: json_response({"live": True})),
            Route("GET", "/v2/health/ready", self._ready),
            Route("POST", "/v2/repository/index", self._index),
        ]

    def _ready(self, request: Request) -> Response:
        ready = self._service.models.is_ready()
        return json_response({"ready": ready}, 200 if ready else 503)

    def _model_ready(self, request: Request, name: str, version: str | None) -> Response:
        ready = open_inference.is_ready(self._service, name, version or "")
        return json_response({"name": name, "ready": ready}, 200 if ready else 503)

    def _metadata(self, request: Request, name: str, version: str | None) -> Response:
        return json_response(open_inference.metadata_of(self._service, name, version or ""))

    def _index(self, request: Request) -> Response:
        return json_response(open_inference.index_of(self._service))

    def _infer(self, request: Request, name: str, version: str | None) -> Question:
        asked = _asked(request, name, version or "")
        outputs = list(asked.outputs) or None

        def answered(at_once: bool) -> Response:
            answer = self._service.predict(asked.spec, asked.arrays, outputs, request.is_wanted, at_once)
            return _response(answer, asked)

        return answered


@frozen
class _Asked:
    """What a request asks for.

    Parameters
    ----------
    spec : ModelSpec
    arrays : dict of str to ndarray
    outputs : mapping of str to bool
        The outputs that are wanted, and whether raw; none means all.
    all_raw : bool
        Whether those are raw of which nothing else is said.
    request_id : str, optional
    """

    spec: ModelSpec
    arrays: dict[str, Array]
    outputs: Mapping[str, bool]
    all_raw: bool
    request_id: str | None


def _asked(request: Request, name: str, version: str) -> _Asked:
    header, raw = _parts(request)
    with document_of(header) as document:
        _check_keys(document, ("id", "parameters", "inputs", "outputs"), "the request")
        parameters = _parameters(document, "the request")
        request_id = document.get("id")
        if not isinstance(request_id, str | None):
            raise InvalidArgumentError(f"'id' must be a string, given: {shorten(request_id)}.")
        all_raw = _flag(parameters, _WANTS_ALL, False, "the request")
        spec = spec_of(name, version, parameters.get(SIGNATURE_NAME, ""))
        return _Asked(spec, _inputs(document, raw), _outputs(document, all_raw), all_raw, request_id)


def _parts(request: Request) -> tuple[bytes, bytes]:
    """The JSON of a request, and the raw tensors behind it."""
    given = request.headers.get(_HEADER_LENGTH.lower())
    if given is None:
        return request.body, b""
    if not re.fullmatch("[0-9]{1,19}", given) or int(given) > len(request.body):
        raise InvalidArgumentError(
            f"{_HEADER_LENGTH} must be the length of the JSON, at most {len(request.body)}, given: {shorten(given)}."
        )
    return request.body[: int(given)], request.body[int(given) :]


def _check_keys(given: Mapping[str, Any], known: Collection[str], what: str) -> None:
    for key in given:
        if key not in known:
            hint = did_you_mean(key, known) or f" There is: {', '.join(known)}."
            raise InvalidArgumentError(f"{what} has a key {key!r}, which the protocol has not.{hint}")


def _parameters(given: Mapping[str, Any], what: str) -> dict[str, Any]:
    parameters = given.get("parameters", {})
    if not isinstance(parameters, dict):
        raise InvalidArgumentError(
            f"the parameters of {what} must be an object, given: {shorten(parameters)}."
        )
    check_parameters(parameters, what)
    return parameters


def _flag(parameters: Mapping[str, Any], key: str, otherwise: bool, what: str) -> bool:
    value = parameters.get(key, otherwise)
    if not isinstance(value, bool):
        raise InvalidArgumentError(f"{key!r} of {what} must be true or false, given: {shorten(value)}.")
    return value


def _objects(
    document: Mapping[str, Any], key: str, known: Collection[str]
) -> Iterator[tuple[str, dict[str, Any]]]:
    """The name and the rest of each object of a list, which has the known keys."""
    listed = document.get(key, [])
    if not isinstance(listed, list):
        raise InvalidArgumentError(f"{key!r} must be a list, given: {shorten(listed)}.")
    names = set[str]()
    for one in listed:
        name = one.get("name") if isinstance(one, dict) else None
        if not isinstance(name, str):
            raise InvalidArgumentError(
                f"each of {key!r} must be an object with a 'name', given: {shorten(one)}."
            )
        if name in names:
            raise InvalidArgumentError(f"{name!r} stands twice among {key!r}.")
        names.add(name)
        _check_keys(one, ("name", "parameters", *known), repr(name))
        yield name, one


def _inputs(document: Mapping[str, Any], raw: bytes) -> dict[str, Array]:
    """The arrays of a request.

    Raises
    ------
    InvalidArgumentError
        If one has not its form, or raw bytes are missing or left over.
    """
    arrays, at = dict[str, Array](), 0
    for name, given in _objects(document, "inputs", ("shape", "datatype", "data")):
        shape = given.get("shape")
        if not isinstance(shape, list):
            raise InvalidArgumentError(f"{name!r}: its shape must be a list, given: {shorten(shape)}.")
        head = TensorHead(name, str(given.get("datatype")), shape)
        size = _parameters(given, repr(name)).get(_SIZE)
        if (size is None) == ("data" not in given):
            raise InvalidArgumentError(f"{name!r}: either its 'data' or the parameter {_SIZE!r} is needed.")
        if size is None:
            arrays[name] = _from_json(given["data"], head)
            continue
        if type(size) is not int or not 0 <= size <= len(raw) - at:
            raise InvalidArgumentError(
                f"{name!r}: {_SIZE!r} is {shorten(size)}, {len(raw) - at} bytes are left behind the JSON."
            )
        arrays[name] = array_from_raw(raw[at : at + size], head)
        at += size
    if at != len(raw):
        raise InvalidArgumentError(f"{len(raw) - at} bytes behind the JSON belong to no input.")
    return arrays


def _from_json(data: Any, head: TensorHead) -> Array:
    """The array of a list of all elements, or of lists as the shape says."""
    dtype, count = head.dtype(), head.count()
    if not isinstance(data, list):
        raise InvalidArgumentError(f"{head.name!r}: its 'data' must be a list, given: {shorten(data)}.")
    is_flat = not data or not isinstance(data[0], list)
    array = (array_from_elements if is_flat else array_from_json)(data, dtype, head.name)
    if array.size != count or not (is_flat or list(array.shape) == list(head.shape)):
        given = f"{array.size} elements" if is_flat else f"the shape {list(array.shape)}"
        raise InvalidArgumentError(f"{head.name!r}: its 'data' has {given}, its shape is {list(head.shape)}.")
    return array.reshape(head.shape)


def _outputs(document: Mapping[str, Any], all_raw: bool) -> dict[str, bool]:
    """The outputs that are asked for, and whether each is wanted as raw bytes; none means all."""
    return {
        name: _flag(_parameters(given, repr(name)), _WANTS, all_raw, repr(name))
        for name, given in _objects(document, "outputs", ())
    }


def _response(answer: Answer, asked: _Asked) -> Response:
    raw, outputs = list[bytes](), list[str]()
    for name, is_raw in (asked.outputs or dict.fromkeys(answer.outputs, asked.all_raw)).items():
        array, dtype = answer.outputs[name], answer.signature.outputs[name].dtype
        head = head_of(name, array, dtype)
        told: dict[str, Any] = {"name": name, "datatype": head.datatype, "shape": list(head.shape)}
        if is_raw:
            raw.append(raw_from_array(array, dtype))
            outputs.append(json.dumps(told | {"parameters": {_SIZE: len(raw[-1])}}))
        else:
            data = _list(elements_as_json(array, dtype))
            outputs.append(f'{json.dumps(told)[:-1]}, "data": {data}}}')
    told = {"model_name": answer.name, "model_version": str(answer.version)}
    if asked.request_id is not None:
        told["id"] = asked.request_id
    header = f'{json.dumps(told)[:-1]}, "outputs": {_list(outputs)}}}'.encode()
    if not raw:
        return Response(body=header)
    return Response(
        body=b"".join([header, *raw]),
        content_type="application/octet-stream",
        headers={_HEADER_LENGTH: str(len(header))},
    )


def _list(texts: list[str]) -> str:
    return "[" + ", ".join(texts) + "]"
