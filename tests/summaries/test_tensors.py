from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from estimator.formats.messages import Summary
from estimator.functions.nn import relu, relu6
from estimator.graph.graph import Graph
from estimator.graph.keys import GraphKeys
from estimator.summaries.tensors import (
    summarize_activation,
    summarize_activations,
    summarize_collection,
    summarize_tensor,
    summarize_tensors,
)
from estimator.variables.get_variable import get_variable
from estimator.variables.initializers import Ones


def read(data: bytes) -> Any:
    (value,) = Summary.FromString(data).value
    return value


def tags(graph: Graph) -> list[str]:
    return [summary.op.name for summary in graph.get_collection(GraphKeys.SUMMARIES)]


def test_a_scalar_is_a_number_and_more_is_a_histogram(graph: Graph, run: Callable[..., Any]) -> None:
    number = read(run(summarize_tensor(graph.constant(2.5, name="loss"))))
    numbers = read(run(summarize_tensor(graph.constant([1.0, 3.0], name="x"), tag="mine")))
    assert (number.tag, number.simple_value) == ("loss_summary", 2.5)
    assert (numbers.tag, numbers.histo.sum) == ("mine", 4.0)


def test_texts_and_truths_have_no_summary(graph: Graph) -> None:
    assert summarize_tensors([graph.constant("text"), graph.constant([True])]) == [None, None]
    assert tags(graph) == []


def test_an_activation_tells_how_much_it_cuts_off(graph: Graph, run: Callable[..., Any]) -> None:
    y = relu6(graph.constant([-1.0, 0.0, 3.0, 7.0]), name="act")
    summarize_activation(y)
    parts = dict(zip(tags(graph), run(graph.get_collection(GraphKeys.SUMMARIES)), strict=True))
    assert list(parts) == ["act/zeros", "act/sixes", "act/activation"]
    assert read(parts["act/zeros"]).simple_value == 0.25  # only the one below 0
    assert read(parts["act/sixes"]).simple_value == 0.25
    np.testing.assert_allclose(read(parts["act/activation"]).histo.sum, 9.0)


def test_a_collection_is_summarized_by_name(graph: Graph) -> None:
    get_variable("a/w", [2], initializer=Ones())
    get_variable("b/w", [2], initializer=Ones())
    made = summarize_collection(GraphKeys.GLOBAL_VARIABLES, name_filter="b/")
    assert [summary.op.name for summary in made] == ["b/w_summary"]


def test_activations_are_those_that_are_listed(graph: Graph) -> None:
    graph.add_to_collection(GraphKeys.ACTIVATIONS, relu(graph.constant([1.0]), name="act"))
    relu(graph.constant([1.0]))
    summarize_activations()
    assert tags(graph) == ["act/zeros", "act/activation"]
