"""Conditions of flags: which command lines they refuse is what absl.flags says."""

from __future__ import annotations

from typing import Any

import pytest
from absl import flags as absl_flags

from estimator.tf import flags as our_flags

LINES = [
    "",
    "--a=1",
    "--a=1 --b=2",
    "--b=2",
    "--c=1 --d=1",
    "--a=1 --c=9",
    "--a=1 --p",
    "--a=1 --p --q",
    "--a=1 --x=1 --y=1",
    "--a=1 --n=5",
    "--a=1 --n=50",
]


def _read(flags: Any, line: str) -> Any:
    values = flags.FlagValues()
    for name in "abcdxy":
        flags.DEFINE_string(name, None, "help", flag_values=values)
    for name in "pq":
        flags.DEFINE_bool(name, False, "help", flag_values=values)
    flags.DEFINE_integer("n", 1, "help", flag_values=values)
    flags.mark_flags_as_mutual_exclusive(["a", "b"], required=True, flag_values=values)
    flags.mark_flags_as_mutual_exclusive(["x", "y"], flag_values=values)
    flags.mark_bool_flags_as_mutual_exclusive(["p", "q"], flag_values=values)
    flags.register_validator("c", lambda value: value != "9", message="not 9", flag_values=values)

    @flags.multi_flags_validator(["c", "d"], message="not both", flag_values=values)
    def not_alike(given: dict[str, Any]) -> bool:
        return given["c"] is None or given["c"] != given["d"]

    @flags.validator("n", message="unused", flag_values=values)
    def not_large(value: int) -> bool:
        if value > 10:
            raise flags.ValidationError("too large")
        return True

    try:
        return values(["program", *line.split()])
    except flags.IllegalFlagValueError as error:
        return str(error).count("\n"), not_alike({"c": 1, "d": 2}), not_large(3)


@pytest.mark.parametrize("line", LINES)
def test_validators_refuse_what_those_of_absl_refuse(line: str) -> None:
    assert _read(our_flags, line) == _read(absl_flags, line)


def test_every_refused_flag_is_named_at_once() -> None:
    values = our_flags.FlagValues()
    for name in ("a", "b"):
        our_flags.DEFINE_string(name, None, "help", flag_values=values)
    our_flags.mark_flags_as_required(["a", "b"], flag_values=values)
    with pytest.raises(our_flags.IllegalFlagValueError, match=r"(?s)flag --a=None: .*\nflag --b=None: "):
        values(["program"])


def test_a_condition_of_no_flags_is_refused() -> None:
    with pytest.raises(ValueError, match="must not be empty"):
        our_flags.mark_flags_as_mutual_exclusive([])


def test_a_flag_that_is_not_boolean_cannot_exclude_boolean_ones() -> None:
    values = our_flags.FlagValues()
    our_flags.DEFINE_string("a", None, "help", flag_values=values)
    with pytest.raises(our_flags.ValidationError, match="not boolean: a"):
        our_flags.mark_bool_flags_as_mutual_exclusive(["a"], flag_values=values)
