"""Tests of templates; the names are those that TensorFlow 2.15 gives."""

from __future__ import annotations

from typing import Any

import pytest

from estimator.graph.graph import Graph
from estimator.variables.get_variable import get_variable
from estimator.variables.scopes import variable_scope
from estimator.variables.template import make_template
from estimator.variables.variable import Variable, global_variables


def scaled(x: Any, scale: float = 1.0) -> Any:
    return get_variable("v", [2]) * x * scale


def names(variables: Any) -> list[str]:
    return [variable.name for variable in variables]


def test_calls_share_the_variables_of_the_first(graph: Graph) -> None:
    template = make_template("tm", scaled)
    assert template.variable_scope is None
    assert template.variables == []
    assert [template([1.0, 2.0]).name for _ in range(2)] == ["tm/mul_1:0", "tm_1/mul_1:0"]
    assert names(global_variables()) == ["tm/v:0"]
    assert template.variable_scope.name == template.var_scope.name == "tm"
    assert names(template.variables) == names(template.trainable_variables) == ["tm/v:0"]
    assert (template.name, template.local_variables) == ("tm", [])


def test_another_template_of_the_name_has_variables_of_its_own(graph: Graph) -> None:
    for _ in range(2):
        make_template("tm", scaled, scale=2.0)([1.0, 2.0])
    assert names(global_variables()) == ["tm/v:0", "tm_1/v:0"]


def test_the_scope_lies_where_the_first_call_is(graph: Graph) -> None:
    template = make_template("tm", scaled)
    with variable_scope("outer"):
        template([1.0, 2.0])
    template([1.0, 2.0])
    assert names(global_variables()) == ["outer/tm/v:0"]


def test_or_where_the_template_is_made(graph: Graph) -> None:
    template = make_template("tm", scaled, create_scope_now_=True)
    assert template.variable_scope is not None
    with variable_scope("outer"):
        assert [template([1.0, 2.0]).name for _ in range(2)] == ["outer/tm/mul_1:0", "outer/tm_1/mul_1:0"]
    assert names(global_variables()) == ["tm/v:0"]


def test_a_unique_name_is_shared_and_its_variables_are_not(graph: Graph) -> None:
    make_template("tm", scaled, unique_name_="uu")([1.0, 2.0])
    assert names(global_variables()) == ["uu/v:0"]
    with pytest.raises(ValueError, match="uu/v"):
        make_template("tm", scaled, unique_name_="uu")([1.0, 2.0])


def test_a_later_call_makes_no_variable(graph: Graph) -> None:
    wanted = iter("abc")
    template = make_template("tm", lambda: get_variable(next(wanted), [2]))
    template()
    with pytest.raises(ValueError, match="tm/b"):
        template()


def test_a_custom_getter_is_asked(graph: Graph) -> None:
    asked = []

    def getter(inner: Any, name: str, *args: Any, **kwargs: Any) -> Any:
        asked.append(name)
        return inner(name, *args, **kwargs)

    make_template("tm", scaled, custom_getter_=getter)([1.0, 2.0])
    assert asked == ["tm/v"]


def test_a_template_needs_a_name() -> None:
    with pytest.raises(ValueError, match="name_ must be a name"):
        make_template("", scaled)


def test_local_variables_are_variables_of_it(graph: Graph) -> None:
    template = make_template("tm", lambda: Variable(1.0, collections=["local_variables"], name="own"))
    template()
    assert names(template.local_variables) == names(template.variables) == ["tm/own:0"]


def test_a_template_tells_the_scope_of_its_names(graph: Graph) -> None:
    template = make_template("t", scaled)
    assert template.variable_scope_name is None
    template([1.0, 2.0])
    assert template.variable_scope_name == "t/"


def test_a_trainable_variable_of_a_later_call_is_refused(graph: Graph) -> None:
    template = make_template("t", lambda: Variable(1.0, name="v"))
    template()
    with pytest.raises(ValueError, match=r"'t' made trainable variables .*, t_1/v:0: use tf\.get_variable"):
        template()
    with pytest.raises(TypeError, match="func_ must be a function, given: 3"):
        make_template("t", 3)  # type: ignore[arg-type]
