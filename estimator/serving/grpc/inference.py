"""The Open Inference Protocol over gRPC: inference.GRPCInferenceService.

Tensors are taken raw or in the field of their type, and always answered raw, which is the only form that every client
reads. A stream of requests is answered one by one; a request that fails there is answered with its error, and the
stream goes on.

Source
------
open_inference_grpc.proto of github.com/kserve/open-inference-protocol; ModelStreamInfer and RepositoryIndex as Triton
has them
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

import numpy as np

from estimator.core.dtypes import DType, bfloat16, float16, string
from estimator.core.errors import InvalidArgumentError, NotFoundError
from estimator.core.shown import shorten
from estimator.formats import messages
from estimator.serving import open_inference
from estimator.serving.json_tensors import Array
from estimator.serving.open_inference import SERVER, SIGNATURE_NAME, check_parameters, spec_of
from estimator.serving.raw_tensors import TensorHead, array_from_raw, head_of, raw_from_array
from estimator.serving.service import Answer, Service, described

_CONTENTS = {
    "BOOL": "bool_contents",
    "INT64": "int64_contents",
    "UINT64": "uint64_contents",
    "FP32": "fp32_contents",
    "FP64": "fp64_contents",
    "BYTES": "bytes_contents",
    **dict.fromkeys(("INT8", "INT16", "INT32"), "int_contents"),
    **dict.fromkeys(("UINT8", "UINT16", "UINT32"), "uint_contents"),
}


def methods(service: Service) -> Mapping[str, Callable[[Any, Callable[[], bool]], Any]]:
    """A function for each method of the GRPCInferenceService."""

    def infer(request: Any, is_wanted: Callable[[], bool]) -> Any:
        check_parameters(request.parameters, "the request")
        signature_name = request.parameters[SIGNATURE_NAME].string_param  # "" if it is not there
        asked = spec_of(request.model_name, request.model_version, signature_name)
        answer = service.predict(asked, _arrays(request), _outputs(request), is_wanted)
        return _response(answer, request.id)

    def stream(requests: Iterator[Any], is_wanted: Callable[[], bool]) -> Iterator[Any]:
        response = messages.get("inference.ModelStreamInferResponse")
        for request in requests:
            try:
                yield response(infer_response=infer(request, is_wanted))
            except Exception as error:
                yield response(error_message=described(error)[1], infer_response={"id": request.id})

    return {
        "ServerLive": lambda request, is_wanted: _message("ServerLiveResponse", live=True),
        "ServerReady": lambda request, is_wanted: _message(
            "ServerReadyResponse", ready=service.models.is_ready()
        ),
        "ServerMetadata": lambda request, is_wanted: _message("ServerMetadataResponse", **SERVER),
        "ModelReady": lambda request, is_wanted: _message(
            "ModelReadyResponse", ready=_is_ready(service, request.name, request.version)
        ),
        "ModelMetadata": lambda request, is_wanted: _message(
            "ModelMetadataResponse", **open_inference.metadata_of(service, request.name, request.version)
        ),
        "ModelInfer": infer,
        "ModelStreamInfer": stream,
        "RepositoryIndex": lambda request, is_wanted: _index(service, request.ready),
    }


def _is_ready(service: Service, name: str, version: str) -> bool:
    """Whether it is served: what is not there yet is none, as Triton says to those who wait for it."""
    try:
        return open_inference.is_ready(service, name, version)
    except NotFoundError:
        return False


def _message(kind: str, /, **fields: Any) -> Any:
    return messages.get(f"inference.{kind}")(**fields)


def _index(service: Service, only_ready: bool) -> Any:
    listed = open_inference.index_of(service)
    return _message(
        "RepositoryIndexResponse",
        models=[one for one in listed if one["state"] == "READY" or not only_ready],
    )


def _arrays(request: Any) -> dict[str, Array]:
    """The arrays of a request.

    Raises
    ------
    InvalidArgumentError
        If they are neither all raw nor all in fields, one stands twice, or has more or fewer elements than its shape.
    """
    heads = {
        tensor.name: TensorHead(tensor.name, tensor.datatype, list(tensor.shape)) for tensor in request.inputs
    }
    if len(heads) != len(request.inputs):
        raise InvalidArgumentError("an input stands twice in the request.")
    for tensor in request.inputs:
        check_parameters(tensor.parameters, repr(tensor.name))
    if not request.raw_input_contents:
        return {tensor.name: _from_contents(tensor.contents, heads[tensor.name]) for tensor in request.inputs}
    if len(request.raw_input_contents) != len(heads) or any(
        tensor.HasField("contents") for tensor in request.inputs
    ):
        raise InvalidArgumentError(
            f"{len(heads)} inputs have {len(request.raw_input_contents)} raw_input_contents; either all inputs have "
            "theirs there, or all have 'contents' of their own."
        )
    return {
        head.name: array_from_raw(raw, head) for head, raw in zip(heads.values(), request.raw_input_contents)
    }


def _from_contents(contents: Any, head: TensorHead) -> Array:
    """The array of the values that stand in the field of their type.

    Raises
    ------
    InvalidArgumentError
        If the type has no field, the values stand in another one, or are not as many as the shape says, or too large.
    """
    dtype, count = head.dtype(), head.count()
    if dtype in (float16, bfloat16):
        raise InvalidArgumentError(
            f"{head.name!r}: {head.datatype} has no 'contents', only raw_input_contents."
        )
    field = _CONTENTS[head.datatype]
    others = [descriptor.name for descriptor, _ in contents.ListFields() if descriptor.name != field]
    values = getattr(contents, field)
    if others or len(values) != count:
        given = f"values in {', '.join(others)}" if others else f"{len(values)} values"
        raise InvalidArgumentError(
            f"{head.name!r}: {head.datatype} of shape {list(head.shape)} needs {count} values in {field}, given: "
            f"{given}."
        )
    return _array(values, dtype, head)


def _array(values: Any, dtype: DType, head: TensorHead) -> Array:
    if dtype is string:
        return np.fromiter(values, object, len(values)).reshape(head.shape)
    try:
        return np.array(list(values), dtype.np).reshape(head.shape)  # of a list, which checks the range
    except OverflowError:
        raise InvalidArgumentError(
            f"{head.name!r}: {shorten(list(values))} are not all {head.datatype}."
        ) from None


def _outputs(request: Any) -> list[str] | None:
    for output in request.outputs:
        check_parameters(output.parameters, repr(output.name))
    return [output.name for output in request.outputs] or None


def _response(answer: Answer, request_id: str) -> Any:
    response = _message(
        "ModelInferResponse", model_name=answer.name, model_version=str(answer.version), id=request_id
    )
    for name, array in answer.outputs.items():
        dtype = answer.signature.outputs[name].dtype
        head = head_of(name, array, dtype)
        response.outputs.add(name=name, datatype=head.datatype, shape=head.shape)
        response.raw_output_contents.append(raw_from_array(array, dtype))
    return response
