"""Which frames of a traceback the user sees."""

from __future__ import annotations

import importlib
import logging
import os
import traceback
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import estimator as est
from estimator.core import errors, log, nest
from estimator.core.tracebacks import (
    cause_of,
    from_the_users_line,
    needs_no_traceback,
    shortened,
    with_short_traceback,
)

HERE = os.path.basename(__file__)
PACKAGE = os.path.dirname(os.path.dirname(nest.__file__))


def raise_inside(error: Exception) -> None:
    """Raise as a line of the package does."""
    run_inside("raise error", error=error)


def run_inside(line: str, **names: Any) -> None:
    """Run a line as one of the package."""
    exec(compile(line, os.path.join(PACKAGE, "inside.py"), "exec"), names)


def raise_in_a_callback(error: Exception) -> None:
    """Raise in a function of the user's that the package calls."""

    def callback(value: Any) -> None:
        raise error

    nest.map_structure(callback, {"a": 1})


def caught(function: Callable[[], Any]) -> Exception:
    try:
        function()
    except Exception as error:
        return error
    raise AssertionError("it raised nothing")


def lines(error: BaseException) -> list[str]:
    """File and function of the frames, but for those of this file's two helpers around them."""
    frames = traceback.extract_tb(error.__traceback__)
    found = [f"{os.path.basename(frame.filename)} {frame.name}" for frame in frames]
    return [line for line in found if line not in (f"{HERE} caught", f"{HERE} <lambda>")]


def test_the_packages_frames_above_the_users_last_line_are_left_out() -> None:
    error = caught(lambda: raise_in_a_callback(KeyError("x")))
    whole = [f"{HERE} raise_in_a_callback", "nest.py map_structure", "nest.py <listcomp>", f"{HERE} callback"]
    assert set(lines(error)) <= set(whole) and "nest.py map_structure" in lines(error)
    assert lines(shortened(error)) == [f"{HERE} raise_in_a_callback", f"{HERE} callback"]


@pytest.mark.parametrize(
    ("error", "shown"),
    [
        (errors.InvalidArgumentError("said on purpose"), []),
        (errors.UsageError("train", ["said on purpose"]), []),
        (ValueError("said on purpose"), []),
        (errors.InternalError("a bug"), ["inside.py <module>"]),
        (AssertionError("a bug"), ["inside.py <module>"]),
    ],
)
def test_the_packages_frames_below_stay_only_where_they_may_be_needed(
    error: Exception, shown: list[str]
) -> None:
    assert lines(shortened(caught(lambda: run_inside("raise error", error=error)))) == [
        f"{HERE} run_inside",
        *shown,
    ]


@pytest.mark.parametrize("slip", ["{}['x']", "(1).shape", "1 / 0", "int('x')"])
def test_what_may_be_a_slip_of_the_packages_keeps_its_frames(slip: str) -> None:
    error = shortened(caught(lambda: run_inside(slip)))
    assert lines(error) == [f"{HERE} run_inside", "inside.py <module>"]


def test_causes_are_shortened_too() -> None:
    def chained() -> None:
        try:
            raise_in_a_callback(KeyError("x"))
        except KeyError as error:
            raise ValueError("y") from error

    error = shortened(caught(chained))
    assert error.__cause__ is not None
    assert lines(error.__cause__) == [f"{HERE} chained", f"{HERE} raise_in_a_callback", f"{HERE} callback"]


def test_a_function_with_short_tracebacks_adds_no_frame_and_is_the_same_otherwise() -> None:
    decorated = with_short_traceback(raise_in_a_callback)
    assert (decorated.__name__, decorated.__doc__) == ("raise_in_a_callback", raise_in_a_callback.__doc__)
    given = KeyError("x")
    error = caught(lambda: decorated(given))
    assert error is given
    assert lines(error) == [f"{HERE} raise_in_a_callback", f"{HERE} callback"]


def test_an_error_shortened_twice_is_known_to_be_raised_on_purpose() -> None:
    decorated = with_short_traceback(with_short_traceback(raise_inside))
    assert lines(caught(lambda: decorated(ValueError("said on purpose")))) == [
        f"{HERE} raise_inside",
        f"{HERE} run_inside",
    ]
    assert lines(caught(lambda: decorated(errors.InternalError("a bug")))) == [
        f"{HERE} raise_inside",
        f"{HERE} run_inside",
        "inside.py <module>",
    ]


