"""What a client writes and reads: arrays of the types that a model wants, features, and what a model says of itself."""

from __future__ import annotations

import json
from base64 import b64encode
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from estimator.core.dtypes import DType, as_dtype, bfloat16, string
from estimator.core.errors import InvalidArgumentError
from estimator.core.frozen import frozen
from estimator.core.registry import did_you_mean, shortened
from estimator.core.shown import shorten
from estimator.graph.bfloat16 import to_bits
from estimator.serving.json_tensors import Array
from estimator.serving.raw_tensors import TensorHead, array_from_raw, head_of, raw_from_array


@frozen
class TensorInfo:
    """What a signature says of a tensor.

    Parameters
    ----------
    dtype : DType
    shape : tuple of int or None, optional
        None for a size that is left open; None in its place if nothing is known of it.
    """

    dtype: DType
    shape: tuple[int | None, ...] | None


@frozen
class SignatureInfo:
    """What a model may be asked under one name.

    Parameters
    ----------
    method_name : str
        ``tensorflow/serving/predict``, ``.../classify`` or ``.../regress``.
    inputs, outputs : mapping of str to TensorInfo
    """

    method_name: str
    inputs: Mapping[str, TensorInfo]
    outputs: Mapping[str, TensorInfo]


def infos_of(given: Mapping[str, Any]) -> dict[str, TensorInfo]:
    """What TensorFlow Serving's metadata say of some tensors."""
    return {
        name: TensorInfo(_dtype_of(info["dtype"]), _shape(info["tensor_shape"]))
        for name, info in given.items()
    }


def _dtype_of(proto_name: str) -> DType:
    return as_dtype(proto_name.removeprefix("DT_").lower())


def _shape(given: Mapping[str, Any]) -> tuple[int | None, ...] | None:
    if given.get("unknown_rank"):
        return None
    sizes = [int(dim["size"]) for dim in given.get("dim", [])]
    return tuple(None if size < 0 else size for size in sizes)


def infer_request(
    inputs: Any, wanted: Mapping[str, TensorInfo], signature_name: str, outputs: Sequence[str]
) -> tuple[bytes, list[bytes]]:
    """The JSON of a request, and the raw tensors that follow it.

    Parameters
    ----------
    inputs : mapping of str to array_like, or array_like
    wanted : mapping of str to TensorInfo
        The inputs of the signature.
    signature_name : str
    outputs : sequence of str
        None means all.

    Raises
    ------
    InvalidArgumentError
        If an input is not known, or its values are not of its type.
    """
    heads, raw = list[dict[str, Any]](), list[bytes]()
    for name, value in _named(inputs, wanted).items():
        dtype = wanted[name].dtype
        array = converted(value, dtype, name)
        head = head_of(name, array, dtype)
        raw.append(raw_from_array(array, dtype))
        size = {"binary_data_size": len(raw[-1])}
        heads.append({"name": name, "datatype": head.datatype, "shape": list(head.shape), "parameters": size})
    document: dict[str, Any] = {"inputs": heads, "parameters": {"binary_data_output": True}}
    if signature_name:
        document["parameters"]["signature_name"] = signature_name
    if outputs:
        document["outputs"] = [{"name": name} for name in outputs]
    return json.dumps(document).encode(), raw


def _named(inputs: Any, wanted: Mapping[str, TensorInfo]) -> Mapping[str, Any]:
    """The inputs by their names, all of which are wanted; which are missing is for the server to say."""
    if not isinstance(inputs, Mapping):
        if len(wanted) != 1:
            raise InvalidArgumentError(
                f"inputs must be a dict, with an array for each of: {shortened(wanted)}."
            )
        return dict.fromkeys(wanted, inputs)
    for name in inputs:
        if name not in wanted:
            hint = did_you_mean(name, wanted) or f" There is: {shortened(wanted)}."
            raise InvalidArgumentError(f"there is no input {name!r}.{hint}")
    return inputs


def converted(value: Any, dtype: DType, name: str) -> Array:
    """A value as an array of that type.

    Raises
    ------
    InvalidArgumentError
        If it would not be what it was, or is no array.
    """
    try:
        array = np.array(value, object) if dtype is string else np.asarray(value)
    except ValueError as error:
        raise InvalidArgumentError(f"{name!r} is no array: {error}") from error
    if dtype is string:
        return _texts(array, name)
    if dtype is bfloat16 and array.dtype.kind in "fiu":
        return to_bits(array.astype(np.float32))
    are_whole = array.dtype.kind in "iu" and dtype.is_integer
    if are_whole or (array.dtype != object and np.can_cast(array.dtype, dtype.np, "same_kind")):
        with np.errstate(over="ignore"):
            result = array.astype(dtype.np)
        if np.array_equal(array, result) if are_whole else np.array_equal(np.isinf(array), np.isinf(result)):
            return result
    raise InvalidArgumentError(
        f"{name!r} must be {dtype.name}, given: {array.dtype} {shorten(array.tolist())}."
    )


def _texts(array: Array, name: str) -> Array:
    texts = [text.encode() if isinstance(text, str) else text for text in array.reshape(-1).tolist()]
    for text in texts:
        if not isinstance(text, bytes):
            raise InvalidArgumentError(f"{name!r} must be str or bytes, given: {shorten(text)}.")
    return np.fromiter(texts, object, len(texts)).reshape(array.shape)


def answered_arrays(answer: bytes, header_length: str | None) -> dict[str, Array]:
    """The outputs of an answer: raw tensors behind the JSON, which has that length."""
    length = len(answer) if header_length is None else int(header_length)
    arrays, at = dict[str, Array](), length
    for told in json.loads(answer[:length])["outputs"]:
        head = TensorHead(told["name"], told["datatype"], told["shape"])
        size = told["parameters"]["binary_data_size"]
        arrays[head.name] = array_from_raw(answer[at : at + size], head)
        at += size
    return arrays


def feature_of(value: Any) -> Any:
    """A feature as TensorFlow Serving's JSON has it.

    Raises
    ------
    InvalidArgumentError
        If a tf.train.Example cannot have such one.
    """
    if isinstance(value, (list, tuple, np.ndarray)):
        return [feature_of(one) for one in (value.tolist() if isinstance(value, np.ndarray) else value)]
    if isinstance(value, np.generic):
        value = value.item()
    if isinstance(value, bytes):
        return {"b64": b64encode(value).decode()}
    if isinstance(value, (str, int, float)):
        return value
    raise InvalidArgumentError(
        f"a feature is a number, a str or bytes, or a list of them, given: {shorten(value)}."
    )
