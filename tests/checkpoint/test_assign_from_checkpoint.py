from __future__ import annotations

import logging
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from estimator.checkpoint.assign_from_checkpoint import (
    assign_from_checkpoint,
    assign_from_checkpoint_fn,
    assign_from_values,
    assign_from_values_fn,
)
from estimator.checkpoint.saver import Saver
from estimator.core.errors import NotFoundError
from estimator.graph.graph import Graph
from estimator.runtime.session import Session
from estimator.variables.get_variable import get_variable
from estimator.variables.initializers import Zeros
from estimator.variables.partitioners import fixed_size_partitioner
from estimator.variables.scopes import variable_scope
from estimator.variables.variable import Variable, global_variables_initializer

W, B = np.arange(6, dtype=np.float32).reshape(3, 2), np.array([7.0, 8.0], np.float32)


@pytest.fixture
def prefix(tmp_path: Path) -> str:
    """A checkpoint with the variables w and b."""
    with Graph().as_default() as graph, Session(graph=graph) as session:
        Variable(W, name="w"), Variable(B, name="b")
        session.run(global_variables_initializer())
        return Saver().save(session, str(tmp_path / "model.ckpt"))


def zeros(name: str, *shape: int) -> Any:
    return get_variable(name, list(shape), initializer=Zeros())


def test_values_are_assigned_by_name_and_brought_into_shape(graph: Graph, run: Callable[..., Any]) -> None:
    w = zeros("w", 3, 2)
    assign, feeds = assign_from_values({"w": W.ravel()})
    assert [fed.name for fed in feeds] == ["placeholder/w:0"]
    run(assign, feeds)
    np.testing.assert_array_equal(run(w), W)


def test_all_names_and_sizes_that_do_not_fit_are_told(graph: Graph) -> None:
    zeros("w", 3, 2)
    with pytest.raises(ValueError) as caught:
        assign_from_values({"v": B, "w": B})
    assert "Couldn't find variable v" in str(caught.value)
    assert "w has the shape (3, 2), its value (2,)" in str(caught.value)


def test_a_function_assigns_in_a_session(graph: Graph) -> None:
    w = zeros("w", 2)
    assign = assign_from_values_fn({"w": B})
    with Session(graph=graph) as session:
        assign(session)
        np.testing.assert_array_equal(session.run(w), B)


def test_variables_get_what_a_checkpoint_has(prefix: str, graph: Graph, run: Callable[..., Any]) -> None:
    w, first, second = zeros("w", 3, 2), zeros("first", 2), zeros("second", 2)
    run(*assign_from_checkpoint(prefix, [w]))
    run(*assign_from_checkpoint(prefix, {"b": [first, second]}))
    np.testing.assert_array_equal(run(w), W)
    np.testing.assert_array_equal(run([first, second]), [B, B])


def test_a_variable_in_parts_gets_its_parts(prefix: str, graph: Graph, run: Callable[..., Any]) -> None:
    with variable_scope("", partitioner=fixed_size_partitioner(2)):
        whole = zeros("w", 3, 2)
    run(*assign_from_checkpoint(prefix, list(whole)))
    np.testing.assert_array_equal(run(whole), W)


def test_what_does_not_fit_is_told_at_once(prefix: str, graph: Graph) -> None:
    with pytest.raises(ValueError) as caught:
        assign_from_checkpoint(prefix, {"w": zeros("w", 2, 2), "bb": zeros("b", 2)})
    assert "Checkpoint is missing variable [bb]. Did you mean 'b'" in str(caught.value)
    assert "w in the checkpoint has the shape (3, 2), the variable w the shape (2, 2)" in str(caught.value)


def test_variables_that_are_missing_may_be_left_alone(
    prefix: str, graph: Graph, caplog: pytest.LogCaptureFixture
) -> None:
    w, v = zeros("w", 3, 2), zeros("v", 1)
    with Session(graph=graph) as session, caplog.at_level(logging.WARNING, "estimator"):
        session.run(global_variables_initializer())
        session.run(*assign_from_checkpoint(prefix, [w, v], ignore_missing_vars=True))
        assert session.run([w, v])[1].tolist() == [0.0]
        restore = assign_from_checkpoint_fn(prefix, [w, v], ignore_missing_vars=True)
        assert restore is not None
        session.run(w.assign(w * 0.0))
        restore(session)
        np.testing.assert_array_equal(session.run(w), W)
        assert assign_from_checkpoint_fn(prefix, [v], ignore_missing_vars=True) is None
    assert "has no variable v" in caplog.text
    assert "No Variables to restore" in caplog.text


def test_a_function_restores_and_may_reshape(prefix: str, graph: Graph) -> None:
    flat = zeros("flat", 6)
    restore = assign_from_checkpoint_fn(prefix, {"w": flat}, reshape_variables=True)
    assert restore is not None
    with Session(graph=graph) as session:
        restore(session)
        np.testing.assert_array_equal(session.run(flat), W.ravel())


def test_variables_and_a_checkpoint_are_needed(tmp_path: Path, graph: Graph) -> None:
    with pytest.raises(ValueError, match="var_list cannot be empty"):
        assign_from_checkpoint_fn(str(tmp_path / "none"), [])
    with pytest.raises(NotFoundError):
        assign_from_checkpoint(str(tmp_path / "none"), [zeros("w", 1)])
