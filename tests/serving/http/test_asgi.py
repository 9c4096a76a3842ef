"""The ASGI application: what is bounded before it is spent, asked as an ASGI server would."""

from __future__ import annotations

import asyncio
import gzip
import json
import threading
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from estimator.serving.http.application import Answering, Application, Question, Route
from estimator.serving.http.asgi import CONNECTION, AsgiApplication, Message
from estimator.serving.http.exchange import Request, Response
from estimator.serving.limits import NotAtOnceError
from estimator.serving.service import Service
from tests.serving.grpc.served import service_of_half_plus_two


class Connection:
    """A client that sends these messages and keeps what it is answered; after them it leaves."""

    def __init__(self, *messages: Message, method: str = "POST", reads: bool = True, **headers: str) -> None:
        pairs = [(name.encode(), value.encode()) for name, value in headers.items()]
        self.scope = {
            "type": "http",
            "method": method,
            "path": "/",
            "headers": pairs,
            "extensions": {CONNECTION: self},
        }
        self.answered = list[Message]()
        self.is_aborted = False
        self.is_extra = False
        self.is_stopping = False
        self.is_quick = False
        self._messages = list(messages)
        self._reads = reads

    async def receive(self) -> Message:
        return self._messages.pop(0) if self._messages else {"type": "http.disconnect"}

    async def send(self, message: Message) -> None:
        if not self._reads:
            await asyncio.Event().wait()
        self.answered.append(message)

    def has_come(self) -> bool:
        return self.is_quick

    def has_room(self) -> bool:
        return self.is_quick and self._reads

    def is_open(self) -> bool:
        return not self.is_aborted

    def is_one_too_many(self) -> bool:
        return self.is_extra

    def is_last(self) -> bool:
        return self.is_stopping

    def abort(self) -> None:
        self.is_aborted = True

    @property
    def status(self) -> int:
        return int(self.answered[0]["status"])


def _part(body: bytes, more: bool = False) -> Message:
    return {"type": "http.request", "body": body, "more_body": more}


@pytest.fixture
def service() -> Iterator[Service]:
    service = service_of_half_plus_two(workers=1, queue=1, max_message_bytes=100, idle_secs=0.05)
    yield service
    service.models.close()


def _in_its_time(answer: Callable[[Request], Response]) -> Callable[[Request], Question]:
    """Reads requests as questions whose answers take their time."""

    def read(request: Request) -> Question:
        def answered(at_once: bool) -> Response:
            if at_once:
                raise NotAtOnceError
            return answer(request)

        return answered

    return read


def _asgi(service: Service, answer: Answering) -> tuple[AsgiApplication, list[int]]:
    statuses = list[int]()
    routes = [Route("POST", "/", answer), Route("GET", "/", answer)]
    return AsgiApplication(Application(service, routes), statuses.append), statuses


def _run(asgi: AsgiApplication, *connections: Connection) -> None:
    async def all_of_them() -> None:
        await asyncio.gather(*(asgi(one.scope, one.receive, one.send) for one in connections))

    asyncio.run(all_of_them())
    asgi.close()


def test_the_parts_of_a_body_are_joined(service: Service) -> None:
    asgi, statuses = _asgi(service, lambda request: Response(body=request.body))
    connection = Connection(_part(b"a", more=True), _part(b"b", more=True), _part(b""))
    _run(asgi, connection)
    assert connection.answered[1]["body"] == b"ab"
    assert statuses == [200]


def test_who_leaves_while_sending_is_not_answered(service: Service) -> None:
    asgi, statuses = _asgi(service, lambda request: Response())
    connection = Connection(_part(b"a", more=True))
    _run(asgi, connection)
    assert (connection.answered, statuses) == ([], [])


def test_the_last_answer_of_a_connection_says_so(service: Service) -> None:
    asgi, _ = _asgi(service, lambda request: Response(headers={"X-Own": "1"}))
    connection, last = Connection(_part(b"")), Connection(_part(b""))
    last.is_stopping = True
    _run(asgi, connection, last)
    assert (b"Connection", b"close") not in connection.answered[0]["headers"]
    assert {(b"Connection", b"close"), (b"X-Own", b"1")} <= set(last.answered[0]["headers"])


def test_a_connection_too_many_is_told_so(service: Service) -> None:
    asgi, statuses = _asgi(service, lambda request: Response())
    connection = Connection(_part(b""))
    connection.is_extra = True
    _run(asgi, connection)
    assert statuses == [connection.status] == [503]
    assert "too many connections" in json.loads(connection.answered[1]["body"])["error"]


def test_a_large_answer_is_written_in_pieces(service: Service) -> None:
    whole = bytes(range(256)) * 3000
    asgi, _ = _asgi(service, lambda request: Response(body=whole))
    connection = Connection(_part(b""))
    _run(asgi, connection)
    pieces = connection.answered[1:]
    assert b"".join(piece["body"] for piece in pieces) == whole
    assert [piece["more_body"] for piece in pieces] == [True, True, False]


def test_who_does_not_read_is_cut(service: Service) -> None:
    asgi, _ = _asgi(service, lambda request: Response())
    connection = Connection(_part(b""), reads=False)
    _run(asgi, connection)
    assert connection.is_aborted


