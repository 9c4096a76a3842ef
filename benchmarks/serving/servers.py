"""Who serves: how each is started, what it is asked, and where its answer has the probabilities."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from benchmarks.environments import PYTHONS, variables
from benchmarks.serving.conversations import Conversation, Grpc, Http1, Unanswered
from benchmarks.serving.load import ask
from benchmarks.serving.networks import NETWORKS, PARAMETERS, Forward, row

_START_SECS, _STOP_SECS = 60.0, 10.0


class Kind(NamedTuple):
    """A server and one of the ways in which it is asked.

    Parameters
    ----------
    environment : str
        Whose Python runs it.
    arguments : callable
        Those of Python, by the network's name, its folder and the port.
    conversation : callable
        A connection of a client, by the network's name.
    probabilities : callable
        Those in an answer.
    """

    environment: str
    arguments: Callable[[str, str, int], list[str]]
    conversation: Callable[[str], Conversation]
    probabilities: Callable[[bytes], Any]


class Served:
    """A server's process, from its start to its end.

    Parameters
    ----------
    kind : str
        Of :data:`KINDS`.
    network : str
        What it serves; of :data:`benchmarks.serving.networks.NETWORKS`.
    folder : str
        Where :func:`trained` has put it.

    Attributes
    ----------
    port : int
    starting_secs : float
        From the process's start to its first answer.

    Raises
    ------
    Unanswered
        If there is no answer, or it is another than numpy's.
    """

    def __init__(self, kind: str, network: str, folder: str) -> None:
        self._kind = KINDS[kind]
        self._network = network
        self.port = _free_port()
        command = [
            str(PYTHONS[self._kind.environment]),
            *self._kind.arguments(network, folder, self.port),
        ]
        self._said = tempfile.TemporaryFile("w+")
        start = time.perf_counter()
        self._process = subprocess.Popen(
            command, stdin=subprocess.DEVNULL, stdout=self._said, stderr=self._said, start_new_session=True,
            cwd=folder, env=variables(self._kind.environment),
        )  # fmt: skip
        try:
            answer = self._first_answer(start + _START_SECS)
            self.starting_secs = time.perf_counter() - start
            self._check(answer, folder)
        except BaseException:
            self.stop()
            raise

    def conversation(self) -> Conversation:
        """A connection of a client."""
        return self._kind.conversation(self._network)

    def memory(self) -> dict[str, float]:
        """MiB of all its processes: what they have now, each page counted once, and the most that each ever had."""
        found = {"peak": 0.0, "now": 0.0}
        for process in _family(self._process.pid):
            found["peak"] += _kibibytes(process / "status", "VmHWM") / 1024
            found["now"] += _kibibytes(process / "smaps_rollup", "Pss") / 1024
        return found

    def stop(self) -> None:
        """End its processes; what does not end when it is asked is killed."""
        for number, secs in ((signal.SIGTERM, _STOP_SECS), (signal.SIGKILL, None)):
            try:
                os.killpg(self._process.pid, number)
                self._process.wait(secs)
            except (ProcessLookupError, subprocess.TimeoutExpired):
                continue
        self._said.close()

    def _first_answer(self, until: float) -> bytes:
        while True:
            try:
                return ask(self.port, self.conversation())
            except (OSError, Unanswered) as error:
                if self._process.poll() is not None or time.perf_counter() > until:
                    self._said.seek(0)
                    raise Unanswered(f"{self._said.read()[-2000:]}\n{error}") from error
            time.sleep(0.002)

    def _check(self, answer: bytes, folder: str) -> None:
        features = {key: np.array([values], np.float32) for key, values in row(self._network).items()}
        expected = Forward(self._network, folder)(features)["probabilities"].ravel()
        given = np.ravel(self._kind.probabilities(answer))
        if given.shape != expected.shape or not np.allclose(given, expected, atol=1e-5):
            raise Unanswered(f"the probabilities should be {expected}, answered were {given}.")


def trained(network: str) -> str:
    """A folder with the network and its parameters, called by its name."""
    folder = Path(tempfile.mkdtemp()) / network
    folder.mkdir()
    command = [str(PYTHONS["estimator"]), "-m", "benchmarks.serving.networks", network, str(folder)]
    subprocess.run(command, check=True, env=variables("estimator"))
    assert (folder / PARAMETERS).exists()
    return str(folder)


def _free_port() -> int:
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        port: int = listening.getsockname()[1]
        return port


def _family(pid: int) -> Iterator[Path]:
    """The folders under /proc of a process and all that it, and they, have started."""
    parents = {}
    for path in Path("/proc").glob("[0-9]*"):
        try:
            parents[int(path.name)] = int((path / "stat").read_text().rpartition(")")[2].split()[1])
        except OSError:  # it has just ended
            continue
    found = [pid]
    for member in found:
        yield Path("/proc") / str(member)
        found += [child for child, parent in parents.items() if parent == member]


def _kibibytes(path: Path, key: str) -> int:
    lines = path.read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith(f"{key}:"))


def _estimator(flag: str, other: str, *more: str) -> Callable[[str, str, int], list[str]]:
    """Ours with its defaults, in both protocols, the one that is asked at the port."""

    def arguments(network: str, folder: str, port: int) -> list[str]:
        ports = [f"--{flag}={port}", f"--{other}=0"]
        return ["-m", "estimator", "serve", f"--model_dir={folder}", *ports, *more]

    return arguments


def _mlserver(**more: int) -> Callable[[str, str, int], list[str]]:
    """MLServer with its defaults, but for these settings."""

    def arguments(network: str, folder: str, port: int) -> list[str]:
        ports = {"http_port": port, "grpc_port": _free_port(), "metrics_port": _free_port()}
        settings = {"host": "127.0.0.1", "debug": False, **ports, **more}
        model = {
            "name": network,
            "implementation": "benchmarks.serving.mlserver_runtime.NumpyRuntime",
            "parameters": {"extra": {"name": network, "folder": folder}},
        }
        place = Path(tempfile.mkdtemp())
        (place / "settings.json").write_text(json.dumps(settings))
        (place / "model-settings.json").write_text(json.dumps(model))
        return ["-m", "mlserver.cli.main", "start", str(place)]

    return arguments


def _module(name: str) -> Callable[[str, str, int], list[str]]:
    return lambda network, folder, port: ["-m", f"benchmarks.serving.{name}", network, folder, str(port)]


def _rows(path: str) -> Callable[[str], Conversation]:
    """Rows in JSON, under a path with a place for the network's name."""

    def conversation(network: str) -> Conversation:
        instance = {key: values if len(values) > 1 else values[0] for key, values in row(network).items()}
        return Http1(path.format(network), json.dumps({"instances": [instance]}).encode())

    return conversation


