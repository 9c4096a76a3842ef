"""How functions of messages become methods of a gRPC server.

There is no generated code: names, messages and whether they come in streams are told by the tables of
:mod:`estimator.formats`. A service is a module of this folder with a function ``methods(service)``, which gives a
function for each method by its name, called with a request and with what says whether its client still waits. What it
raises becomes a status with one line of text.

A method of single messages is registered as one that takes a stream of them, which looks alike on the wire: so it
begins before its message is there, and can be ended if that does not come.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from estimator.core.errors import DataLossError, InvalidArgumentError
from estimator.core.extras import from_extra
from estimator.formats import messages
from estimator.serving.grpc.patience import Patience
from estimator.serving.service import described

with from_extra("serve", "serving over gRPC needs"):
    import grpc

Function = Callable[
    [Any, Callable[[], bool]], Any
]  # a request, or an iterator of them, to an answer, or several

_STATUS = {status.value[0]: status for status in grpc.StatusCode}
_MOST_TEXT = 1_500  # characters; a status travels in a header, for which a client has 8 KiB in all


def handler_of(service: str, functions: Mapping[str, Function], patience: Patience) -> grpc.GenericRpcHandler:
    """What answers the methods of a service.

    Parameters
    ----------
    service : str
        As :func:`estimator.formats.messages.methods` has it: ``"serving.PredictionService"``.
    functions : mapping of str to callable
        One for each method; a method without one is UNIMPLEMENTED.
    patience : Patience
        With clients that send nothing.
    """
    full_name, methods = messages.methods(service)
    handlers = {
        method.name: _handler(method, functions[method.name], patience)
        for method in methods
        if method.name in functions
    }
    return grpc.method_handlers_generic_handler(full_name, handlers)


def _handler(method: messages.Method, function: Function, patience: Patience) -> Any:
    kind = (
        grpc.stream_stream_rpc_method_handler if method.gives_stream else grpc.stream_unary_rpc_method_handler
    )
    taking = _all if method.takes_stream else _single
    behave = _streaming if method.gives_stream else _answering

    def begin(requests: Iterator[bytes], context: Any) -> Any:
        parsed = (_parsed(method.request, data) for data in patience.each(requests, context))
        return behave(function, taking(parsed), context)

    return kind(begin, None, method.answer.SerializeToString)


def _parsed(kind: Any, data: bytes) -> Any:
    """The message in these bytes; grpc would write a traceback to the log for what strangers send."""
    try:
        return messages.decode(kind, data, "the request")
    except DataLossError:
        raise InvalidArgumentError(
            f"the request has {len(data)} bytes, which are no {kind.DESCRIPTOR.full_name} message."
        ) from None


def _all(requests: Iterator[Any]) -> Callable[[], Any]:
    return lambda: requests


def _single(requests: Iterator[Any]) -> Callable[[], Any]:
    def message() -> Any:
        for request in requests:
            return request
        raise InvalidArgumentError("the call has ended before its message came.")

    return message


def _answering(function: Function, request: Callable[[], Any], context: Any) -> Any:
    try:
        return function(request(), context.is_active)
    except grpc.RpcError:
        raise  # the client has gone: grpc knows its own error again, and is silent
    except Exception as error:
        _abort(context, error)


def _streaming(function: Function, request: Callable[[], Any], context: Any) -> Iterator[Any]:
    try:
        yield from function(request(), context.is_active)
    except grpc.RpcError:
        raise
    except Exception as error:
        _abort(context, error)


def _abort(context: Any, error: Exception) -> None:
    """End the call with the status of an error; grpc raises here what it takes for the end."""
    code, text = described(error)
    context.abort(_STATUS[code], text if len(text) <= _MOST_TEXT else f"{text[:_MOST_TEXT]}...")
