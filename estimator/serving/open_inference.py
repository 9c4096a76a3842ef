"""What the Open Inference Protocol means, in JSON as in gRPC: datatypes, raw tensors, versions, the state of models.

A raw tensor is its elements row by row, little-endian; of BYTES each is four bytes of length, and itself. A request
is for the signature ``serving_default``, unless its parameter ``signature_name`` says another: the protocol itself
knows no signatures. A version that is no number is a label.

Source
------
github.com/kserve/open-inference-protocol; the extensions for binary tensors and the index of models as Triton has them
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import numpy as np

from estimator.core.dtypes import DType, as_dtype, string
from estimator.core.errors import InvalidArgumentError, UnimplementedError
from estimator.core.frozen import frozen
from estimator.core.registry import did_you_mean
from estimator.core.shown import shorten
from estimator.core.version import VERSION
from estimator.pipeline.specs import TensorSpec
from estimator.serving.json_tensors import Array
from estimator.serving.models import ModelSpec, State, VersionStatus
from estimator.serving.service import Service

SERVER: dict[str, Any] = {
    "name": "numpy-estimator",
    "version": VERSION,
    "extensions": ["binary_tensor_data", "model_repository"],
}
PLATFORM = "numpy_estimator"
SIGNATURE_NAME = "signature_name"  # a parameter of requests

_DATATYPES = {
    name: name.upper() for name in "bool int8 int16 int32 int64 uint8 uint16 uint32 uint64".split()
} | {
    "float16": "FP16",
    "bfloat16": "BF16",
    "float32": "FP32",
    "float64": "FP64",
    "string": "BYTES",
}
_DTYPES = {datatype: as_dtype(name) for name, datatype in _DATATYPES.items()}
_STATES = {State.AVAILABLE: "READY", State.LOADING: "LOADING", State.UNLOADING: "UNLOADING"}
_LENGTH_BYTES = 4
# parameters that mean something here and there, and would be missed if they were passed over
_REFUSED = ("classification", "shared_memory_region", "sequence_id", "sequence_start", "sequence_end")


@frozen
class TensorHead:
    """What a request or an answer says of a tensor besides its elements.

    Parameters
    ----------
    name : str
    datatype : str
        ``"FP32"``, ``"BYTES"`` and so on.
    shape : sequence of int
        -1 for a size that is left open, of a model's metadata.
    """

    name: str
    datatype: str
    shape: Sequence[int]

    def dtype(self) -> DType:
        """The type of the elements.

        Raises
        ------
        InvalidArgumentError
            If there is no such datatype.
        """
        found = _DTYPES.get(self.datatype)
        if found is None:
            hint = did_you_mean(str(self.datatype), _DTYPES) or f" There is: {', '.join(sorted(_DTYPES))}."
            raise InvalidArgumentError(f"{self.name!r}: there is no datatype {self.datatype!r}.{hint}")
        return found

    def count(self) -> int:
        """The number of elements.

        Raises
        ------
        InvalidArgumentError
            If the shape is none.
        """
        if any(type(size) is not int or size < 0 for size in self.shape) or len(self.shape) > 32:
            raise InvalidArgumentError(f"{self.name!r}: {shorten(list(self.shape))} is no shape.")
        return math.prod(self.shape)


def head_of(name: str, array: Array, dtype: DType) -> TensorHead:
    """What an answer says of an array."""
    return TensorHead(name, datatype_of(name, dtype), array.shape)


def datatype_of(name: str, dtype: DType) -> str:
    """The protocol's name for a type.

    Raises
    ------
    UnimplementedError
        If it has none: complex numbers.
    """
    if dtype.name not in _DATATYPES:
        raise UnimplementedError(f"{name!r}: the Open Inference Protocol has no {dtype.name}.")
    return _DATATYPES[dtype.name]


def array_from_raw(raw: bytes, head: TensorHead) -> Array:
    """The array that raw bytes are.

    Raises
    ------
    InvalidArgumentError
        If there are more or fewer than the shape says.
    """
    dtype, count = head.dtype(), head.count()
    if dtype is string:
        return _texts_from_raw(raw, count, head.name).reshape(head.shape)
    if len(raw) != count * dtype.size:
        raise InvalidArgumentError(
            f"{head.name!r}: {len(raw)} bytes are given, {head.datatype} of shape {list(head.shape)} has "
            f"{count * dtype.size}."
        )
    little = np.frombuffer(raw, dtype.np.newbyteorder("<"))
    if dtype.is_bool:
        little = np.frombuffer(raw, np.uint8) != 0
    return little.astype(dtype.np, copy=False).reshape(head.shape)


def _texts_from_raw(raw: bytes, count: int, name: str) -> Array:
    texts, at = list[bytes](), 0
    while at < len(raw):
        begin = at + _LENGTH_BYTES
        at = begin + int.from_bytes(raw[at:begin], "little")
        if begin > len(raw) or at > len(raw):
            raise InvalidArgumentError(f"{name!r}: element {len(texts)} ends after the bytes that are given.")
        texts.append(raw[begin:at])
    if len(texts) != count:
        raise InvalidArgumentError(f"{name!r}: {len(texts)} elements are given, its shape has {count}.")
    return np.fromiter(texts, object, count)


def raw_from_array(array: Array, dtype: DType) -> bytes:
    """The raw bytes of an array."""
    if dtype is not string:
        return np.ascontiguousarray(array, dtype.np.newbyteorder("<")).tobytes()
    texts = array.reshape(-1).tolist()
    return b"".join(part for text in texts for part in (len(text).to_bytes(_LENGTH_BYTES, "little"), text))


def spec_of(name: str, version: str, signature_name: Any = "") -> ModelSpec:
    """Which model a request is for; a version that is no number is a label.

    Raises
    ------
    InvalidArgumentError
        If the signature's name is no text.
    """
    if not isinstance(signature_name, str):
        raise InvalidArgumentError(
            f"the parameter {SIGNATURE_NAME!r} must be a string, given: {shorten(signature_name)}."
        )
    if version.isdecimal():
        return ModelSpec(name, int(version), None, signature_name)
    return ModelSpec(name, None, version or None, signature_name)


def check_parameters(parameters: Iterable[str], what: str) -> None:
    """Refuse parameters that ask for what there is not; others, which nobody here knows, are passed over.

    Raises
    ------
    UnimplementedError
        If there are some.
    """
    refused = [name for name in _REFUSED if name in parameters]
    if refused:
        raise UnimplementedError(f"{what}: the parameters {', '.join(refused)} are not offered here.")


def metadata_of(service: Service, name: str, version: str) -> dict[str, Any]:
    """What a model takes and gives, under the names that both forms of the protocol have.

    Raises
    ------
    OpError
        If there is no such model, version or signature.
    """
    asked = spec_of(name, version)
    with service.models.acquire(name, asked.version, asked.label) as servable:
        signature = servable.signature("")
    return {
        "name": name,
        "versions": [str(status.version) for status in _available(service, name)],
        "platform": PLATFORM,
        "inputs": _heads(signature.inputs),
        "outputs": _heads(signature.outputs),
    }


def _heads(specs: Mapping[str, TensorSpec]) -> list[dict[str, Any]]:
    return [
        {
            "name": name,
            "datatype": datatype_of(name, spec.dtype),
            "shape": [-1] if spec.dims is None else [-1 if size is None else size for size in spec.dims],
        }
        for name, spec in specs.items()
    ]


def _available(service: Service, name: str) -> list[VersionStatus]:
    return [status for status in service.models.status(name) if status.state is State.AVAILABLE]


def is_ready(service: Service, name: str, version: str) -> bool:
    """Whether a model, or a version of it, is served.

    Raises
    ------
    NotFoundError
        If there is none of the name.
    """
    if not version:
        return service.models.is_ready(name)
    asked = spec_of(name, version)
    found = service.models.status(name, asked.version, asked.label)
    return any(status.state is State.AVAILABLE for status in found)


def index_of(service: Service) -> list[dict[str, str]]:
    """Every version of every model: its state, and why it is not ready."""
    return [
        {
            "name": name,
            "version": str(status.version),
            "state": _STATES.get(status.state, "UNAVAILABLE"),
            "reason": status.error_message,
        }
        for name in service.models.names()
        for status in service.models.status(name)
    ]