def test_all_bodies_together_have_an_end(service: Service) -> None:
    go_on = threading.Event()

    def waiting(request: Request) -> Response:
        go_on.wait(5)
        return Response()

    asgi, statuses = _asgi(service, _in_its_time(waiting))
    fitting = [Connection(_part(bytes(100))) for _ in range(4)]
    one_more = Connection(_part(bytes(100)))

    async def ask() -> None:
        tasks = [asyncio.create_task(asgi(one.scope, one.receive, one.send)) for one in fitting]
        await asyncio.sleep(0)
        await asgi(one_more.scope, one_more.receive, one_more.send)
        go_on.set()
        await asyncio.gather(*tasks)
        again = Connection(_part(bytes(100)))
        await asgi(again.scope, again.receive, again.send)
        assert again.status == 200

    asyncio.run(ask())
    asgi.close()
    assert one_more.status == 429
    assert [one.status for one in fitting] == [200] * 4
    assert sorted(statuses) == [200] * 5 + [429]


def test_what_a_body_becomes_is_counted_with_what_it_was(service: Service) -> None:
    go_on = threading.Event()

    def waiting(request: Request) -> Response:
        go_on.wait(5)
        return Response(body=request.body)

    asgi, _ = _asgi(service, _in_its_time(waiting))
    held = [Connection(_part(bytes(100))) for _ in range(3)]
    inflating = gzip.compress(bytes(99))
    assert len(inflating) < 100 - 1 < len(inflating) + 99  # so it fits, and what it becomes does not
    one_more = Connection(_part(inflating), **{"content-encoding": "gzip"})
    again = Connection(_part(inflating), **{"content-encoding": "gzip"})

    async def ask() -> None:
        tasks = [asyncio.create_task(asgi(one.scope, one.receive, one.send)) for one in held]
        await asyncio.sleep(0)
        await asgi(one_more.scope, one_more.receive, one_more.send)
        go_on.set()
        await asyncio.gather(*tasks)
        await asgi(again.scope, again.receive, again.send)

    asyncio.run(ask())
    asgi.close()
    assert (one_more.status, again.status) == (429, 200)
    assert again.answered[1]["body"] == bytes(99)


def test_no_more_wait_for_threads_than_there_are(service: Service) -> None:
    go_on = threading.Event()

    def waiting(request: Request) -> Response:
        go_on.wait(5)
        return Response()

    asgi, _ = _asgi(service, _in_its_time(waiting))
    fitting = [Connection(_part(b"")) for _ in range(6)]  # one runs, one waits, four more threads
    one_more, asking = Connection(_part(b"")), Connection(_part(b""), method="HEAD")

    async def ask() -> None:
        tasks = [asyncio.create_task(asgi(one.scope, one.receive, one.send)) for one in fitting]
        await asyncio.sleep(0)
        await asgi(one_more.scope, one_more.receive, one_more.send)
        go_on.set()
        await asgi(asking.scope, asking.receive, asking.send)
        await asyncio.gather(*tasks)

    asyncio.run(ask())
    asgi.close()
    assert (one_more.status, asking.status) == (429, 200)
    assert "busy" in json.loads(one_more.answered[1]["body"])["error"]
    assert [one.status for one in fitting] == [200] * 6


def test_who_comes_when_the_threads_are_gone_is_told_that_it_ends(service: Service) -> None:
    asgi, _ = _asgi(service, _in_its_time(lambda request: Response()))
    asgi.close()
    late = Connection(_part(b""))
    _run(asgi, late)
    assert late.status == 503
    assert "stopping" in json.loads(late.answered[1]["body"])["error"]


def test_what_can_be_answered_at_once_is_answered_where_it_is_read(service: Service) -> None:
    def quick(request: Request) -> Question:
        return lambda at_once: Response(body=threading.current_thread().name.encode())

    asgi, _ = _asgi(service, quick)
    small, large = Connection(_part(bytes(100))), Connection(_part(gzip.compress(b"")))
    small.is_quick = True
    large.scope["headers"] = [(b"content-encoding", b"gzip")]  # nobody knows yet how large it is
    _run(asgi, small, large)
    assert small.answered[1]["body"] == threading.current_thread().name.encode()
    assert large.answered[1]["body"].startswith(b"http")


def test_who_takes_its_time_holds_up_nobody_who_is_answered_at_once(service: Service) -> None:
    go_on = threading.Event()

    def waiting(request: Request) -> Response:
        assert go_on.wait(5)
        return Response(body=b"slow")

    def read(request: Request) -> Question:
        return (lambda at_once: Response()) if request.body == b"quick" else _in_its_time(waiting)(request)

    asgi, _ = _asgi(service, read)
    slow = [Connection(_part(b"slow")) for _ in range(6)]  # as many as there are threads
    quick = Connection(_part(b"quick"))

    async def ask() -> None:
        tasks = [asyncio.create_task(asgi(one.scope, one.receive, one.send)) for one in slow]
        await asyncio.sleep(0)
        await asgi(quick.scope, quick.receive, quick.send)
        assert not any(one.answered for one in slow)
        go_on.set()
        await asyncio.gather(*tasks)

    asyncio.run(ask())
    asgi.close()
    assert quick.status == 200
    assert [one.answered[1]["body"] for one in slow] == [b"slow"] * 6


def test_what_waits_knows_whether_it_is_wanted(service: Service) -> None:
    seen = list[Any]()

    def answer(request: Request) -> Response:
        assert request.is_wanted is not None
        seen.append(request.is_wanted())
        return Response()

    asgi, _ = _asgi(service, answer)
    _run(asgi, Connection(_part(b"")))
    assert seen == [True]
