"""Lines end where those of TensorFlow 2.15.1 do, which gave these answers."""

from __future__ import annotations

import io

import pytest

from estimator.formats.lines import read_lines, text_lines

# data -> lines of TextLineReader, lines of TextLineDataset
ANSWERS = {
    b"a\rb\r\nc\n\n\r": ([b"a\rb", b"c", b""], [b"ab", b"c", b""]),
    b"x\r": ([b"x"], [b"x"]),
    b"x\r\r\n\r\ny": ([b"x\r", b"", b"y"], [b"x", b"", b"y"]),
    b"\n": ([b""], [b""]),
    b"\r\n": ([b""], [b""]),
    b"q\n\r\r": ([b"q", b"\r"], [b"q"]),
    b"": ([], []),
}


@pytest.mark.parametrize("data", ANSWERS)
def test_lines_are_tensorflows(data: bytes) -> None:
    reader, dataset = ANSWERS[data]
    assert list(text_lines(io.BytesIO(data))) == reader
    assert read_lines(io.BytesIO(data), 9) == (dataset, len(data))


def test_lines_are_read_a_few_at_a_time() -> None:
    file = io.BytesIO(b"a\rb\r\nc\n\n\r")
    assert [read_lines(file, 2) for _ in range(3)] == [([b"ab", b"c"], 7), ([b""], 2), ([], 0)]
