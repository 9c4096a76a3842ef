"""Addresses and files of certificates are looked at before anybody is answered."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from estimator.core.errors import InvalidArgumentError, NotFoundError, UnavailableError
from estimator.serving.endpoint import Address, Tls, listening

TLS = Path(__file__).parents[1] / "data" / "tls"
CERTIFICATE, KEY = str(TLS / "certificate.pem"), str(TLS / "key.pem")


def test_an_address_is_written_as_clients_write_it() -> None:
    assert [Address(host).at(8500) for host in ("127.0.0.1", "::1")] == ["127.0.0.1:8500", "[::1]:8500"]


@pytest.mark.parametrize(
    ("host", "port", "said"),
    [
        ("", -3, "host must be a name .* given: ''.*port must be a number up to 65535, .* given: -3"),
        (None, 8500, "given: None"),
        ("localhost", 65536, "given: 65536"),
        ("localhost", "8500", "given: '8500'"),
        ("localhost", True, "given: True"),
    ],
)
def test_an_address_that_is_none_is_refused_when_it_is_made(host: Any, port: Any, said: str) -> None:
    with pytest.raises(ValueError, match=f"(?s){said}"):
        Address(host, port)


@pytest.mark.parametrize("host", ["192.0.2.1", "a..b"], ids=["another's", "no name"])
def test_where_nobody_can_listen_is_said_with_the_reason(host: str) -> None:
    with pytest.raises(UnavailableError, match=f"cannot listen at {host}:0 for grpc: .{{5,}}") as caught:
        listening(Address(host), "grpc")
    assert "_port=0" not in str(caught.value) and "(while" not in str(caught.value)


def test_a_certificate_with_its_key_is_fine() -> None:
    Tls(CERTIFICATE, KEY).check()
    Tls(CERTIFICATE, KEY, CERTIFICATE).check()


@pytest.mark.parametrize(
    "files", [(KEY, KEY, None), (CERTIFICATE, CERTIFICATE, None), (CERTIFICATE, KEY, KEY)]
)
def test_files_that_are_something_else_are_refused(files: tuple[str, str, str | None]) -> None:
    with pytest.raises(InvalidArgumentError, match="cannot be used"):
        Tls(*files).check()


def test_a_key_with_a_password_is_refused_and_nobody_asked(tmp_path: Path) -> None:
    key = tmp_path / "key.pem"
    lines = ["Proc-Type: 4,ENCRYPTED", f"DEK-Info: AES-128-CBC,{'0' * 32}", "", "AAAA" * 16]
    key.write_text(
        "\n".join(["-----BEGIN RSA PRIVATE KEY-----", *lines, "-----END RSA PRIVATE KEY-----", ""])
    )
    with pytest.raises(InvalidArgumentError, match="key.pem' is encrypted"):
        Tls(CERTIFICATE, str(key)).check()


@pytest.mark.parametrize("place", range(3))
def test_a_file_that_is_not_there_is_named(place: int) -> None:
    files = [CERTIFICATE, KEY, CERTIFICATE]
    files[place] = "elsewhere.pem"
    with pytest.raises(NotFoundError, match="elsewhere.pem"):
        Tls(*files).check()
