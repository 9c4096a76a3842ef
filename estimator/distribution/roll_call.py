"""Processes that are to train together find out whether all are there, and agree on who is who, before anything else.

What connects them afterwards ends a process without a word that it understands if another does not come. So the chief
first listens itself: each of the others tells it a line of JSON, its rank and what it knows of all, and gets one back
when all have come, or what is wrong. Nothing that comes is believed before it is checked, and nothing long is read.
"""

from __future__ import annotations

import hashlib
import json
import os
import selectors
import socket
import time
from collections.abc import Sequence
from contextlib import ExitStack, suppress
from typing import Any

from estimator.core import log
from estimator.core.errors import UsageError

_LONGEST = 2000  # bytes of a line
_SECS_OF_A_LINE = 30.0  # in which who has been called has to say something
_ANSWERED = "all"


def answer(addresses: Sequence[str], rank: int, patience_secs: float) -> None:
    """Wait until all processes are there.

    Parameters
    ----------
    addresses : sequence of str
        A host and a port for each, by rank; the chief's is the one that is listened to.
    rank : int
        Which of them this process is.
    patience_secs : float

    Raises
    ------
    UsageError
        If one does not come in time, or knows other addresses, or if two say that they are the same.
    """
    host, port = split(addresses[0])
    deadline = time.monotonic() + patience_secs
    told = {"rank": rank, "addresses": hashlib.sha256("\n".join(addresses).encode()).hexdigest()}
    if rank == 0:
        _Chief(addresses, port, str(told["addresses"]), patience_secs).call(deadline)
    else:
        _answer_to(host, port, told, deadline, patience_secs)


def split(address: str) -> tuple[str, int]:
    """The host and the port of an address.

    Raises
    ------
    UsageError
        If it has none.

    Example
    -------
    >>> split("worker-0.training:2222"), split("grpc://[::1]:80")
    (('worker-0.training', 2222), ('::1', 80))
    """
    host, _, port = address.removeprefix("grpc://").rpartition(":")
    if not host.strip("[]") or not port.isdecimal() or not 0 < int(port) < 2**16:
        raise _wrong(f"an address is {address!r}, and should be a host and a port, as in 'worker-0:2222'.")
    return host.strip("[]"), int(port)


