"""So many connections, each of which asks again as soon as it is answered, for some seconds."""

from __future__ import annotations

import selectors
import socket
import time
from collections.abc import Callable
from typing import NamedTuple

from benchmarks.serving.conversations import Conversation, Unanswered

_SILENT_SECS = 30.0


class Loaded(NamedTuple):
    """What came of a load.

    Parameters
    ----------
    seconds : float
        How long it took.
    latencies : list of float
        Of each answer, in seconds, the smallest first.
    """

    seconds: float
    latencies: list[float]

    def rate(self) -> float:
        """Requests a second."""
        return len(self.latencies) / self.seconds

    def percentile(self, percent: float) -> float:
        """The latency, in seconds, that so many of the answers had at most."""
        return self.latencies[min(len(self.latencies) - 1, int(len(self.latencies) * percent / 100))]


class _Connection:
    """A connection that has asked, and waits."""

    def __init__(self, port: int, conversation: Conversation) -> None:
        self._socket = socket.create_connection(("127.0.0.1", port))
        self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._socket.settimeout(_SILENT_SECS)
        self._conversation = conversation
        self._asked = 0.0

    def fileno(self) -> int:
        return self._socket.fileno()

    def ask(self, greeting: bytes = b"") -> None:
        self._asked = time.perf_counter()
        self._socket.sendall(greeting + self._conversation.question())

    def greet_and_ask(self) -> None:
        self.ask(self._conversation.greeting())

    def read(self) -> tuple[float, bytes] | None:
        """How long the answer took, and it, if it is whole."""
        data = self._socket.recv(1 << 16)
        if not data:
            raise Unanswered("the server has closed the connection.")
        reply, answer = self._conversation.take(data)
        if reply:
            self._socket.sendall(reply)
        return None if answer is None else (time.perf_counter() - self._asked, answer)

    def close(self) -> None:
        self._socket.close()


def load(port: int, conversation: Callable[[], Conversation], connections: int, seconds: float) -> Loaded:
    """Ask a server of this machine.

    Parameters
    ----------
    port : int
    conversation : callable
        Makes one for each connection.
    connections : int
        How many ask at the same time.
    seconds : float
        After that many nobody asks any more.

    Raises
    ------
    Unanswered
        If there is an answer that is none, or nothing comes for half a minute.
    """
    with selectors.DefaultSelector() as selector:
        opened = [_Connection(port, conversation()) for _ in range(connections)]
        try:
            start = time.perf_counter()
            for connection in opened:
                selector.register(connection, selectors.EVENT_READ, connection)
                connection.greet_and_ask()
            return _asked(selector, len(opened), start, start + seconds)
        finally:
            for connection in opened:
                connection.close()


def _asked(selector: selectors.BaseSelector, waiting: int, start: float, until: float) -> Loaded:
    latencies = []
    while waiting:
        ready = selector.select(_SILENT_SECS)
        if not ready:
            raise Unanswered(f"{waiting} requests have had no answer for {_SILENT_SECS:g} s.")
        for key, _ in ready:
            found = key.data.read()
            if found is None:
                continue
            latencies.append(found[0])
            if time.perf_counter() < until:
                key.data.ask()
            else:
                waiting -= 1
    return Loaded(time.perf_counter() - start, sorted(latencies))


def ask(port: int, conversation: Conversation) -> bytes:
    """One question's answer.

    Raises
    ------
    OSError, Unanswered
        If there is none.
    """
    connection = _Connection(port, conversation)
    try:
        connection.greet_and_ask()
        while (found := connection.read()) is None:
            pass
        return found[1]
    finally:
        connection.close()
