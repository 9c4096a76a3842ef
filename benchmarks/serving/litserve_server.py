"""A server of LitServe that computes in numpy: ``python -m benchmarks.serving.litserve_server NAME FOLDER PORT``.

It takes rows and gives rows, as TensorFlow Serving's REST does.
"""

from __future__ import annotations

import sys

import litserve
import numpy as np

from benchmarks.serving.networks import Answer, Forward


class Api(litserve.LitAPI):
    """A network's answers. LitServe takes annotations of requests and responses for models to check them by."""

    def __init__(self, name: str, folder: str) -> None:
        super().__init__()
        self._where = name, folder

    def setup(self, device: str) -> None:
        """Read the parameters."""
        self._forward = Forward(*self._where)

    def decode_request(self, request):
        """Features of the rows."""
        rows = request["instances"]
        return {
            key: np.array([row[key] for row in rows], np.float32).reshape(len(rows), -1) for key in rows[0]
        }

    def predict(self, features: Answer) -> Answer:
        """All outputs."""
        return self._forward(features)

    def encode_response(self, outputs):
        """Rows of them."""
        columns = [array.tolist() for array in outputs.values()]
        return {"predictions": [dict(zip(outputs, values)) for values in zip(*columns)]}


if __name__ == "__main__":
    network, place, port = sys.argv[1:]
    server = litserve.LitServer(Api(network, place), accelerator="cpu")
    server.run(host="127.0.0.1", port=int(port), log_level="error", generate_client_file=False)
