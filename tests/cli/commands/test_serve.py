"""The command `serve`: what its flags mean, what it says, and how it ends."""

from __future__ import annotations

import contextlib
import os
import re
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from estimator.cli.commands import serve
from tests.serving.grpc.served import Client
from tests.serving.http.served import raw_connection, read_to_end
from tests.serving.sources.test_export_folder import export

PREDICT = b'POST /v1/models/half:predict HTTP/1.1\r\nHost: x\r\nContent-Length: 15\r\n\r\n{"inputs": [2]}'


def _exit(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str]:
    """The exit code of the command, and what it says in the end."""
    try:
        code = serve.main(arguments)
    except SystemExit as end:
        code = int(str(end.code))
    return code, capsys.readouterr().err


def test_a_server_goes_on_when_nobody_reads_where_it_is(monkeypatch: pytest.MonkeyPatch) -> None:
    reading, writing = os.pipe()
    os.close(reading)
    with os.fdopen(writing, "w") as unread:
        monkeypatch.setattr("sys.stdout", unread)
        for line in ("grpc at 127.0.0.1:8500", "http at 127.0.0.1:8501"):
            serve._tell(line)


def test_a_server_says_where_it_is_and_ends_when_it_is_told_to(tmp_path: Path) -> None:
    export(tmp_path, 7)
    command = [sys.executable, "-m", "estimator", "serve", f"--export_dir={tmp_path}", "--model_name=half"]
    with subprocess.Popen(
        [*command, "--grpc_port=0", "--http_port=none"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdout is not None
        found = re.fullmatch(r"grpc at 127\.0\.0\.1:(\d+)\n", process.stdout.readline())
        assert found, process.communicate(timeout=10)[1]
        client = Client(int(found[1]))
        status = client("serving.ModelService", "GetModelStatus", model_spec={"name": "half"})
        client.channel.close()
        process.send_signal(signal.SIGTERM)
        _, errors = process.communicate(timeout=10)
    assert [known.version for known in status.model_version_status] == [7]
    assert process.returncode == 0, errors
    assert "Traceback" not in errors


STUCK = """
import os, signal, threading
from estimator.cli.commands import serve
from estimator.serving.servable import Servable

def run_for_ever(self, *arguments):
    os.kill(os.getpid(), signal.SIGTERM)
    threading.Event().wait()

Servable.warm_up, Servable.run = lambda self: None, run_for_ever
serve.main(["--export_dir=" + os.environ["FOLDER"], "--model_name=half", "--grpc_port=none", "--http_port=0", "--grace_secs=0.05"])
"""


def test_a_request_that_does_not_end_is_not_waited_for_longer_than_the_grace(tmp_path: Path) -> None:
    export(tmp_path, 7)
    with subprocess.Popen(
        [sys.executable, "-c", STUCK],
        stdout=subprocess.PIPE,
        text=True,
        env=os.environ | {"FOLDER": str(tmp_path)},
    ) as process:
        try:
            assert process.stdout is not None
            port = int(process.stdout.readline().rpartition(":")[2])
            with contextlib.suppress(ConnectionResetError):  # it is cut
                assert b"200" not in read_to_end(raw_connection(port, PREDICT))
            process.communicate(timeout=10)
        finally:
            process.kill()
    assert process.returncode == 0


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ([], "a model has a model_dir or an export_dir"),
        (["--model_dir=a", "--versions=2"], "versions goes with export_dir"),
        (["--model_dir=a", "--checkpoint=newest"], "checkpoint must be latest, best or a step"),
        (["--config=a", "--model_dir=b", "--model_name=c"], "--model_name does not go with --config"),
        (["--export_dir=a", "--model_name=a/b"], "a model's name stands in paths"),
        (
            ["--export_dir=a", "--poll_secs=0"],
            "a number of seconds is greater than 0 and at most 1,000,000, given: '0'",
        ),
        (["--export_dir=a", "--poll_secs=1e300"], "a number of seconds is greater than 0 and at most"),
        (["--export_dir=a", "--idle_secs=inf"], "idle_secs can be 1,000,000.0 at most, given: inf"),
        (["--export_dir=a", "--workers=0"], "workers must be greater than 0"),
        (["--export_dir=a", "--grpc_port=99999"], "a port is a number below 65536"),
        (["--export_dir=a", "--grpc_port=none", "--http_port=none"], "nobody could ask"),
        (["--export_dir=a", "--tls_key=b"], "--tls_certificate and --tls_key go together"),
    ],
)
def test_flags_that_are_wrong_are_said(
    capsys: pytest.CaptureFixture[str], arguments: list[str], said: str
) -> None:
    code, errors = _exit(capsys, *arguments)
    assert code == 2
    assert said in errors


def test_what_cannot_be_served_is_said_in_a_line(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    code, errors = _exit(capsys, f"--model_dir={tmp_path / 'iris'}")
    assert (code, errors.count("\n")) == (1, 1)
    assert "there is no model_dir" in errors


def test_a_package_that_is_missing_is_named_with_what_installs_it(tmp_path: Path) -> None:
    export(tmp_path, 1)
    hidden = tmp_path / "hidden"
    (hidden / "grpc").mkdir(parents=True)
    (hidden / "grpc" / "__init__.py").write_text(
        "raise ModuleNotFoundError(\"No module named 'grpc'\", name='grpc')"
    )
    done = subprocess.run(
        [sys.executable, "-m", "estimator", "serve", f"--export_dir={tmp_path}", "--http_port=none"],
        env={**os.environ, "PYTHONPATH": os.pathsep.join([str(hidden), os.environ.get("PYTHONPATH", "")])},
        capture_output=True,
        text=True,
        timeout=20,
        check=False,
    )
    assert done.returncode == 1
    assert done.stderr.splitlines()[-1].endswith(
        "serving over gRPC needs grpc, which is not installed: pip install 'numpy-estimator[serve]'."
    )
