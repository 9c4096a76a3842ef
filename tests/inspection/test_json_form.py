"""JSON that every program reads."""

from __future__ import annotations

import datetime
import json

from estimator.inspection.json_form import json_text


def no_constant(name: str) -> None:
    raise AssertionError(f"{name} is no JSON")


def test_what_json_does_not_have_is_a_string() -> None:
    value = {
        "a": [float("nan"), float("inf"), -float("inf")],
        3: (True, None, 1.5),
        "d": datetime.date(2026, 1, 2),
    }
    assert json.loads(json_text(value), parse_constant=no_constant) == {
        "a": ["NaN", "Infinity", "-Infinity"],
        "3": [True, None, 1.5],
        "d": "2026-01-02",
    }


def test_names_that_are_no_text_stay_valid() -> None:
    assert json.loads(json_text(["a\udcffb\x1b", "ü"])) == ["a\udcffb\x1b", "ü"]
    assert json_text("ü\udcff").isascii()
