"""Triton's own clients, tritonclient.http and tritonclient.grpc, asked as scripts ask them.

It reads {"http": port, "grpc": port} and answers, of either client, what each of some calls gave.
"""

from __future__ import annotations

import json
import sys

import numpy as np
import tritonclient.grpc as triton_grpc
import tritonclient.http as triton_http
from tritonclient.utils import InferenceServerException

X = np.array([2, 4, np.nan, np.inf], np.float32)
WORDS = np.array([["é".encode(), b"\xff\0"]], object)


def shown(array):
    """An array as JSON has it: bytes and numbers as Latin-1 text."""
    return [shown(one) for one in array] if isinstance(array, np.ndarray) and array.ndim else repr(array)


def outcome(call):
    """What a call gives, or the status and text of its error."""
    try:
        return call()
    except InferenceServerException as error:
        return [str(error.status()), error.message()]


def tensor(library, name, array, datatype, **keywords):
    result = library.InferInput(name, list(array.shape), datatype)
    result.set_data_from_numpy(array, **keywords)
    return result


def same_calls(client, library, index):
    """Calls that both clients have."""
    x, words = tensor(library, "x", X, "FP32"), tensor(library, "words", WORDS, "BYTES")
    nothing = tensor(library, "x", np.zeros(0, np.float32), "FP32")
    return {
        "live": client.is_server_live(),
        "ready": client.is_server_ready(),
        "model_ready": [client.is_model_ready("half"), client.is_model_ready("half", "5"), client.is_model_ready("haf")],
        "index": index(client.get_model_repository_index()),
        "y": shown(client.infer("half", [x]).as_numpy("y")),
        "named": shown(client.infer("half", [x], outputs=[library.InferRequestedOutput("y")], request_id="7").as_numpy("y")),
        "older": shown(client.infer("half", [x], model_version="3").as_numpy("y")),
        "words": shown(client.infer("text", [words]).as_numpy("joined")),
        "nothing": shown(client.infer("half", [nothing]).as_numpy("y")),
        "unknown": outcome(lambda: client.infer("haf", [x])),
        "misfit": outcome(lambda: client.infer("half", [tensor(library, "x", X.astype(np.int32), "INT32")])),
    }  # fmt: skip


def http_calls(port):
    client = triton_http.InferenceServerClient(f"127.0.0.1:{port}")
    found = same_calls(
        client, triton_http, lambda models: [[m["name"], m["version"], m["state"]] for m in models]
    )
    ways = []
    for as_raw in (True, False):
        x = tensor(triton_http, "x", X, "FP32", binary_data=as_raw)
        for wants_raw in (True, False):
            outputs = [triton_http.InferRequestedOutput("y", binary_data=wants_raw)]
            for algorithm in (None, "gzip", "deflate"):
                result = client.infer("half", [x], outputs=outputs, request_compression_algorithm=algorithm)
                ways.append(shown(result.as_numpy("y")))
    found["ways"] = ways
    text = np.array([["é", "b"]], object)
    words = tensor(triton_http, "words", text, "BYTES", binary_data=False)
    outputs = [triton_http.InferRequestedOutput("joined", binary_data=False)]
    found["json_words"] = shown(client.infer("text", [words], outputs=outputs).as_numpy("joined"))
    found["metadata"] = client.get_model_metadata("half")
    large = tensor(triton_http, "x", np.zeros(1_000_000, np.float32), "FP32")
    found["large"] = outcome(lambda: client.infer("half", [large]))
    client.close()
    return found


def grpc_calls(port):
    client = triton_grpc.InferenceServerClient(f"127.0.0.1:{port}")
    found = same_calls(
        client, triton_grpc, lambda index: [[m.name, m.version, m.state] for m in index.models]
    )
    x = tensor(triton_grpc, "x", X, "FP32")
    found["compressed"] = shown(client.infer("half", [x], compression_algorithm="gzip").as_numpy("y"))
    streamed = []
    client.start_stream(
        lambda result, error: streamed.append(shown(result.as_numpy("y")) if result else error.message())
    )
    for model in ("haf", "half"):
        client.async_stream_infer(model, [x])
    client.stop_stream()
    found["streamed"] = streamed
    metadata = client.get_model_metadata("half", as_json=True)
    found["metadata"] = metadata
    found["config"] = outcome(lambda: client.get_model_config("half"))
    client.close()
    return found


if __name__ == "__main__":
    ports = json.load(sys.stdin)
    print(json.dumps({"http": http_calls(ports["http"]), "grpc": grpc_calls(ports["grpc"])}))
