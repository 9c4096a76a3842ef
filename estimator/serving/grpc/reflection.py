"""grpc.reflection: clients such as grpcurl learn what there is. The messages are those of our own pool."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from estimator.core.extras import from_extra
from estimator.formats import messages
from estimator.serving.grpc.patience import Patience

with from_extra("serve", "serving over gRPC needs"):
    import grpc
    from grpc_health.v1 import health_pb2
    from grpc_reflection.v1alpha import reflection, reflection_pb2

_VERSIONS = (
    reflection.SERVICE_NAME,
    reflection.SERVICE_NAME.replace("v1alpha", "v1"),
)  # they look alike on the wire


def handlers(services: Iterable[str], patience: Patience) -> tuple[grpc.GenericRpcHandler, ...]:
    """What tells clients of these services, given by their full names, and of itself.

    grpcio-reflection offers v1alpha alone, while clients ask for v1 first.
    """
    pool = messages.pool()
    for file in (health_pb2.DESCRIPTOR, reflection_pb2.DESCRIPTOR):
        pool.AddSerializedFile(file.serialized_pb)
    servicer = reflection.ReflectionServicer([*services, reflection.SERVICE_NAME], pool=pool)

    def tell(requests: Any, context: Any) -> Any:
        return servicer.ServerReflectionInfo(patience.each(requests, context), context)

    method = grpc.stream_stream_rpc_method_handler(
        tell,
        reflection_pb2.ServerReflectionRequest.FromString,
        reflection_pb2.ServerReflectionResponse.SerializeToString,
    )
    return tuple(
        grpc.method_handlers_generic_handler(name, {"ServerReflectionInfo": method}) for name in _VERSIONS
    )
