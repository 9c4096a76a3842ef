"""``estimator serve --model_dir=models/iris``: a server of models over gRPC and HTTP, which follows their training."""

from __future__ import annotations

import argparse
import math
import os
import signal
import sys
import time
from collections.abc import Sequence
from typing import Any

from estimator.cli.endings import failed
from estimator.cli.parser import CommandParser
from estimator.core.allocator import return_large_blocks
from estimator.core.errors import EstimatorError, UsageError, raise_problems
from estimator.runtime.blas import blas_threads, wanted_threads
from estimator.serving.configuration import problems_of, source_of, sources_of_file
from estimator.serving.endpoint import Address, Tls
from estimator.serving.limits import MOST_SECS, Limits
from estimator.serving.server import Server
from estimator.serving.sources.settings import problems_of_name
from estimator.serving.sources.source import Source

_LOOK_SECS = 0.1
_SIGNALS = (signal.SIGTERM, signal.SIGINT)

# of the class Limits: flag, type, what it says
_LIMITS = (
    ("workers", int, "requests that run at once; default: as many as there are processors"),
    ("queue", int, "requests that may wait for them"),
    ("wait_secs", float, "how long one waits at most"),
    ("max_message_bytes", int, "of a request, after decompression"),
    ("max_rows", int, "rows or examples of a request"),
    ("idle_secs", float, "how long a client may send nothing within a request"),
    ("grace_secs", float, "how long requests may still take when the server stops"),
)


def main(arguments: Sequence[str]) -> int:
    """Serve until a signal comes; the exit code is 0 then, and 1 if it cannot serve.

    Raises
    ------
    SystemExit
        With 2 if the arguments are wrong.
    """
    parser = make_parser()
    given = parser.parse_args(arguments)
    try:
        limits = Limits(
            **{name: getattr(given, name) for name, *_ in _LIMITS if getattr(given, name) is not None}
        )
        addresses = _addresses(given)
        sources = _sources(given)
    except UsageError as error:
        parser.error(str(error))
    except (EstimatorError, ValueError) as error:
        return failed("serve", error)
    return_large_blocks()
    with blas_threads(wanted_threads()):  # for all runs together: to set and restore it takes time in each
        return _serve(Server(sources, limits, given.poll_secs, given.batching), addresses)


def _serve(server: Server, addresses: dict[str, Address]) -> int:
    stopping = list[bool]()  # no lock: a handler would wait for one that the thread it interrupts may hold

    def stop(*_: object) -> None:
        for number in _SIGNALS:
            signal.signal(number, signal.SIG_DFL)  # who asks twice does not want to wait
        stopping.append(True)

    for number in _SIGNALS:
        signal.signal(number, stop)
    try:
        server.load()
        ports = server.start(addresses)
    except (EstimatorError, ValueError, ModuleNotFoundError) as error:
        return failed("serve", error)
    for protocol, port in ports.items():
        _tell(f"{protocol} at {addresses[protocol].at(port)}")
    while not stopping:  # a signal that comes just before a wait without an end would not end it
        time.sleep(_LOOK_SECS)
    server.stop()
    if server.service.gate.running:  # a request took longer than the grace; Python would wait for its thread
        os._exit(0)
    return 0


def _tell(line: str) -> None:
    try:
        print(line, flush=True)
    except BrokenPipeError:  # who has read enough is no reason to end
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _sources(given: argparse.Namespace) -> list[Source]:
    """The models that the flags name.

    Raises
    ------
    UsageError
        If they do not name one, or something is wrong with them; all of it at once.
    NotFoundError
        If a folder or file is not there.
    """
    settings = {
        key: value
        for key in ("model_dir", "checkpoint", "export_dir", "versions")
        if (value := getattr(given, key)) is not None
    }
    if given.config is None:
        name = given.model_name or os.path.basename(os.path.abspath(str(given.model_dir or given.export_dir)))
        problems = [problem for _, problem in problems_of(settings)]
        raise_problems("arguments", [*problems_of_name(name), *problems])
        return [source_of(name, settings)]
    beside = [
        f"--{key} does not go with --config."
        for key in (*settings, *(["model_name"] if given.model_name else []))
    ]
    raise_problems("arguments", beside)
    return sources_of_file(given.config)


