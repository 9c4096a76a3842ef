"""What loads servers reads whole answers, refuses errors, and what is asked of us is answered as numpy answers it."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import grpc
import numpy as np
import pytest

from benchmarks.serving.conversations import Grpc, Http1, Unanswered
from benchmarks.serving.load import Loaded, ask, load
from benchmarks.serving.networks import NETWORKS, Forward, row, train
from benchmarks.serving.servers import KINDS
from estimator import tf
from estimator.serving import Address, Checkpoints, Server

HEAD = b"HTTP/1.1 200 OK\r\ncontent-length: 5\r\n\r\n"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> str:
    """A trained model of iris."""
    place = str(tmp_path_factory.mktemp("models") / "iris")
    Path(place).mkdir()
    train("iris", place)
    return place


@pytest.fixture(scope="module")
def ports(folder: str) -> Iterator[dict[str, int]]:
    """Those of a server of that model."""
    server = Server([Checkpoints("iris", folder)])
    server.load()
    yield server.start({"grpc": Address(), "http": Address()})
    server.stop()


@pytest.fixture
def echo() -> Iterator[int]:
    """The port of a gRPC server that gives back what it gets, and refuses what is empty."""

    def answer(message: bytes, context: Any) -> bytes:
        if not message:
            context.abort(grpc.StatusCode.INVALID_ARGUMENT, "it is empty.")
        return message

    methods = {"Back": grpc.unary_unary_rpc_method_handler(answer)}
    server = grpc.server(ThreadPoolExecutor(2))
    server.add_generic_rpc_handlers([grpc.method_handlers_generic_handler("Echo", methods)])
    port = server.add_insecure_port("127.0.0.1:0")
    server.start()
    yield port
    server.stop(None).wait()


def test_an_answer_over_http_is_whole_when_its_body_is() -> None:
    conversation = Http1("/", b"question")
    whole = HEAD + b"whole"
    for end in range(1, len(whole)):
        assert conversation.take(whole[end - 1 : end]) == (b"", None)
    assert conversation.take(whole[-1:]) == (b"", b"whole")
    assert conversation.take(HEAD + b"again") == (b"", b"again")


def test_an_error_over_http_is_no_answer() -> None:
    with pytest.raises(Unanswered, match="(?s)HTTP/1.1 429 Too Many.*busy"):
        Http1("/", b"").take(b"HTTP/1.1 429 Too Many\r\ncontent-length: 4\r\n\r\nbusy")


@pytest.mark.parametrize("size", [1, 16_000])
def test_grpc_answers_one_call_after_the_other(echo: int, size: int) -> None:
    message = bytes(range(1, 251)) * (size // 250) or b"1"
    assert ask(echo, Grpc("/Echo/Back", message)) == message
    done = load(echo, lambda: Grpc("/Echo/Back", message), 2, 0.05)
    assert len(done.latencies) > 4
    assert done.latencies == sorted(done.latencies)


def test_an_error_of_grpc_is_no_answer(echo: int) -> None:
    with pytest.raises(Unanswered, match="without an answer"):
        ask(echo, Grpc("/Echo/Back", b""))


def test_a_connection_that_closes_is_no_answer() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        closing = threading.Thread(target=lambda: listening.accept()[0].close())
        closing.start()
        with pytest.raises((Unanswered, ConnectionError)):
            ask(listening.getsockname()[1], Http1("/", b"question"))
        closing.join()


def test_a_percentile_is_what_so_many_had_at_most() -> None:
    loaded = Loaded(2.0, [float(number) for number in range(100)])
    assert (loaded.percentile(50), loaded.percentile(99), loaded.rate()) == (50.0, 99.0, 50.0)


def test_numpy_predicts_what_the_classifier_does(folder: str) -> None:
    network = NETWORKS["iris"]
    features = {key: np.array([values, [1.5]], np.float32) for key, values in row("iris").items()}
    columns = [tf.feature_column.numeric_column(key) for key in network.features]
    model = tf.estimator.DNNClassifier(network.units, columns, folder, network.classes)
    predicted = list(model.predict(lambda: tf.data.Dataset.from_tensor_slices(features).batch(2)))
    given = Forward("iris", folder)(features)
    assert given.keys() == predicted[0].keys()
    for key in ("logits", "probabilities", "class_ids", "all_class_ids"):
        np.testing.assert_allclose(given[key], [one[key] for one in predicted], rtol=1e-5)
    for key in ("classes", "all_classes"):
        assert given[key].tolist() == [[text.decode() for text in one[key]] for one in predicted]


@pytest.mark.parametrize(("kind", "protocol"), [("rest", "http"), ("v2", "http"), ("grpc", "grpc")])
def test_what_we_are_asked_is_answered_as_numpy_does(
    folder: str, ports: dict[str, int], kind: str, protocol: str
) -> None:
    features = {key: np.array([values], np.float32) for key, values in row("iris").items()}
    expected = Forward("iris", folder)(features)["probabilities"][0]
    answer = ask(ports[protocol], KINDS[kind].conversation("iris"))
    np.testing.assert_allclose(KINDS[kind].probabilities(answer), expected, rtol=1e-5)
