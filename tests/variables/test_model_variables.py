from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from estimator.core.arg_scope import arg_scope
from estimator.graph.graph import Graph
from estimator.graph.keys import GraphKeys
from estimator.variables.get_variable import get_variable
from estimator.variables.initializers import Ones
from estimator.variables.model_variables import (
    add_model_variable,
    filter_variables,
    get_local_variables,
    get_model_variables,
    get_trainable_variables,
    get_unique_variable,
    get_variable_full_name,
    get_variables,
    get_variables_by_name,
    get_variables_by_suffix,
    get_variables_to_restore,
    global_variable,
    local_variable,
    model_variable,
    variable,
)
from estimator.variables.partitioners import fixed_size_partitioner
from estimator.variables.regularizers import l2_regularizer
from estimator.variables.scopes import variable_scope
from estimator.variables.variable import global_variables, local_variables


def names(variables: Any) -> list[str]:
    return [found.op.name for found in variables]


def test_a_model_variable_is_a_global_one_and_listed_as_asked(graph: Graph) -> None:
    plain = variable("plain", [2])
    mine = model_variable(
        "mine",
        shape=[2],
        initializer=Ones(),
        regularizer=l2_regularizer(1.0),
        trainable=False,
        collections=["more"],
    )
    assert global_variables() == [plain, mine]
    assert get_model_variables() == [mine]
    assert graph.get_collection("more") == [mine]
    assert get_trainable_variables() == [plain]
    assert len(graph.get_collection(GraphKeys.REGULARIZATION_LOSSES)) == 1


def test_blocks_of_arguments_reach_both(graph: Graph) -> None:
    with arg_scope([variable, model_variable], device="/cpu:0"), arg_scope([model_variable], trainable=False):
        fixed = model_variable("fixed", [1])
        trained = variable("trained", [1])
    assert (fixed.trainable, trained.trainable) == (False, True)
    assert fixed.device == trained.device == "/device:CPU:0"


def test_a_custom_getter_is_told_whether_variables_are_shared(graph: Graph) -> None:
    seen: list[Any] = []

    def getter(name: str, reuse: Any, **given: Any) -> Any:
        seen.append((name, reuse, given["shape"]))
        return get_variable(name, **given)

    with variable_scope("a", reuse=None):
        model_variable("w", [3], custom_getter=getter)
    assert seen == [("w", False, [3])]


def test_variables_are_found_by_scope_suffix_and_name(graph: Graph) -> None:
    for scope in ("a", "a/b", "c"):
        with variable_scope(scope) as opened:
            variable("weights", [1])
            variable("biases", [1])
    assert names(get_variables("a/")) == ["a/weights", "a/biases", "a/b/weights", "a/b/biases"]
    assert names(get_variables(opened)) == ["c/weights", "c/biases"]
    assert names(get_variables("a", suffix="weights")) == ["a/weights", "a/b/weights"]
    assert names(get_variables_by_suffix("iases", scope="a/b/")) == ["a/b/biases"]
    assert names(get_variables_by_name("weights", scope="c")) == ["c/weights"]
    assert names(get_variables_by_name("eights")) == []
    assert get_unique_variable("c/weights") is get_variables("c/weights")[0]
    with pytest.raises(ValueError, match=r"Couldn't find variable c/wieghts\. Did you mean 'c/weights'"):
        get_unique_variable("c/wieghts")


def test_what_is_restored_is_chosen_by_scopes(graph: Graph) -> None:
    for name in ("a/w", "a/logits/w", "b/w"):
        variable(name, [1])
    assert names(get_variables_to_restore()) == ["a/w", "a/logits/w", "b/w"]
    assert names(get_variables_to_restore(exclude=["a/logits"])) == ["a/w", "b/w"]
    assert names(get_variables_to_restore(include=["a"], exclude=["a/logits"])) == ["a/w"]
    with pytest.raises(TypeError, match="include is provided but is not a list or a tuple; given: 'a'"):
        get_variables_to_restore(include="a")


def test_lists_are_filtered_by_patterns(graph: Graph) -> None:
    for name in ("a/w", "b/w", "b/v"):
        variable(name, [1])
    assert names(filter_variables(global_variables(), ["w"])) == ["a/w", "b/w"]
    assert names(filter_variables(global_variables(), ["w"], reg_search=False)) == []
    assert names(filter_variables(global_variables(), exclude_patterns=["^b/w"])) == ["a/w", "b/v"]


def test_loose_variables_are_saved_or_not(graph: Graph, run: Callable[..., Any]) -> None:
    kept, lost = global_variable(np.ones(2), name="kept"), local_variable(3.0, name="lost")
    assert (global_variables(), local_variables(), get_local_variables()) == ([kept], [lost], [lost])
    assert get_trainable_variables() == []
    assert run(lost) == 3.0


def test_parts_are_listed_once_each_and_know_the_whole(graph: Graph) -> None:
    with variable_scope("a", partitioner=fixed_size_partitioner(2)):
        whole = get_variable("w", [4])
    add_model_variable(whole)
    add_model_variable(whole)
    assert names(get_model_variables()) == ["a/w/part_0", "a/w/part_1"]
    assert {get_variable_full_name(part) for part in get_model_variables()} == {"a/w"}