class _Chief:
    """Who listens, and calls the others by their ranks."""

    def __init__(self, addresses: Sequence[str], port: int, digest: str, patience_secs: float) -> None:
        self._addresses, self._port, self._digest, self._patience_secs = (
            addresses,
            port,
            digest,
            patience_secs,
        )
        self._here: dict[int, socket.socket] = {}
        self._texts: dict[socket.socket, bytes] = {}

    def call(self, deadline: float) -> None:
        """Wait until all have answered, and tell them."""
        with ExitStack() as stack, selectors.DefaultSelector() as selector:
            listener = stack.enter_context(self._listener())
            selector.register(listener, selectors.EVENT_READ)
            try:
                while len(self._here) < len(self._addresses) - 1:
                    left = deadline - time.monotonic()
                    if left <= 0:
                        raise self._missing()
                    for key, _ in selector.select(min(left, 1.0)):
                        if key.fileobj is listener:
                            caller, _ = listener.accept()
                            stack.enter_context(caller)
                            caller.settimeout(_SECS_OF_A_LINE)
                            self._texts[caller] = b""
                            selector.register(caller, selectors.EVENT_READ)
                        else:
                            self._hear(key.fileobj, selector)
            except UsageError as error:
                self._tell({"wrong": " ".join(error.problems)})
                raise
            self._tell({"here": _ANSWERED})

    def _listener(self) -> socket.socket:
        family = socket.AF_INET6 if socket.has_dualstack_ipv6() else socket.AF_INET
        try:
            return socket.create_server(
                ("", self._port), family=family, dualstack_ipv6=family == socket.AF_INET6, backlog=128
            )
        except OSError as error:
            raise _wrong(
                f"this process is their chief, and cannot listen at {self._addresses[0]}: "
                f"{os.strerror(error.errno or 0)}. If another process has that port, end it, or give the chief another "
                "one in the TF_CONFIG of all."
            ) from error

    def _hear(self, caller: Any, selector: selectors.BaseSelector) -> None:
        """Read what one of the others says; who hangs up, or says something else, does not count."""
        try:
            said = caller.recv(_LONGEST)
        except OSError:
            said = b""
        text = self._texts[caller] + said
        self._texts[caller] = text
        if said and b"\n" not in text and len(text) < _LONGEST:
            return
        if said and caller not in self._here.values():
            rank = self._rank_of(text)
            if rank is not None:
                self._here[rank] = caller
                return
        selector.unregister(caller)
        caller.close()
        self._here = {rank: other for rank, other in self._here.items() if other is not caller}

    def _rank_of(self, text: bytes) -> int | None:
        """Who that is; None if it is none of them."""
        told = _parsed(text)
        rank = told.get("rank")
        if not isinstance(rank, int) or not 0 < rank < len(self._addresses):
            return None
        if told.get("addresses") != self._digest:
            raise _wrong(
                f"process {rank} has another cluster in its TF_CONFIG than the chief, which has "
                f"{', '.join(self._addresses)}. All must have the same, and only their tasks differ."
            )
        if rank in self._here:
            raise _wrong(
                f"two processes say that they are number {rank}, {self._addresses[rank]}. Each needs its own task in "
                "TF_CONFIG; one that was started twice is to be ended."
            )
        return rank

    def _missing(self) -> UsageError:
        missing = [
            f"{rank} ({self._addresses[rank]})"
            for rank in range(1, len(self._addresses))
            if rank not in self._here
        ]
        return _wrong(
            f"{len(missing)} of {len(self._addresses)} have not come within {self._patience_secs:g} s: "
            f"{', '.join(missing)}. Are they started, each with its task in TF_CONFIG, and can they reach the chief at "
            f"{self._addresses[0]}? RunConfig(session_creation_timeout_secs=) says how long they are waited for."
        )

    def _tell(self, message: dict[str, str]) -> None:
        for caller in self._texts:
            with suppress(OSError):  # whoever is gone now is missed by what follows
                caller.sendall(_line(message))


def _answer_to(host: str, port: int, told: dict[str, Any], deadline: float, patience_secs: float) -> None:
    """Tell the chief who this is, again and again until it is there, and wait until all are."""
    tries = 0
    while True:
        try:
            heard = _asked(host, port, told, deadline)
        except OSError as error:
            heard, reason = {}, str(error)
        else:
            reason = "something else listens there"
        if heard.get("here") == _ANSWERED:
            return
        if "wrong" in heard:
            raise _wrong(f"their chief says: {heard['wrong']}")
        left = deadline - time.monotonic()
        if left <= 0:
            raise _wrong(
                f"their chief does not answer at {host}:{port} within {patience_secs:g} s ({reason}). Is it started, "
                "and is that its address in TF_CONFIG? RunConfig(session_creation_timeout_secs=) says how long it is "
                "waited for."
            )
        if tries == 0:
            log.info("Waiting for the chief at %s:%d.", host, port)
        tries += 1
        time.sleep(min(left, 0.05 * 2 ** min(tries, 5)))


def _asked(host: str, port: int, told: dict[str, Any], deadline: float) -> dict[str, Any]:
    """What the chief answers; nothing if it hangs up."""
    left = max(0.1, deadline - time.monotonic())
    with socket.create_connection((host, port), timeout=min(left, _SECS_OF_A_LINE)) as connection:
        connection.sendall(_line(told))
        connection.settimeout(left + 1.0)  # the chief knows better who is missing
        text = b""
        while b"\n" not in text and len(text) < 4 * _LONGEST:
            more = connection.recv(_LONGEST)
            if not more:
                return {}
            text += more
        return _parsed(text)


def _line(message: dict[str, Any]) -> bytes:
    return json.dumps(message).encode()[: 4 * _LONGEST - 1] + b"\n"


def _parsed(text: bytes) -> dict[str, Any]:
    try:
        message = json.loads(text.partition(b"\n")[0])
    except (ValueError, RecursionError):
        return {}
    return message if isinstance(message, dict) else {}


def _wrong(what: str) -> UsageError:
    return UsageError("processes that train together", [what])
