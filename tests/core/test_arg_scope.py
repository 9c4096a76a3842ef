"""Blocks that give defaults: who gets them, who wins, and what is refused."""

from __future__ import annotations

from typing import Any

import pytest

from estimator.core.arg_scope import (
    add_arg_scope,
    arg_scope,
    arg_scope_func_key,
    arg_scoped_arguments,
    current_arg_scope,
    has_arg_scope,
)


@add_arg_scope
def layer(x: Any, units: int = 1, activation: str = "relu", **more: Any) -> Any:
    """What it was called with."""
    return x, units, activation, more


@add_arg_scope
def other(x: Any, activation: str = "relu") -> Any:
    return x, activation


def test_a_call_inside_gets_the_arguments_and_one_outside_does_not() -> None:
    with arg_scope([layer, other], activation="elu"):
        assert layer(0) == (0, 1, "elu", {})
        assert other(0) == (0, "elu")
    assert layer(0) == (0, 1, "relu", {})


def test_the_call_wins_over_the_block_and_the_inner_block_over_the_outer() -> None:
    with arg_scope([layer], activation="elu", units=2), arg_scope([layer], units=3):
        assert layer(0) == (0, 3, "elu", {})
        assert layer(0, activation="tanh") == (0, 3, "tanh", {})


def test_only_the_functions_of_the_list_get_them() -> None:
    with arg_scope((layer,), activation="elu"):
        assert other(0) == (0, "relu")


def test_a_scope_is_used_again_instead_of_what_surrounds_it() -> None:
    with arg_scope([layer], units=2) as kept:
        pass
    with arg_scope([layer, other], activation="elu"), arg_scope(kept):
        assert layer(0) == (0, 2, "relu", {})
        assert other(0) == (0, "relu")


def test_an_error_inside_ends_the_block() -> None:
    with pytest.raises(KeyError), arg_scope([layer], units=2):
        raise KeyError
    assert current_arg_scope() == {}


def test_a_function_tells_what_a_block_can_give() -> None:
    assert has_arg_scope(layer)
    assert not has_arg_scope(print)
    assert arg_scoped_arguments(layer) == ("units", "activation")
    assert layer.__name__ == "layer"
    with arg_scope([layer], units=2) as scope:
        assert scope == {arg_scope_func_key(layer): {"units": 2}}


def test_a_function_that_takes_no_part_is_refused() -> None:
    with pytest.raises(ValueError, match=r"print, len is not decorated with @add_arg_scope"):
        arg_scope([print, layer, len], units=2).__enter__()
    with pytest.raises(ValueError, match="'print' is not decorated"):
        arg_scoped_arguments(print)


def test_what_is_neither_a_list_nor_a_scope_is_refused() -> None:
    with pytest.raises(TypeError, match="must either be a list/tuple of functions or reused scope"):
        arg_scope(layer, units=2).__enter__()  # type: ignore[arg-type]
    with pytest.raises(ValueError, match=r"takes no arguments, given: units\. Open a second block"):
        arg_scope({}, units=2).__enter__()
