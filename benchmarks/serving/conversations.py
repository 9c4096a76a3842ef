"""What a client writes and reads, without a client library: a question is bytes made beforehand, an answer is looked at
only as far as it takes to know that it is one. So the client costs every server the same, and little.
"""

from __future__ import annotations

import re
import struct
from typing import Protocol

_HEAD_END = b"\r\n\r\n"
_LENGTH = re.compile(rb"\r\ncontent-length: *(\d+)", re.IGNORECASE)


class Unanswered(Exception):
    """A server has answered with an error, or with what is no answer."""


class Conversation(Protocol):
    """One connection's side of a protocol."""

    def greeting(self) -> bytes:
        """What is sent when the connection is there."""

    def question(self) -> bytes:
        """What is sent to ask once more."""

    def take(self, data: bytes) -> tuple[bytes, bytes | None]:
        """Read what has come: what is to be sent at once, and the answer, if that is whole.

        Raises
        ------
        Unanswered
            If it is an error.
        """


class Http1:
    """A POST that is sent again and again.

    Parameters
    ----------
    path : str
    body : bytes
    """

    def __init__(self, path: str, body: bytes) -> None:
        head = (
            f"POST {path} HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
            f"Content-Length: {len(body)}\r\n\r\n"
        )
        self._question = head.encode() + body
        self._came = b""

    def greeting(self) -> bytes:
        """Nothing."""
        return b""

    def question(self) -> bytes:
        """The whole request."""
        return self._question

    def take(self, data: bytes) -> tuple[bytes, bytes | None]:
        """Read as far as the Content-Length says; every server here sends one."""
        self._came += data
        head, end, body = self._came.partition(_HEAD_END)
        if not end:
            return b"", None
        length = _LENGTH.search(head)
        if length is None or b" 200 " not in head[:16]:
            raise Unanswered((head + b" " + body[:200]).decode(errors="replace"))
        if len(body) < int(length[1]):
            return b"", None
        self._came = b""
        return b"", body


_DATA, _HEADERS, _RST_STREAM, _SETTINGS, _PING, _GOAWAY, _WINDOW_UPDATE = 0, 1, 3, 4, 6, 7, 8
_END_STREAM, _END_HEADERS, _ACK = 0x1, 0x4, 0x1
_WINDOW = 1 << 30


class Grpc:
    """A gRPC call that is made again and again: HTTP/2, one stream at a time.

    Parameters
    ----------
    method : str
        ``/package.Service/Method``.
    message : bytes
        The request, serialized: at most 16,379 bytes, which is what one frame holds.
    """

    def __init__(self, method: str, message: bytes) -> None:
        headers = {
            ":method": "POST", ":scheme": "http", ":path": method, ":authority": "localhost",
            "te": "trailers", "content-type": "application/grpc",
        }  # fmt: skip
        self._headers = b"".join(_literal(name) + _literal(value, b"") for name, value in headers.items())
        self._data = struct.pack(">BI", 0, len(message)) + message
        self._stream = -1
        self._came = b""
        self._answer = b""

    def greeting(self) -> bytes:
        """The preface, and windows so large that they are never full."""
        settings = struct.pack(">HI", 4, _WINDOW)
        return (
            b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"
            + _frame(_SETTINGS, 0, 0, settings)
            + _frame(_WINDOW_UPDATE, 0, 0, struct.pack(">I", _WINDOW))
        )

    def question(self) -> bytes:
        """A new stream with the request."""
        self._stream += 2
        return _frame(_HEADERS, _END_HEADERS, self._stream, self._headers) + _frame(
            _DATA, _END_STREAM, self._stream, self._data
        )

    def take(self, data: bytes) -> tuple[bytes, bytes | None]:
        """Read frames. An error of gRPC has no message, which tells it from an answer without a look at headers."""
        self._came += data
        reply = b""
        while len(self._came) >= 9:
            size = int.from_bytes(self._came[:3])
            if len(self._came) < 9 + size:
                break
            kind, flags, content = self._came[3], self._came[4], self._came[9 : 9 + size]
            self._came = self._came[9 + size :]
            if kind == _DATA:
                self._answer += content
            elif kind in (_SETTINGS, _PING) and not flags & _ACK:
                reply += _frame(kind, _ACK, 0, content if kind == _PING else b"")
            elif kind in (_RST_STREAM, _GOAWAY):
                raise Unanswered(f"the server has ended the call: frame {kind}, {content!r}")
            if kind in (_DATA, _HEADERS) and flags & _END_STREAM:
                return reply, self._whole()
        return reply, None

    def _whole(self) -> bytes:
        """The message that has come in this stream."""
        answer, self._answer = self._answer, b""
        if len(answer) < 5 or int.from_bytes(answer[1:5]) != len(answer) - 5:
            raise Unanswered(f"the call has ended without an answer: {answer[:200]!r}")
        return answer[5:]


def _literal(text: str, kind: bytes = b"\0") -> bytes:
    """A header's name (which begins a literal that no table remembers) or value, shorter than 127 bytes."""
    return kind + bytes([len(text)]) + text.encode()


def _frame(kind: int, flags: int, stream: int, content: bytes) -> bytes:
    return struct.pack(">I", len(content))[1:] + struct.pack(">BBI", kind, flags, stream) + content
