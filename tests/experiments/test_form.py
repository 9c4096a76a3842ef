"""The form of an experiment: every entry is an argument of the call that it is for."""

from __future__ import annotations

import inspect

from estimator.calls.specs import EvalSpec
from estimator.estimators.estimator import Estimator
from estimator.experiments.form import EXPERIMENT, SECTIONS
from estimator.experiments.making import KINDS
from estimator.experiments.tables import TABLES
from estimator.experiments.words import is_plain_kind


def test_sections_are_entries_of_an_experiment() -> None:
    assert set(SECTIONS) == {name for name, entry in EXPERIMENT.items() if entry.kind == "section"} - {
        "run_config"
    }


def test_entries_are_arguments_of_their_calls() -> None:
    evaluate = set(inspect.signature(EvalSpec).parameters) - {"input_fn"}
    assert set(SECTIONS["evaluate"]) == evaluate | {"input"}
    train = set(inspect.signature(Estimator.train).parameters) - {"self", "input_fn", "saving_listeners"}
    assert set(SECTIONS["train"]) == train | {"input", "early_stopping"}
    export = inspect.signature(Estimator.export_saved_model).parameters
    assert set(SECTIONS["export"]) <= set(export)


def test_every_kind_can_be_read() -> None:
    for entries in (EXPERIMENT, *SECTIONS.values()):
        for entry in entries.values():
            thing = entry.kind.strip("[]")
            assert (
                thing in ("section", "input")
                or thing in TABLES
                or thing in KINDS
                or is_plain_kind(entry.kind)
            )


def test_entries_say_what_they_are() -> None:
    assert all(entry.about for entries in (EXPERIMENT, *SECTIONS.values()) for entry in entries.values())
