"""The reserved tensor: round trip, newer versions, damage."""

from __future__ import annotations

import json
from typing import Any

import numpy as np
import pytest

from estimator.checkpoint.resume import (
    RESUME_KEY,
    CallState,
    RandomState,
    ResumeState,
    decode_resume,
    encode_resume,
    is_reserved,
)
from estimator.core import errors

STATE = ResumeState(
    RandomState(7, {"dropout/random_uniform": 120}),
    {"shuffle": [1, 2], "epoch": 3},
    CallState(start_step=0, steps=200, max_steps=None, finished=False),
)


def tensor(content: Any) -> np.ndarray[Any, Any]:
    return np.array(json.dumps(content).encode(), dtype=object)


def content() -> dict[str, Any]:
    return dict(json.loads(encode_resume(STATE).item()))


def test_what_is_encoded_decodes_to_the_same() -> None:
    assert decode_resume(encode_resume(STATE), "m-1") == STATE
    assert decode_resume(encode_resume(ResumeState()), "m-1") == ResumeState()


def test_the_tensor_is_one_string_with_version_1() -> None:
    encoded = encode_resume(STATE)
    assert (encoded.shape, encoded.dtype, type(encoded.item())) == ((), np.dtype(object), bytes)
    assert content()["version"] == 1


def test_the_key_starts_with_an_underscore_and_is_reserved() -> None:
    assert RESUME_KEY.startswith("_")
    assert is_reserved(RESUME_KEY) and not is_reserved("global_step")


def test_a_newer_version_is_ignored_with_a_warning(caplog: pytest.LogCaptureFixture) -> None:
    assert decode_resume(tensor({"version": 2, "new": []}), "m-1") is None
    assert "newer estimator" in caplog.text and "begin afresh" in caplog.text


@pytest.mark.parametrize(
    "damaged",
    [
        np.array(b"{", dtype=object),
        np.array(b"[" * 100_000, dtype=object),
        np.array(b"\xff", dtype=object),
        np.array([b"{}", b"{}"], dtype=object),
        np.array(1.0),
        np.array("text", dtype=object),
        tensor([]),
        tensor({}),
        tensor({"version": "1"}),
        tensor({"version": True}),
        tensor(content() | {"random": None}),
        tensor(content() | {"random": {"seed": "x", "counts": {}}}),
        tensor(content() | {"random": {"seed": 1, "counts": {"op": -1}}}),
        tensor(content() | {"random": {"seed": 1, "counts": {"op": 2**63}}}),
        tensor(content() | {"random": {"seed": 1, "counts": {"op": 1.5}}}),
        tensor(content() | {"call": {"start_step": True, "finished": False}}),
        tensor(content() | {"call": {"start_step": 0, "finished": 1}}),
        tensor(content() | {"call": {"start_step": 0, "steps": "many", "finished": False}}),
    ],
)
def test_damage_is_an_error_that_names_the_checkpoint(damaged: np.ndarray[Any, Any]) -> None:
    with pytest.raises(errors.DataLossError, match="_ESTIMATOR_RESUME.*/m/model.ckpt-5.*damaged"):
        decode_resume(damaged, "/m/model.ckpt-5")


def test_an_input_that_is_no_json_is_not_written() -> None:
    with pytest.raises(ValueError, match="JSON"):
        encode_resume(ResumeState(input=float("nan")))
