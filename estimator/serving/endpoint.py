"""Where a server listens, and what one protocol there has to offer to the server that starts and stops it.

A protocol is a module with a function ``start(service, address)``, which gives an :class:`Endpoint` that listens::

    endpoint = start(service, Address("127.0.0.1", 0))
    endpoint.port               # the one that was free
    endpoint.stop(5.0)
"""

from __future__ import annotations

import errno
import socket
from collections.abc import Iterator
from typing import Protocol

from estimator.core.errors import InvalidArgumentError, UnavailableError, raise_problems
from estimator.core.files import read_regular
from estimator.core.frozen import frozen
from estimator.core.tracebacks import cause_of

_MOST_BYTES = 1 << 20
_MOST_PORT = (1 << 16) - 1


@frozen
class Tls:
    """Files of PEM text.

    Parameters
    ----------
    certificate, key : str
        What the server shows, and its key.
    clients : str, optional
        Certificates of authorities; with them, clients must show one of theirs.
    """

    certificate: str
    key: str
    clients: str | None = None

    def check(self) -> None:
        """Make sure that the files can be used, which not every server says in words.

        Raises
        ------
        OpError
            If one of them cannot be read.
        InvalidArgumentError
            If they are no certificate, its key, and authorities, or the key is encrypted.
        """
        import ssl  # takes longer to import than a server without TLS has to wait

        for path in filter(None, (self.certificate, self.key, self.clients)):
            read_regular(path, _MOST_BYTES)  # whose errors name the file
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        try:
            context.load_cert_chain(self.certificate, self.key, self._no_password)
            context.load_verify_locations(self.clients or self.certificate)
        except ssl.SSLError as error:
            raise InvalidArgumentError(
                f"{self} cannot be used: {error.reason or error}. They are files of PEM text, as openssl writes it."
            ) from cause_of(error)

    def _no_password(self) -> str:
        """What openssl would ask at the terminal, where nobody may be."""
        raise InvalidArgumentError(
            f"the key {self.key!r} is encrypted, and nobody is asked for its password: "
            "openssl pkey -in KEY -out OTHER writes one without."
        )


@frozen
class Address:
    """Where to listen.

    Parameters
    ----------
    host : str
    port : int
        0: any that is free.
    tls : Tls, optional
        Default: in the clear.

    Raises
    ------
    ValueError
        If the host is empty or the port is none, both at once.
    """

    host: str = "127.0.0.1"
    port: int = 0
    tls: Tls | None = None

    def __post_init__(self) -> None:
        raise_problems("Address", [*_problems_of_host(self.host), *_problems_of_port(self.port)])

    def at(self, port: int) -> str:
        """Host and port as clients write them."""
        return f"[{self.host}]:{port}" if ":" in self.host else f"{self.host}:{port}"


def _problems_of_host(host: object) -> Iterator[str]:
    if not isinstance(host, str) or not host:
        yield f"host must be a name or a number of this machine, given: {host!r}; 0.0.0.0 listens at every one."


def _problems_of_port(port: object) -> Iterator[str]:
    if not isinstance(port, int) or isinstance(port, bool) or not 0 <= port <= _MOST_PORT:
        yield f"port must be a number up to {_MOST_PORT}, 0 for any that is free, given: {port!r}."


def listening(address: Address, protocol: str) -> socket.socket:
    """A socket that listens there.

    Parameters
    ----------
    address : Address
    protocol : str
        What it is for, as the flag of its port begins: ``"grpc"``, ``"http"``.

    Raises
    ------
    UnavailableError
        If nobody can listen there, which says why.
    """
    family = socket.AF_INET6 if ":" in address.host else socket.AF_INET
    try:
        return socket.create_server((address.host, address.port), family=family)
    except (OSError, UnicodeError) as error:  # the latter of names that cannot be looked up
        reason, *_ = str(getattr(error, "strerror", None) or error).split(
            " (while "
        )  # what follows is said anyway
        is_taken = getattr(error, "errno", None) == errno.EADDRINUSE
        hint = f" --{protocol}_port=0 takes a port that is free." if is_taken else ""
        raise UnavailableError(
            f"cannot listen at {address.at(address.port)} for {protocol}: {reason}.{hint}"
        ) from cause_of(error)


class Endpoint(Protocol):
    """What listens at one address and answers in one protocol, in threads of its own."""

    @property
    def port(self) -> int:
        """Where it listens."""

    def stop(self, grace_secs: float) -> None:
        """Take no more requests; those in flight end as they would, after so many seconds they are cut."""
