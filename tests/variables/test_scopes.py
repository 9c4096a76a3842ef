from __future__ import annotations

import gc
from typing import Any

import pytest

from estimator.core.dtypes import float64
from estimator.functions.scoping import op_scope
from estimator.graph import build as b
from estimator.graph.graph import Graph
from estimator.variables.get_variable import get_variable
from estimator.variables.initializers import ones_initializer
from estimator.variables.scopes import (
    AUTO_REUSE,
    VariableScope,
    get_variable_scope,
    variable_op_scope,
    variable_scope,
)


def _name_of_variable_and_op() -> tuple[str, str]:
    return get_variable("w", [1]).op.name, b.NoOp(name="op").name


def test_variables_and_operations_are_named_below_the_scope(graph: Graph) -> None:
    with variable_scope("a"), variable_scope("b"):
        assert _name_of_variable_and_op() == ("a/b/w", "a/b/op")


def test_default_names_are_numbered_and_start_again_with_the_scope(graph: Graph) -> None:
    # TensorFlow: entering 'a' anew counts from the start, so that its layers are found again.
    names = []
    for reuse in (False, True):
        with variable_scope("a", reuse=reuse):
            for _ in range(2):
                with variable_scope(None, default_name="dense") as scope:
                    names.append((scope.name, get_variable("w", [1]).op.name))
    assert names == [("a/dense", "a/dense/w"), ("a/dense_1", "a/dense_1/w")] * 2


def test_default_names_at_the_top_are_numbered(graph: Graph) -> None:
    names = []
    for _ in range(3):
        with variable_scope(None, "dense") as scope:
            names.append(scope.name)
    assert names == ["dense", "dense_1", "dense_2"]


def test_a_scope_object_is_entered_again_from_anywhere(graph: Graph) -> None:
    with variable_scope("a") as scope:
        pass
    with variable_scope("other"), variable_scope(scope):
        assert _name_of_variable_and_op() == ("a/w", "other/a/op")


def test_without_an_auxiliary_name_scope_only_variables_are_named(graph: Graph) -> None:
    with variable_scope("a", auxiliary_name_scope=False):
        assert _name_of_variable_and_op() == ("a/w", "op")


def test_a_name_scope_does_not_name_variables_of_get_variable(graph: Graph) -> None:
    with graph.name_scope("ops"):
        assert _name_of_variable_and_op() == ("w", "ops/op")


def test_reuse_is_inherited_and_cannot_be_switched_off_inside(graph: Graph) -> None:
    with variable_scope("a", reuse=AUTO_REUSE), variable_scope("b", reuse=False) as scope:
        assert scope.reuse is AUTO_REUSE


def test_reuse_variables_changes_the_scope_in_force(graph: Graph) -> None:
    with variable_scope("a"):
        first = get_variable("w", [1])
        get_variable_scope().reuse_variables()
        assert get_variable("w", [1]) is first
    assert get_variable_scope().reuse is False


def test_a_failing_block_leaves_the_outer_scope_in_force(graph: Graph) -> None:
    with pytest.raises(RuntimeError), variable_scope("a"):
        raise RuntimeError
    assert get_variable_scope().name == ""


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({}, "needs a name"),
        ({"name_or_scope": 3}, "must be a string or a VariableScope, given: 3"),
        ({"default_name": "a", "reuse": True}, "always new"),
        ({"name_or_scope": "a", "reuse": "yes"}, "given: 'yes'"),
    ],
)
def test_a_scope_without_a_name_or_with_odd_reuse_is_refused(
    graph: Graph, arguments: Any, message: str
) -> None:
    with pytest.raises((TypeError, ValueError), match=message), variable_scope(**arguments):
        pass


def test_a_scope_that_nobody_keeps_lasts(graph: Graph) -> None:
    variable_scope("kept").__enter__()
    gc.collect()
    assert get_variable("a", [1]).name == "kept/a:0"


def test_a_scope_is_entered_again(graph: Graph) -> None:
    scope = variable_scope("x")
    with scope:
        assert get_variable("a", [1]).name == "x/a:0"
    with scope as inner:
        assert (get_variable("b", [1]).name, inner.name) == ("x/b:0", "x")
    assert get_variable_scope().name == ""


def test_a_scope_belongs_to_the_graph_it_was_made_in(graph: Graph) -> None:
    scope = variable_scope("x")
    with Graph().as_default(), scope:
        assert get_variable("b", [1]).graph is graph


def test_a_scope_is_of_a_class_that_can_be_extended(graph: Graph) -> None:
    class Ours(variable_scope):
        pass

    with Ours("x"):
        assert get_variable("b", [1]).name == "x/b:0"
    assert isinstance(Ours("y"), variable_scope)


def test_a_scope_can_be_changed_and_asked(graph: Graph) -> None:
    with variable_scope("a", caching_device="/cpu:0") as scope:
        scope.set_dtype("float64")
        scope.set_use_resource(True)
        scope.set_caching_device("/cpu:1")
        assert get_variable("x", [1]).dtype.name == "float64"
        scope.set_custom_getter(lambda getter, name, *args, **kwargs: getter(f"{name}_own", *args, **kwargs))
        own = get_variable("y", [1])
    other = get_variable("z", [1])
    assert (own.op.name, scope.caching_device) == ("a/y_own", "/cpu:1")
    assert other not in scope.get_collection("variables") and own in scope.get_collection("variables")


def test_the_scope_of_2016_takes_its_values_first(graph: Graph) -> None:
    one = graph.constant(1.0)
    with variable_op_scope([one], "a", reuse=None) as scope, op_scope([one], None, "b") as name:
        assert (scope.name, name) == ("a", "a/b/")


def test_a_scope_is_made_with_tensorflows_arguments(graph: Graph) -> None:
    made = VariableScope(
        True, "n", ones_initializer(), name_scope="q/", dtype="float64", caching_device="/cpu:0"
    )
    assert (made.reuse, made.name, made.original_name_scope) == (True, "n", "q/")
    assert (made.dtype, made.caching_device) == (float64, "/cpu:0")
    with variable_scope(VariableScope(False, "n", dtype=float64)):
        assert get_variable("v", [1]).dtype is float64
        assert get_variable("w", [1]).name == "n/w:0"


def test_where_variables_are_kept_is_handed_down_to_those_who_ask(graph: Graph) -> None:
    with variable_scope("a", caching_device="/cpu:0", use_resource=False), variable_scope("b") as scope:
        assert (scope.caching_device, scope.use_resource) == ("/cpu:0", False)
    assert (get_variable_scope().caching_device, get_variable_scope().use_resource) == (None, None)