def _addresses(given: argparse.Namespace) -> dict[str, Address]:
    if (given.tls_certificate is None) != (given.tls_key is None) or (
        given.tls_clients and not given.tls_key
    ):
        raise_problems("arguments", ["--tls_certificate and --tls_key go together, --tls_clients with both."])
    tls = None
    if given.tls_key is not None:
        tls = Tls(given.tls_certificate, given.tls_key, given.tls_clients)
    ports = {"grpc": given.grpc_port, "http": given.http_port}
    addresses = {name: Address(given.host, port, tls) for name, port in ports.items() if port is not None}
    if not addresses:
        raise_problems("arguments", ["--grpc_port and --http_port are both none: nobody could ask."])
    return addresses


def _port(text: str) -> int | None:
    if text == "none":
        return None
    if not (text.isascii() and text.isdecimal() and int(text) < 1 << 16):
        raise argparse.ArgumentTypeError(
            f"a port is a number below 65536, 0 for any that is free, or none; given: {text!r}"
        )
    return int(text)


def _secs(text: str) -> float:
    try:
        secs = float(text)
    except ValueError:
        secs = math.nan
    if not 0 < secs <= MOST_SECS:
        raise argparse.ArgumentTypeError(
            f"a number of seconds is greater than 0 and at most {MOST_SECS:,.0f}, given: {text!r}"
        )
    return secs


def _step_or_name(text: str) -> int | str:
    return int(text) if text.isascii() and text.isdecimal() else text


def _versions(text: str) -> Any:
    """``latest``, ``all``, ``2`` for the latest two, or ``3,4`` for these."""
    numbers = [_step_or_name(part.strip()) for part in text.split(",")]
    return numbers if len(numbers) > 1 else numbers[0]


def make_parser() -> CommandParser:
    """What reads the command's arguments."""
    parser = CommandParser(
        "serve", "Serve a model_dir, a folder of SavedModels, or the models of a YAML file."
    )
    models = parser.add_argument_group("models")
    models.add_argument("--model_dir", help="of a ready-made model; new checkpoints are served as they come")
    models.add_argument("--checkpoint", type=_step_or_name, help="latest (default), best, or a step")
    models.add_argument("--export_dir", help="with a folder for each version; the newest wins")
    models.add_argument(
        "--versions", type=_versions, help="latest (default), all, 2 for the latest two, or 3,4"
    )
    models.add_argument("--model_name", help="default: the name of the folder")
    models.add_argument("--config", help="a YAML file with several models")
    models.add_argument(
        "--poll_secs", type=_secs, default=1.0, help="how often to look for new versions (default: 1)"
    )
    where = parser.add_argument_group("where")
    where.add_argument("--host", default="127.0.0.1", help="default: 127.0.0.1, this machine only")
    where.add_argument("--grpc_port", type=_port, default=8500, help="0: any that is free; none: no gRPC")
    where.add_argument("--http_port", type=_port, default=8501, help="0: any that is free; none: no HTTP")
    where.add_argument("--tls_certificate", metavar="PEM", help="what the server shows")
    where.add_argument("--tls_key", metavar="PEM", help="its key")
    where.add_argument(
        "--tls_clients", metavar="PEM", help="authorities, of which clients must show a certificate"
    )
    limits = parser.add_argument_group("limits")
    limits.add_argument(
        "--batching", action="store_true", help="answer requests that come together by one run"
    )
    for name, kind, does in _LIMITS:
        default = getattr(Limits, name)
        limits.add_argument(
            f"--{name}", type=kind, help=does + (f" (default: {default:,})" if default else "")
        )
    return parser
