"""TrainSpec and EvalSpec: fields, defaults and what is refused. Judge: TensorFlow 2.15.1, observed."""

from __future__ import annotations

import copy
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from estimator.calls.exporters import Exporter, LatestExporter
from estimator.calls.specs import EvalSpec, TrainSpec


def input_fn() -> None:
    """It is never called."""


class Named(Exporter):
    """An exporter of any name."""

    def __init__(self, name: Any) -> None:
        self._name = name

    @property
    def name(self) -> Any:
        return self._name

    def export(self, *args: Any, **kwargs: Any) -> None:
        """Export nothing."""


def test_the_defaults_are_tensorflows() -> None:
    assert TrainSpec(input_fn) == (input_fn, None, (), ())
    assert EvalSpec(input_fn)[:7] == (input_fn, 100, None, (), (), 120, 600)
    assert EvalSpec(input_fn).every_n_steps is None


def test_they_are_tuples_that_can_be_copied_and_changed() -> None:
    spec = EvalSpec(input_fn, every_n_steps=3)
    assert copy.copy(spec) == spec and type(copy.copy(spec)) is EvalSpec
    assert TrainSpec(input_fn)._replace(max_steps=7).max_steps == 7


def test_a_number_of_numpy_is_one_of_python() -> None:
    assert type(TrainSpec(input_fn, np.int32(7)).max_steps) is int


def test_a_count_may_be_written_as_a_floating_point_number() -> None:
    assert TrainSpec(input_fn, max_steps=1e4).max_steps == 10_000  # type: ignore[arg-type]
    assert EvalSpec(input_fn, steps=2.0).steps == 2  # type: ignore[arg-type]


def test_one_exporter_needs_no_list_and_any_iterable_will_do() -> None:
    one, two = Named("one"), Named("two")
    assert EvalSpec(input_fn, exporters=one).exporters == (one,)
    assert EvalSpec(input_fn, exporters=(each for each in (one, two))).exporters == (one, two)


BAD: dict[str, tuple[Callable[[], Any], type[Exception], str]] = {
    "input_fn of training": (lambda: TrainSpec(1), TypeError, "`input_fn` must be callable, given: 1"),  # type: ignore[arg-type]
    "max_steps": (lambda: TrainSpec(input_fn, 0), ValueError, "Must specify max_steps > 0, given: 0"),
    "max_steps as text": (lambda: TrainSpec(input_fn, "9"), ValueError, "max_steps must be a whole number"),  # type: ignore[arg-type]
    "max_steps and a half": (lambda: TrainSpec(input_fn, 9.5), ValueError, "a whole number, given: 9.5"),  # type: ignore[arg-type]
    "hooks": (lambda: TrainSpec(input_fn, hooks=[1]), TypeError, "must be a SessionRunHook, given: 1"),  # type: ignore[list-item]
    "listeners": (
        lambda: TrainSpec(input_fn, saving_listeners=[1]),  # type: ignore[list-item]
        TypeError,
        "must be a list of CheckpointSaverListener, given: 1",
    ),
    "input_fn of evaluation": (lambda: EvalSpec(1), TypeError, "`input_fn` must be callable, given: 1"),  # type: ignore[arg-type]
    "steps": (lambda: EvalSpec(input_fn, 0), ValueError, "Must specify steps > 0, given: 0"),
    "name": (lambda: EvalSpec(input_fn, name=3), TypeError, "`name` must be string, given: 3"),  # type: ignore[arg-type]
    "name of two folders": (lambda: EvalSpec(input_fn, name="a/b"), ValueError, "a str without slashes"),
    "an exporter": (
        lambda: EvalSpec(input_fn, exporters=[1]),  # type: ignore[list-item]
        TypeError,
        r"`exporters` must be an Exporter, an iterable of Exporter, or `None`, found \[1\]",
    ),
    "exporters": (lambda: EvalSpec(input_fn, exporters=3), TypeError, "`exporters` must be.*found 3"),  # type: ignore[arg-type]
    "exporters as text": (lambda: EvalSpec(input_fn, exporters="a"), TypeError, "found 'a'"),  # type: ignore[arg-type]
    "one name twice": (
        lambda: EvalSpec(input_fn, exporters=[Named("a"), Named("a")]),
        ValueError,
        r"must have unique names. Such a name cannot be `None`. All exporter names: \['a', 'a'\]",
    ),
    "no name": (
        lambda: EvalSpec(input_fn, exporters=Named("")),
        ValueError,
        "cannot have a name that is `None` or empty",
    ),
    "a name of another type": (
        lambda: EvalSpec(input_fn, exporters=Named(["a"])),
        ValueError,
        "An Exporter must have a string name. Given: <class 'list'>",
    ),
    "a name that leads out": (
        lambda: EvalSpec(input_fn, exporters=LatestExporter("../a", None)),
        ValueError,
        "is a folder in model_dir/export, given: '../a'",
    ),
    "delay": (
        lambda: EvalSpec(input_fn, start_delay_secs=-1),
        ValueError,
        "Must specify start_delay_secs >= 0, given: -1",
    ),
    "throttle": (
        lambda: EvalSpec(input_fn, throttle_secs=-1),
        ValueError,
        "Must specify throttle_secs >= 0, given: -1",
    ),
    "throttle as text": (
        lambda: EvalSpec(input_fn, throttle_secs="9"),  # type: ignore[arg-type]
        ValueError,
        "throttle_secs must be a number of seconds, given: '9'",
    ),
    "no throttle": (
        lambda: EvalSpec(input_fn, throttle_secs=float("nan")),
        ValueError,
        "throttle_secs must be a number of seconds, given: nan",
    ),
    "every_n_steps": (
        lambda: EvalSpec(input_fn, every_n_steps=0),
        ValueError,
        "Must specify every_n_steps > 0, given: 0",
    ),
    "a misspelt argument": (
        lambda: EvalSpec(input_fn, throttle_sec=3),  # type: ignore[call-arg]
        TypeError,
        "Did you mean 'throttle_secs'",
    ),
}


def test_all_that_is_wrong_is_said_at_once() -> None:
    with pytest.raises(
        ValueError, match=r"(?s)TrainSpec: 3 problems.*`input_fn`.*max_steps > 0.*SessionRunHook"
    ):
        TrainSpec(1, 0, hooks=[1])  # type: ignore[arg-type, list-item]
    with pytest.raises(
        ValueError, match=r"(?s)EvalSpec: 4 problems.*`name`.*`exporters`.*steps > 0.*throttle_secs"
    ):
        EvalSpec(input_fn, 0, name=3, exporters=3, throttle_secs=-1)  # type: ignore[arg-type]


@pytest.mark.parametrize("name", BAD)
def test_what_is_wrong_is_said_when_the_spec_is_made(name: str) -> None:
    make, kind, message = BAD[name]
    with pytest.raises(kind, match=message):
        make()


def test_everything_that_is_wrong_comes_in_one_error() -> None:
    with pytest.raises(
        ValueError, match=r"3 problems\n.*steps > 0(.|\n)*start_delay_secs >= 0(.|\n)*throttle"
    ):
        EvalSpec(input_fn, steps=-1, start_delay_secs=-1, throttle_secs=-1)
