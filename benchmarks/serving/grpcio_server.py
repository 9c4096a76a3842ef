"""The least that answers over gRPC with grpcio: ``python -m benchmarks.serving.grpcio_server NAME FOLDER PORT``.

A row's numbers come as the bytes of a BytesValue, and its probabilities go so. Nothing is looked at or bounded.
"""

from __future__ import annotations

import os
import sys
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import grpc
import numpy as np
from google.protobuf.wrappers_pb2 import BytesValue

from benchmarks.serving.networks import Forward


def main(network: str, folder: str, port: str) -> None:
    """Answer until the process is ended."""
    forward = Forward(network, folder)

    def predict(request: Any, context: Any) -> Any:
        row = np.frombuffer(request.value, np.float32)[None]
        return BytesValue(value=forward.probabilities(row).tobytes())

    method = grpc.unary_unary_rpc_method_handler(predict, BytesValue.FromString, BytesValue.SerializeToString)
    server = grpc.server(ThreadPoolExecutor(os.cpu_count()))
    server.add_generic_rpc_handlers([grpc.method_handlers_generic_handler("Plain", {"Predict": method})])
    server.add_insecure_port(f"127.0.0.1:{port}")
    server.start()
    server.wait_for_termination()


if __name__ == "__main__":
    main(*sys.argv[1:])
