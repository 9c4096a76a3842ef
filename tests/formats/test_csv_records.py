"""Records of CSV files end where RFC 4180 and TensorFlow say, and add up to the file."""

from __future__ import annotations

import io

import pytest

from estimator.formats.csv_records import csv_records

# data, whether fields may be quoted -> records
CASES = [
    (b"a,b\nc\r\n\nd", True, [b"a,b", b"c", b"", b"d"]),
    (b"", True, []),
    (b"\n", True, [b""]),
    (b"a\rb\r\rc\r\n", True, [b"a", b"b", b"", b"c"]),
    (b'1,"x\ny",2\n3', True, [b'1,"x\ny",2', b"3"]),
    (b'1,"x\ny",2\n3', False, [b'1,"x', b'y",2', b"3"]),
    (b'1,"x""\r\ny\r"\r2\n', True, [b'1,"x""\r\ny\r"', b"2"]),
    (b'"a\n\n\nb"\n"c"', True, [b'"a\n\n\nb"', b'"c"']),
    (b'1,"open\n2', True, [b'1,"open\n2']),
    (b'1,"open\r2', True, [b'1,"open\r2']),
    (b'a"\rb"\rc', False, [b'a"', b'b"', b"c"]),
]


@pytest.mark.parametrize(("data", "has_quotes", "records"), CASES)
def test_records_and_their_sizes(data: bytes, has_quotes: bool, records: list[bytes]) -> None:
    found = list(csv_records(io.BytesIO(data), has_quotes=has_quotes))
    assert [record for record, _ in found] == records
    assert sum(size for _, size in found) == len(data)
