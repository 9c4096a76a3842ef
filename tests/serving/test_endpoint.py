"""Files of certificates are looked at before anybody listens."""

from __future__ import annotations

from pathlib import Path

import pytest

from estimator.core.errors import InvalidArgumentError, NotFoundError
from estimator.serving.endpoint import Address, Tls

TLS = Path(__file__).parents[1] / "data" / "tls"
CERTIFICATE, KEY = str(TLS / "certificate.pem"), str(TLS / "key.pem")


def test_an_address_is_written_as_clients_write_it() -> None:
    assert [Address(host).at(8500) for host in ("127.0.0.1", "::1")] == ["127.0.0.1:8500", "[::1]:8500"]


def test_a_certificate_with_its_key_is_fine() -> None:
    Tls(CERTIFICATE, KEY).check()
    Tls(CERTIFICATE, KEY, CERTIFICATE).check()


@pytest.mark.parametrize(
    "files", [(KEY, KEY, None), (CERTIFICATE, CERTIFICATE, None), (CERTIFICATE, KEY, KEY)]
)
def test_files_that_are_something_else_are_refused(files: tuple[str, str, str | None]) -> None:
    with pytest.raises(InvalidArgumentError, match="cannot be used"):
        Tls(*files).check()


@pytest.mark.parametrize("place", range(3))
def test_a_file_that_is_not_there_is_named(place: int) -> None:
    files = [CERTIFICATE, KEY, CERTIFICATE]
    files[place] = "elsewhere.pem"
    with pytest.raises(NotFoundError, match="elsewhere.pem"):
        Tls(*files).check()
