"""A request over HTTP and its response, without the server library: what every protocol here is written in."""

from __future__ import annotations

import json
import zlib
from collections.abc import Callable, Mapping
from dataclasses import field
from typing import Any

from estimator.core.errors import (
    ABORTED,
    ALREADY_EXISTS,
    CANCELLED,
    DEADLINE_EXCEEDED,
    FAILED_PRECONDITION,
    INVALID_ARGUMENT,
    NOT_FOUND,
    OUT_OF_RANGE,
    PERMISSION_DENIED,
    RESOURCE_EXHAUSTED,
    UNAUTHENTICATED,
    UNAVAILABLE,
    UNIMPLEMENTED,
)
from estimator.core.frozen import frozen
from estimator.serving.limits import Limits
from estimator.serving.service import described

# as TensorFlow Serving's server turns its codes into HTTP's; all others are 500
_STATUSES = {
    CANCELLED: 499,
    INVALID_ARGUMENT: 400,
    DEADLINE_EXCEEDED: 504,
    NOT_FOUND: 404,
    ALREADY_EXISTS: 409,
    PERMISSION_DENIED: 403,
    RESOURCE_EXHAUSTED: 429,
    FAILED_PRECONDITION: 400,
    ABORTED: 409,
    OUT_OF_RANGE: 400,
    UNIMPLEMENTED: 501,
    UNAVAILABLE: 503,
    UNAUTHENTICATED: 401,
}
AGAIN = {"Retry-After": "1"}  # seconds, with 429 and 503
_WINDOW_OF_GZIP_OR_ZLIB = 32 + zlib.MAX_WBITS
_INFLATED_AT_ONCE = 1 << 20  # bytes


def _hold_nothing(count: int) -> None:
    """Of one request alone nobody counts the bytes."""


@frozen
class Request:
    """What a client asks.

    Parameters
    ----------
    method : str
        ``"GET"`` or ``"POST"``.
    path : str
        Without the query, decoded.
    headers : mapping of str to str
        The names in small letters.
    body : bytes
    is_wanted : callable, optional
        Says whether the client still waits for the answer.
    hold : callable
        Called with how many bytes more the body takes than were sent; refuses what would be too much.
    """

    method: str
    path: str
    headers: Mapping[str, str]
    body: bytes = b""
    is_wanted: Callable[[], bool] | None = None
    hold: Callable[[int], None] = _hold_nothing


@frozen
class Response:
    """What it is answered.

    Parameters
    ----------
    status : int
    body : bytes
    content_type : str
    headers : mapping of str to str
        Besides the type and length of the body.
    """

    status: int = 200
    body: bytes = b""
    content_type: str = "application/json"
    headers: Mapping[str, str] = field(default_factory=dict)


class RefusedError(Exception):
    """A request that is none of the models' business: no such path, a body that is too large.

    Parameters
    ----------
    status : int
    message : str
    headers : mapping of str to str, optional
    """

    def __init__(self, status: int, message: str, headers: Mapping[str, str] | None = None) -> None:
        super().__init__(message)
        self.response = error_response(status, message, headers or {})


def json_response(value: Any, status: int = 200) -> Response:
    """A response that is the JSON of a value."""
    return Response(status, json.dumps(value).encode())


def error_response(status: int, message: str, headers: Mapping[str, str]) -> Response:
    """``{"error": "..."}``, as TensorFlow Serving and the Open Inference Protocol both write it."""
    return Response(status, json.dumps({"error": message}).encode(), headers=headers)


def response_of(error: Exception) -> Response:
    """What a client is told of an error."""
    if isinstance(error, RefusedError):
        return error.response
    code, message = described(error)
    status = _STATUSES.get(code, 500)
    return error_response(status, message, AGAIN if status in (429, 503) else {})


def inflated(request: Request, limits: Limits) -> bytes:
    """The body of a request that says how it is compressed, after decompression.

    Raises
    ------
    RefusedError
        If it is compressed in a way that is not known (415), has not the form that it says (400), is larger than limits
        allow (413), or there are too many such at once (429).
    """
    encoding = request.headers["content-encoding"].strip().lower()
    if encoding == "identity":
        return request.body
    if encoding not in ("gzip", "x-gzip", "deflate"):
        raise RefusedError(415, f"the body's encoding {encoding!r} is not known; use gzip or deflate.")
    inflate = zlib.decompressobj(_WINDOW_OF_GZIP_OR_ZLIB)
    body, rest = bytearray(), request.body
    while rest and not inflate.eof:
        try:
            piece = inflate.decompress(rest, _INFLATED_AT_ONCE)
        except zlib.error as e:
            raise RefusedError(400, f"the body is not {encoding}: {e}.") from e
        request.hold(len(piece))
        body += piece
        if len(body) > limits.max_message_bytes:
            raise RefusedError(413, limits.too_large())
        rest = inflate.unconsumed_tail
    if not inflate.eof or inflate.unused_data:
        raise RefusedError(400, f"the body is not one whole {encoding} stream.")
    return bytes(body)
