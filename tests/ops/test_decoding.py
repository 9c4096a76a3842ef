"""Bytes that are taken for numbers; what fits stands in examples_strings.py."""

from __future__ import annotations

import numpy as np
import pytest

from estimator.core.errors import InvalidArgumentError
from estimator.functions.parsing import decode_raw
from estimator.runtime.session import Session


def test_texts_of_several_lengths_are_refused() -> None:
    with Session() as session, pytest.raises(InvalidArgumentError, match="from 1 to 2 bytes"):
        session.run(decode_raw(np.array([b"a", b"bc"], object), np.uint8))


def test_half_a_number_is_refused() -> None:
    with (
        Session() as session,
        pytest.raises(InvalidArgumentError, match="3 bytes is no whole number of int16"),
    ):
        session.run(decode_raw(b"abc", np.int16))


def test_decode_raw_wants_a_type() -> None:
    with pytest.raises(TypeError, match="needs out_type"):
        decode_raw(b"ab")
