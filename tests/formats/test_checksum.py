"""CRC-32C against published values."""

from __future__ import annotations

import google_crc32c
import google_crc32c.python
import numpy as np
import pytest

from estimator.formats import checksum
from estimator.formats.checksum import checksums, checksums_of_rows, crc32c, extend, mask, unmask


def test_the_check_value_of_castagnoli() -> None:
    assert crc32c(b"123456789") == 0xE3069283


@pytest.mark.parametrize(
    ("data", "crc"),  # RFC 3720, appendix B.4
    [
        (bytes(32), 0x8A9136AA),
        (b"\xff" * 32, 0x62A8AB43),
        (bytes(range(32)), 0x46DD794E),
        (bytes(reversed(range(32))), 0x113FDB5C),
    ],
)
def test_the_examples_of_rfc_3720(data: bytes, crc: int) -> None:
    assert crc32c(data) == crc


def test_extending_equals_the_checksum_of_everything() -> None:
    assert extend(crc32c(b"12345"), b"6789") == 0xE3069283
    assert extend(crc32c(b"123456789"), b"") == 0xE3069283


@pytest.mark.parametrize("as_buffer", [bytearray, memoryview, lambda b: np.frombuffer(b, np.uint8)])
def test_every_kind_of_buffer_gives_the_same(as_buffer: type) -> None:
    assert crc32c(as_buffer(b"123456789")) == 0xE3069283


def test_arrays_count_in_row_major_order() -> None:
    array = np.arange(6, dtype="<f8").reshape(2, 3)
    assert crc32c(array.T) == crc32c(np.ascontiguousarray(array.T).tobytes()) != crc32c(array)
    assert crc32c(np.float32(3).reshape(())) == crc32c(np.float32(3).tobytes())


def test_the_mask_of_zero_is_what_empty_tensors_carry() -> None:
    assert mask(0) == 0xA282EAD8


def test_unmask_undoes_mask() -> None:
    for crc in (0, 1, 0xE3069283, 0xFFFFFFFF):
        assert unmask(mask(crc)) == crc


def test_many_checksums_are_those_of_each() -> None:
    rng = np.random.default_rng(1)
    rows = rng.integers(0, 256, (50, 8), dtype=np.uint8)
    alone = [crc32c(row) for row in rows]
    assert checksums([row.tobytes() for row in rows]).tolist() == alone
    assert checksums_of_rows(rows).tolist() == alone
    assert mask(checksums_of_rows(rows)).tolist() == [mask(crc) for crc in alone]


def test_where_the_library_is_written_in_python_arrays_are_their_bytes_too(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    values = np.arange(6, dtype=np.float32).reshape(2, 3)
    wanted = crc32c(values.tobytes())
    assert crc32c(values) == extend(0, values) == checksums([values])[0] == wanted
    with monkeypatch.context() as patched:
        patched.setattr(checksum, "_READS_ARRAYS", False)
        patched.setattr(checksum.google_crc32c, "value", google_crc32c.python.value)
        patched.setattr(checksum.google_crc32c, "extend", google_crc32c.python.extend)
        with pytest.raises(TypeError):
            google_crc32c.value(values)
        assert crc32c(values) == extend(0, values) == checksums([values])[0] == wanted
