"""No request fails while a training saves again and again, and none is answered by half of a checkpoint."""

from __future__ import annotations

import threading
from pathlib import Path

import numpy as np
import pytest

from estimator.formats.tensors import array_to_proto
from estimator.serving.endpoint import Address
from estimator.serving.limits import Limits
from estimator.serving.models import State
from estimator.serving.server import Server
from estimator.serving.sources.checkpoints import Checkpoints
from tests.serving.grpc.served import Client
from tests.serving.sources.trained import BIAS, WEIGHT, save, train

INPUTS = {"x": array_to_proto(np.array([0, 1], np.float32))}


class _Asking(threading.Thread):
    """Asks for x = 0 and x = 1 until it is told to stop."""

    def __init__(self, port: int) -> None:
        super().__init__()
        self._client = Client(port)
        self.is_over = False
        self.answers: list[tuple[int, float, float]] = []
        self.failures: list[BaseException] = []

    def run(self) -> None:
        while not self.is_over:
            try:
                response = self._client(
                    "serving.PredictionService", "Predict", model_spec={"name": "line"}, inputs=INPUTS
                )
                values = response.outputs["predictions"].float_val
                self.answers.append((response.model_spec.version.value, values[0], values[1]))
            except BaseException as error:
                self.failures.append(error)
        self._client.channel.close()


@pytest.mark.slow
def test_no_request_fails_over_a_hundred_reloads(tmp_path: Path) -> None:
    model_dir = tmp_path / "line"
    train(model_dir)
    save(model_dir, 2, {BIAS: 2.0, WEIGHT: 4.0})
    server = Server([Checkpoints("line", str(model_dir))], Limits(workers=2), interval_secs=0.001)
    server.load()
    changed = threading.Event()
    server.service.models.listeners.append(lambda name: changed.set())
    asking = _Asking(server.start({"grpc": Address()})["grpc"])
    asking.start()
    for step in range(3, 103):
        broken = step % 10 == 0
        save(model_dir, step, {BIAS: np.nan if broken else step, WEIGHT: 2.0 * step})
        while _state(server, step) is not (State.END if broken else State.AVAILABLE):
            changed.wait()
            changed.clear()
    asking.is_over = True
    asking.join()
    server.stop()
    assert not asking.failures
    assert len({version for version, *_ in asking.answers}) > 50
    wrong = [one for one in asking.answers if one[1:] != (one[0], 3.0 * one[0]) or one[0] % 10 == 0]
    assert not wrong


def _state(server: Server, version: int) -> State | None:
    known = {status.version: status.state for status in server.service.models.status("line")}
    return known.get(version)