def _open_inference(network: str) -> Conversation:
    inputs = [
        {"name": key, "datatype": "FP32", "shape": [1, len(values)], "data": values}
        for key, values in row(network).items()
    ]
    return Http1(f"/v2/models/{network}/infer", json.dumps({"inputs": inputs}).encode())


def _predict(network: str) -> Conversation:
    from estimator.formats import messages
    from estimator.formats.tensors import array_to_proto

    request = messages.get("serving.PredictRequest")()
    request.model_spec.name = network
    request.model_spec.signature_name = "predict"
    for key, values in row(network).items():
        request.inputs[key].CopyFrom(array_to_proto(np.array([values], np.float32)))
    return Grpc("/tensorflow.serving.PredictionService/Predict", request.SerializeToString())


def _plain(network: str) -> Conversation:
    from google.protobuf.wrappers_pb2 import BytesValue

    numbers = np.concatenate([row(network)[key] for key in NETWORKS[network].features])
    message = BytesValue(value=numbers.astype(np.float32).tobytes())
    return Grpc("/Plain/Predict", message.SerializeToString())


def _of_rows(answer: bytes) -> Any:
    return json.loads(answer)["predictions"][0]["probabilities"]


def _of_open_inference(answer: bytes) -> Any:
    return {output["name"]: output for output in json.loads(answer)["outputs"]}["probabilities"]["data"]


def _of_predict(answer: bytes) -> Any:
    from estimator.formats import messages

    response = messages.get("serving.PredictResponse").FromString(answer)
    return response.outputs["probabilities"].float_val


def _of_plain(answer: bytes) -> Any:
    from google.protobuf.wrappers_pb2 import BytesValue

    return np.frombuffer(BytesValue.FromString(answer).value, np.float32)


_HTTP = ("http_port", "grpc_port")
_REST = "/v1/models/{}:predict"

KINDS = {
    "rest": Kind("estimator", _estimator(*_HTTP), _rows(_REST), _of_rows),
    "rest, batching": Kind("estimator", _estimator(*_HTTP, "--batching"), _rows(_REST), _of_rows),
    "v2": Kind("estimator", _estimator(*_HTTP), _open_inference, _of_open_inference),
    "grpc": Kind("estimator", _estimator(*reversed(_HTTP)), _predict, _of_predict),
    "mlserver": Kind("mlserver", _mlserver(), _open_inference, _of_open_inference),
    "mlserver, one process": Kind(
        "mlserver", _mlserver(parallel_workers=0), _open_inference, _of_open_inference
    ),
    "litserve": Kind("litserve", _module("litserve_server"), _rows("/predict"), _of_rows),
    "plain grpc": Kind("numpy", _module("grpcio_server"), _plain, _of_plain),
}
