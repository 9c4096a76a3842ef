"""Which argument of a metric gets what."""

from __future__ import annotations

import functools
from typing import Any

import pytest

from estimator.tf.contrib import learn


def by_name(labels: Any, predictions: Any, weights: Any = None) -> Any:
    return labels, predictions, weights


def old_names(prediction: Any, target: Any, weight: Any = 0) -> Any:
    return target, prediction, weight


def labels_first(label: Any, guess: Any) -> Any:
    return label, guess, None


def guess_first(guess: Any, weights: Any = None, labels: Any = None) -> Any:
    return labels, guess, weights


def of_predictions(values: Any) -> Any:
    return None, values, None


GIVEN = {"w": "weight", "x": "other"}, {"a": "label", "b": "wrong"}, {"p": "guess", "q": "wrong"}


@pytest.mark.parametrize("metric_fn", [by_name, old_names, guess_first, functools.partial(by_name)])
def test_arguments_are_found_by_their_names(metric_fn: Any) -> None:
    spec = learn.MetricSpec(metric_fn, prediction_key="p", label_key="a", weight_key="w")
    assert spec.create_metric_ops(*GIVEN) == ("label", "guess", "weight")
    assert (spec.prediction_key, spec.label_key, spec.weight_key) == ("p", "a", "w")


@pytest.mark.parametrize(
    ("metric_fn", "expected"),
    [(labels_first, ("label", "guess", None)), (of_predictions, (None, "guess", None))],
)
def test_predictions_go_by_position_where_no_name_says_so(metric_fn: Any, expected: Any) -> None:
    assert learn.MetricSpec(metric_fn).create_metric_ops({}, "label", {"only": "guess"}) == expected


def test_it_shows_what_it_measures() -> None:
    shown = "MetricSpec(metric_fn=by_name, prediction_key=p, label_key=None, weight_key=None)"
    assert repr(learn.MetricSpec(by_name, "p")) == shown


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (
            lambda: learn.MetricSpec(of_predictions, label_key="a", weight_key="w"),
            r"no argument for labels, and label_key='a' is given(.|\n)*no argument for weights",
        ),
        (
            lambda: learn.MetricSpec(lambda labels, target: 0),
            "ambiguous arguments for labels: labels, target",
        ),
        (
            lambda: learn.MetricSpec(by_name).create_metric_ops(*GIVEN),
            "requires a single prediction, given: 'p', 'q'",
        ),
        (
            lambda: learn.MetricSpec(by_name, "p").create_metric_ops({}, "label", "guess"),
            "prediction_key='p' requires a dict of predictions, given: 'guess'. Leave the key out",
        ),
        (
            lambda: learn.MetricSpec(by_name, "pp", "a").create_metric_ops(*GIVEN),
            "there is no prediction 'pp'",
        ),
    ],
)
def test_what_does_not_fit_is_told(make: Any, message: str) -> None:
    with pytest.raises((ValueError, KeyError), match=message):
        make()