def test_constructors_that_are_made_of_fields_are_the_packages_own() -> None:
    with pytest.raises(ValueError, match="must not be empty") as caught_:
        est.DNNClassifier(feature_columns=[], hidden_units=[10])
    assert lines(caught_.value) == [f"{HERE} test_constructors_that_are_made_of_fields_are_the_packages_own"]


def test_an_interruption_that_the_package_answers_shows_the_users_line_alone() -> None:
    decorated = with_short_traceback(lambda: run_inside("raise KeyboardInterrupt"))
    with pytest.raises(KeyboardInterrupt) as caught_:
        decorated()
    assert lines(caught_.value)[-1] == f"{HERE} run_inside"


def test_at_the_log_level_debug_every_frame_is_shown() -> None:
    error = caught(lambda: raise_in_a_callback(KeyError("x")))
    before, whole = log.get_verbosity(), lines(error)
    log.set_verbosity(logging.DEBUG)
    try:
        assert lines(shortened(error)) == whole
    finally:
        log.set_verbosity(before)


def below_the_users(error: Exception) -> Exception:
    """The error with the traceback that a kernel's error has where it is caught: the package's frames alone."""
    return below_this_file(caught(lambda: raise_inside(error)))


def below_this_file(error: Exception) -> Exception:
    link = error.__traceback__
    while link is not None and link.tb_frame.f_code.co_filename == __file__:
        link = link.tb_next
    return error.with_traceback(link)


def test_a_cause_is_told_where_it_says_more() -> None:
    kernels = below_the_users(errors.InvalidArgumentError("indices[1] = 7 is not in [0, 2)."))
    assert cause_of(kernels) is None
    numpys = below_the_users(ValueError("shapes (2,) and (3,) do not broadcast"))
    assert cause_of(numpys) is None
    bug = below_this_file(caught(lambda: run_inside("().shape")))
    assert cause_of(bug) is bug
    users = caught(lambda: raise_in_a_callback(ValueError("in a function of the user's")))
    assert cause_of(users) is users


@pytest.mark.parametrize(
    "line",
    [
        "open('/nowhere/there')",  # the system
        "import json; json.loads('{')",  # the standard library, by way of its own functions
        "raise TypeError('said on purpose')",
    ],
)
def test_what_the_message_tells_already_is_no_cause(line: str) -> None:
    assert cause_of(below_this_file(caught(lambda: run_inside(line)))) is None


@pytest.mark.parametrize("slip", ["import json; json.dumps(object())", "len(1)"])
def test_a_slip_of_the_packages_is_a_cause(slip: str) -> None:
    error = below_this_file(caught(lambda: run_inside(slip)))
    assert cause_of(error) is error


def test_an_error_that_the_package_raises_on_purpose_needs_no_traceback() -> None:
    assert needs_no_traceback(below_this_file(caught(lambda: raise_inside(ValueError("x")))))
    assert needs_no_traceback(below_this_file(caught(lambda: raise_inside(KeyError("x")))))


def test_an_error_with_a_line_of_the_users_in_it_needs_its_traceback() -> None:
    assert not needs_no_traceback(caught(lambda: raise_inside(ValueError("x"))))
    error = below_this_file(caught(lambda: raise_inside(ValueError("x"))))
    error.__cause__ = caught(lambda: raise_in_a_callback(KeyError("x")))
    assert not needs_no_traceback(error)


def test_a_slip_of_the_packages_needs_its_traceback() -> None:
    assert not needs_no_traceback(below_this_file(caught(lambda: run_inside("{}['key']"))))


def test_a_traceback_from_the_users_line_begins_there() -> None:
    def start() -> None:
        nest.map_structure(lambda value: raise_in_a_callback(KeyError("x")), [1])

    error = below_this_file(caught(start))
    found = lines(from_the_users_line(error))
    assert found[0] == f"{HERE} raise_in_a_callback"
    assert f"{HERE} callback" in found


def test_how_python_imports_is_no_line_of_the_users(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "fails_when_imported.py").write_text("raise RuntimeError('here')\n")
    monkeypatch.syspath_prepend(tmp_path)
    error = below_this_file(caught(lambda: importlib.import_module("fails_when_imported")))
    assert any(frame.filename.startswith("<frozen ") for frame in traceback.extract_tb(error.__traceback__))
    found = traceback.extract_tb(from_the_users_line(error).__traceback__)
    assert [frame.line for frame in found] == ["raise RuntimeError('here')"]
