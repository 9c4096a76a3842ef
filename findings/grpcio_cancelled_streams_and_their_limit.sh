#!/usr/bin/env bash
# grpcio 1.85.3: with grpc.max_concurrent_streams on a server, calls that are cancelled make other calls of their connection UNAVAILABLE.
#
# A client that cancels a call counts its stream no more, and begins the next one. The server counts the cancelled one for some
# time yet, and refuses the next with RST_STREAM REFUSED_STREAM (7), though the client has kept to the limit that it was told. Such
# a stream was never seen by the application, so that a client may try it again by itself (gRFC A6, transparent retries); here the
# caller is told "Stream removed (RST_STREAM (Received RST_STREAM with error code 7))". Without the option all is well.
#
# Runs in a temporary folder with packages of its own; fails if the behaviour changes.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet "grpcio==1.85.3"
cd "$folder"
"$folder/venv/bin/python" - <<'PY'
import collections
import platform
from concurrent.futures import ThreadPoolExecutor

import grpc

print("python", platform.python_version(), "grpcio", grpc.__version__)
LIMIT = 100


def ended(options):
    """How a hundred calls end, each of which comes after half as many more cancelled ones as the limit allows."""
    server = grpc.server(ThreadPoolExecutor(16), options=options)
    echo = grpc.unary_unary_rpc_method_handler(lambda request, context: request)
    server.add_generic_rpc_handlers([grpc.method_handlers_generic_handler("Plain", {"Echo": echo})])
    port = server.add_insecure_port("127.0.0.1:0")
    server.start()
    found = collections.Counter()
    with grpc.insecure_channel(f"127.0.0.1:{port}") as channel:
        method = channel.unary_unary("/Plain/Echo")
        for _ in range(100):
            calls = [method.future(b"", timeout=10) for _ in range(LIMIT * 3 // 2)]
            for call in calls:
                call.cancel()
            try:
                method(b"", timeout=10)
                found["OK"] += 1
            except grpc.RpcError as error:
                found[f"{error.code().name}: {error.details()}"] += 1
    server.stop(None).wait()
    return dict(found)


limited, free = ended([("grpc.max_concurrent_streams", LIMIT)]), ended([])
print("with a limit of streams:", limited)
print("without:", free)
assert free == {"OK": 100}
assert any(how.startswith("UNAVAILABLE: Stream removed") for how in limited)
PY
