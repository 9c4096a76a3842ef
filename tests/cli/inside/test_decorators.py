"""What packages take from inside TensorFlow does what TensorFlow's does (2.15.1 gave the values)."""

from __future__ import annotations

import functools
from typing import Any

import pytest

from estimator.cli.inside.decorators import (
    deprecated,
    deprecated_args,
    deprecated_argument_lookup,
    fn_args,
    has_kwargs,
    make_decorator,
    silence,
)


def model(features: Any, labels: Any, mode: Any = None, *, params: Any = None) -> Any:
    return features


class Model:
    def __call__(self, features: Any, **kwargs: Any) -> None: ...

    def model_fn(self, features: Any, labels: Any) -> None: ...


@pytest.mark.parametrize(
    ("function", "names"),
    [
        (model, ("features", "labels", "mode")),
        (functools.partial(model, mode=1), ("features", "labels")),
        (functools.partial(model, 1), ("labels", "mode")),
        (functools.partial(model, labels=1), ("features", "mode")),
        (functools.partial(functools.partial(model, 1), mode=1), ("labels",)),
        (Model(), ("features",)),
        (Model().model_fn, ("features", "labels")),
    ],
)
def test_fn_args_are_what_is_taken_by_position_and_not_bound(function: Any, names: tuple[str, ...]) -> None:
    assert fn_args(function) == names


def test_has_kwargs_looks_into_a_partial() -> None:
    assert has_kwargs(Model()) and has_kwargs(functools.partial(Model(), 1))
    assert not has_kwargs(model)


def test_a_deprecated_function_warns_once(caplog: pytest.LogCaptureFixture) -> None:
    decorated = deprecated("2020-01-01", "use y")(model)
    assert [decorated(3, 4), decorated(5, 6)] == [3, 5]
    (record,) = caplog.records
    assert record.getMessage() == (
        f"model (from {__name__}) is deprecated and will be removed after 2020-01-01. Instructions for updating: use y"
    )


def test_a_deprecated_argument_warns_where_it_is_given(caplog: pytest.LogCaptureFixture) -> None:
    decorated = deprecated_args(None, "use params", "mode", ("labels", None), warn_once=False)(model)
    decorated(1, None)
    assert not caplog.records
    decorated(1, 2)
    decorated(1, labels=None, mode=3)
    told = [record.getMessage().partition(")")[2].partition(" and")[0] for record in caplog.records]
    assert told == [" with labels is deprecated", " with mode is deprecated"]


def test_a_decorator_looks_like_what_it_decorates() -> None:
    decorated = make_decorator(model, lambda *args: "decorated", "a_decorator")
    assert (decorated.__name__, decorated(1)) == ("model", "decorated")
    assert fn_args(decorated) == ("features", "labels", "mode")


def test_a_deprecated_function_is_silent_in_a_block_that_says_so(caplog: pytest.LogCaptureFixture) -> None:
    decorated = deprecated("2020-01-01", "use y", warn_once=False)(model)
    with silence():
        decorated(1, 2)
    assert not caplog.records
    decorated(1, 2)
    assert len(caplog.records) == 1


def test_an_argument_of_two_names_has_one_value() -> None:
    assert deprecated_argument_lookup("axis", None, "dim", 2) == 2
    assert deprecated_argument_lookup("axis", 0, "dim", None) == 0
    with pytest.raises(ValueError, match="axis and dim are one argument; given: axis=0, dim=2"):
        deprecated_argument_lookup("axis", 0, "dim", 2)
