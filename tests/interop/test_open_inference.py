"""Triton's clients, in their own process, ask our server over HTTP and gRPC; and so does curl: `make interop-serving`."""

from __future__ import annotations

import json
import re
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from estimator import tf
from tests.interop.conftest import TensorFlow
from tests.serving.sources.test_export_folder import export

Y = ["4.0", "5.0", "nan", "inf"]  # of 2, 4, NaN and infinity


def _export_text(path: Path) -> None:
    """A SavedModel that joins words with a dot."""
    with tf.Graph().as_default(), tf.Session() as session:
        words = tf.placeholder(tf.string, [None, 2], "words")
        joined = tf.strings.join([words, tf.fill(tf.shape(words), ".")])
        tf.saved_model.simple_save(session, str(path), {"words": words}, {"joined": joined})


@pytest.fixture(scope="module")
def ports(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, int]]:
    folder = tmp_path_factory.mktemp("served")
    export(folder / "half", 3)
    export(folder / "half", 5, two=3.0)
    _export_text(folder / "text" / "1")
    (folder / "models.yaml").write_text(
        "models:\n  half: {export_dir: half, versions: all}\n  text: {export_dir: text}\n"
    )
    command = [sys.executable, "-m", "estimator", "serve", f"--config={folder / 'models.yaml'}"]
    flags = ["--grpc_port=0", "--http_port=0", "--max_message_bytes=1000000"]
    with subprocess.Popen([*command, *flags], stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        lines = [process.stdout.readline() for _ in range(2)]
        yield {
            found[1]: int(found[2]) for found in map(re.compile(r"(\w+) at .*:(\d+)$").match, lines) if found
        }
        process.send_signal(signal.SIGTERM)
    assert process.returncode == 0


@pytest.fixture(scope="module")
def answers(ports: dict[str, int], triton: TensorFlow) -> dict[str, Any]:
    found: dict[str, Any] = triton.answer("triton_client.py", ports)
    return found


@pytest.mark.parametrize("protocol", ["http", "grpc"])
class TestEitherClient:
    def test_the_server_and_its_models_are_ready(self, answers: dict[str, Any], protocol: str) -> None:
        found = answers[protocol]
        assert (found["live"], found["ready"]) == (True, True)
        assert found["model_ready"] == [True, True, False]
        assert sorted(found["index"]) == [
            ["half", "3", "READY"],
            ["half", "5", "READY"],
            ["text", "1", "READY"],
        ]

    def test_arrays_come_back_with_nan_and_infinity(self, answers: dict[str, Any], protocol: str) -> None:
        found = answers[protocol]
        assert [_numbers(found[key]) for key in ("y", "named")] == [Y] * 2
        assert _numbers(found["older"]) == ["3.0", "4.0", "nan", "inf"]
        assert found["nothing"] == []

    def test_strings_keep_their_bytes(self, answers: dict[str, Any], protocol: str) -> None:
        assert answers[protocol]["words"] == [[repr("é.".encode()), repr(b"\xff\0.")]]

    def test_errors_have_their_codes(self, answers: dict[str, Any], protocol: str) -> None:
        unknown, misfit = answers[protocol]["unknown"], answers[protocol]["misfit"]
        codes = (
            ("404", "400") if protocol == "http" else ("StatusCode.NOT_FOUND", "StatusCode.INVALID_ARGUMENT")
        )
        assert (unknown[0], misfit[0]) == codes
        assert "Did you mean 'half'" in unknown[1]
        assert "must be float32, given: int32" in misfit[1]


def _numbers(texts: list[str]) -> list[str]:
    """Of numpy's texts of numbers, the numbers."""
    return [re.sub(r"np\.float32\((.*)\)", r"\1", text) for text in texts]


def test_raw_and_json_compressed_or_not_give_the_same(answers: dict[str, Any]) -> None:
    assert [_numbers(one) for one in answers["http"]["ways"]] == [Y] * 12
    assert answers["http"]["json_words"] == [[repr("é."), repr("b.")]]


def test_metadata_are_the_same_over_both(answers: dict[str, Any]) -> None:
    over_http, over_grpc = answers["http"]["metadata"], answers["grpc"]["metadata"]
    assert over_http["inputs"] == [{"name": "x", "datatype": "FP32", "shape": [-1]}]
    assert over_grpc["inputs"] == [{"name": "x", "datatype": "FP32", "shape": ["-1"]}]
    assert over_http["versions"] == over_grpc["versions"] == ["5", "3"]


def test_what_is_too_large_is_told_to_who_is_still_sending(answers: dict[str, Any]) -> None:
    status, message = answers["http"]["large"]
    assert status == "413"
    assert "may have 976.6 KiB, this one has 3.8 MiB" in message


def test_streams_and_compression_work_over_grpc(answers: dict[str, Any]) -> None:
    found = answers["grpc"]
    assert _numbers(found["compressed"]) == Y
    error, streamed = found["streamed"]
    assert "there is no model 'haf'" in error
    assert _numbers(streamed) == Y
    assert found["config"][0] == "StatusCode.UNIMPLEMENTED"


def _curl(*arguments: str) -> tuple[int, Any]:
    """Status and JSON of an answer to curl."""
    if shutil.which("curl") is None:
        pytest.skip("there is no curl here.")
    command = ["curl", "--silent", "--max-time", "20", "--write-out", "\n%{http_code}", *arguments]
    body, _, status = subprocess.run(command, capture_output=True, text=True, check=True).stdout.rpartition(
        "\n"
    )
    return int(status), json.loads(body)


def test_curl_asks_as_tensorflow_servings_users_do(ports: dict[str, int], tmp_path: Path) -> None:
    server = f"http://127.0.0.1:{ports['http']}"
    assert _curl(f"{server}/v1/models/half:predict", "-d", '{"instances": [1.0, 2.0]}') == (
        200,
        {"predictions": [3.5, 4.0]},
    )
    assert _curl(
        f"{server}/v1/models/text:predict", "-d", '{"inputs": {"words": [["a", {"b64": "Yg=="}]]}}'
    ) == (
        200,
        {"outputs": [["a.", "b."]]},
    )
    status, answer = _curl(f"{server}/v1/models/half")
    assert [one["version"] for one in answer["model_version_status"]] == ["5", "3"]
    (tmp_path / "large").write_bytes(bytes(3_000_000))
    for more in ([], ["-H", "Expect:"], ["-H", "Transfer-Encoding: chunked"]):
        status, answer = _curl(
            f"{server}/v1/models/half:predict", "--data-binary", f"@{tmp_path / 'large'}", *more
        )
        assert (status, "may have" in answer["error"]) == (413, True)
