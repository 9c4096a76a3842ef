"""Arguments by signatures: names, kinds and defaults."""

from __future__ import annotations

from typing import Any

import pytest

from estimator.columns.numeric import numeric_column
from estimator.estimators.dnn import DNNClassifier
from estimator.estimators.recipe import READY_MADE
from estimator.experiments.arguments import (
    LEFT_OUT,
    REQUIRED,
    arguments_of,
    elsewhere,
    kind_of,
    takes,
    takes_any,
)
from estimator.experiments.imports import Imports
from estimator.experiments.making import KINDS, Maker
from estimator.experiments.problems import Problems
from estimator.experiments.tables import TABLES, named
from estimator.experiments.words import is_plain_kind
from estimator.functions.decay import exponential_decay, piecewise_constant
from estimator.settings.given import given_value


def test_names_kinds_and_defaults_are_the_signatures() -> None:
    found = arguments_of(DNNClassifier)
    assert "model_dir" not in found
    assert (found["hidden_units"].kind, found["hidden_units"].default) == ("[int]", REQUIRED)
    assert (found["activation_fn"].kind, found["activation_fn"].default) == ("activation", "relu")
    assert (found["dropout"].kind, found["dropout"].default) == ("float|none", None)
    assert found["loss_reduction"].default == "weighted_sum"
    column = arguments_of(numeric_column)
    assert (column["dtype"].default, column["shape"].default) == ("float32", [1])


def test_the_global_step_is_given_by_the_training() -> None:
    assert "global_step" not in arguments_of(exponential_decay)
    assert "x" not in arguments_of(piecewise_constant)


@pytest.mark.parametrize(
    ("annotation", "kind"),
    [
        ("str | None", "text|none"),
        ("Sequence[str] | None", "[text]|none"),
        ("str | Sequence[str]", "text|[text]"),
        ("str | os.PathLike[str]", "text"),
        ("int | bool | None", "int|bool|none"),
        ("Any", "any"),
        ("Mapping[str, str]", "any"),
        (int, "int"),
    ],
)
def test_a_kind_follows_from_an_annotation(annotation: Any, kind: str) -> None:
    assert kind_of("some_name", annotation) == kind


@pytest.mark.parametrize(
    "thing", [pair for table, _ in TABLES.values() for pair in table.items()], ids=lambda t: t[0]
)
def test_all_that_can_be_named_has_kinds_that_can_be_read(thing: tuple[str, tuple[str, str]]) -> None:
    name, _ = thing
    table = next(table for table, _ in TABLES.values() if name in table)
    for argument in arguments_of(named(name, table)).values():
        assert argument.kind in KINDS or argument.kind in TABLES or is_plain_kind(argument.kind)


@pytest.mark.parametrize("kind", sorted(TABLES))
def test_every_default_can_be_read_again(kind: str) -> None:
    table, _ = TABLES[kind]
    for name in table:
        for argument in arguments_of(named(name, table)).values():
            if argument.default is not REQUIRED:
                problems = Problems(name)
                given = given_value(argument.default, argument.name)
                made = Maker(problems, Imports()).made(given, argument.kind, argument.name)
                problems.raise_all()
                assert made is not None
                assert made.plain == argument.default


def test_defaults_that_yaml_cannot_say_are_few() -> None:
    left_out = {
        (name, argument.name)
        for table, _ in TABLES.values()
        for name in table
        for argument in arguments_of(named(name, table)).values()
        if argument.default is LEFT_OUT
    }
    assert left_out == set()


def test_what_is_said_elsewhere_is_known() -> None:
    assert elsewhere("model_dir") == "it stands at the top of the experiment."
    assert elsewhere("hidden_units") is None
    assert takes(named("DNNClassifier", READY_MADE), "feature_columns")
    assert takes_any(lambda **more: more) and not takes_any(lambda x: x)
