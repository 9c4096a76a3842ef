"""Versions come and go, requests in flight keep theirs, and somebody can be told why one is not served."""

from __future__ import annotations

import numpy as np
import pytest

from estimator.core.errors import (
    DATA_LOSS,
    AlreadyExistsError,
    NotFoundError,
    UnavailableError,
)
from estimator.serving.models import Models, State, VersionStatus
from tests.serving.half_plus_two import half_plus_two

ONE = {"x": np.ones(1, np.float32)}


def _serving(*versions: int, **labels: int) -> Models:
    models = Models()
    models.add("half", labels)
    models.serve("half", [half_plus_two(version) for version in versions])
    return models


def _version(models: Models, version: int | None = None, label: str | None = None) -> int:
    with models.acquire("half", version, label) as servable:
        return servable.version


def test_the_largest_version_answers_unless_another_is_asked_for() -> None:
    models = _serving(3, 10, 9, stable=9)
    assert (_version(models), _version(models, 3), _version(models, label="stable")) == (10, 3, 9)


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        (("haf", None, None), "there is no model 'haf'. Did you mean 'half'"),
        (("half", 4, None), "no version 4 to serve; there is: 3"),
        (("half", None, "canary"), "no version label 'canary'; there is: stable"),
    ],
)
def test_what_is_not_there_is_answered_with_what_is(
    asked: tuple[str, int | None, str | None], said: str
) -> None:
    with pytest.raises(NotFoundError) as caught, _serving(3, stable=3).acquire(*asked):
        pass
    assert said in str(caught.value)


def test_a_model_without_a_version_says_why() -> None:
    models = _serving()
    models.note("half", VersionStatus(7, State.END, DATA_LOSS, "the index is cut off."))
    with pytest.raises(UnavailableError, match="no version to serve. version 7: the index is cut off"):
        _version(models)
    assert not models.is_ready()


def test_a_request_in_flight_keeps_its_version() -> None:
    models = _serving(1)
    with models.acquire("half") as held:
        models.serve("half", [half_plus_two(2)])
        assert _version(models) == 2
        assert [(s.version, s.state) for s in models.status("half")] == [
            (2, State.AVAILABLE),
            (1, State.UNLOADING),
        ]
        assert held.run("", ONE, ["y"])["y"].tolist() == [2.5]
    assert models.status("half", 1) == [VersionStatus(1, State.END)]
    with pytest.raises(RuntimeError, match="closed"):
        held.run("", ONE)


def test_a_version_may_take_the_place_of_one_of_the_same_number() -> None:
    models = _serving(1)
    with models.acquire("half") as before:
        models.serve("half", [half_plus_two(1, two=3.0)])
        with models.acquire("half") as after:
            assert after.run("", ONE, ["y"])["y"].tolist() == [3.5]
        assert before.run("", ONE, ["y"])["y"].tolist() == [2.5]
    assert models.status("half") == [VersionStatus(1, State.AVAILABLE)]


def test_a_version_that_goes_on_is_not_closed() -> None:
    models = _serving(1)
    with models.acquire("half") as servable:
        pass
    models.serve("half", [servable, half_plus_two(2)])
    assert _version(models, 1) == 1


def test_only_the_last_versions_that_are_gone_are_remembered() -> None:
    models = _serving(99)
    for version in range(30):
        models.note("half", VersionStatus(version, State.END))
    assert [status.version for status in models.status("half")] == [99, *range(29, 19, -1)]


def test_listeners_are_told_of_each_change() -> None:
    models, told = _serving(1), list[str]()
    models.listeners.append(told.append)
    models.close()
    assert set(told) == {"half"}
    assert not models.is_ready("half")


def test_a_name_is_taken_once() -> None:
    with pytest.raises(AlreadyExistsError, match="'half' already"):
        _serving(1).add("half")
