"""Initializers that store what a checkpoint has."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from estimator.checkpoint.init_from_checkpoint import init_from_checkpoint
from estimator.checkpoint.saver import Saver
from estimator.core.errors import NotFoundError
from estimator.graph.graph import Graph, get_default_graph
from estimator.variables.get_variable import get_variable
from estimator.variables.initializers import Zeros
from estimator.variables.partitioners import fixed_size_partitioner
from estimator.variables.variable import Variable
from tests.checkpoint.graphs import add_variable, fresh_graph, initialized_session

BIG = np.arange(12, dtype=np.float32).reshape(6, 2)


@pytest.fixture(autouse=True)
def _graph() -> Iterator[Graph]:
    with fresh_graph() as graph:
        yield graph


@pytest.fixture
def stored(tmp_path: Path) -> str:
    with fresh_graph():
        add_variable("old/a", [1.0, 2.0])
        add_variable("old/b", [3.0])
        add_variable("top", [4.0])
        get_variable("old/deep/big", initializer=BIG, partitioner=fixed_size_partitioner(2))
        return Saver().save(initialized_session(), tmp_path / "model.ckpt")


def zeros(name: str, shape: Any, parts: int = 1) -> Any:
    partitioner = fixed_size_partitioner(parts) if parts > 1 else None
    return get_variable(name, shape, initializer=Zeros(), partitioner=partitioner)


def test_names_map_to_names(stored: str) -> None:
    variables = [zeros("new/x", [2]), zeros("b", [1]), zeros("rest", [1])]
    init_from_checkpoint(stored, {"old/a": "new/x", "old/b": "b"})
    assert [list(value) for value in initialized_session().run(variables)] == [[1, 2], [3], [0]]


def test_a_directory_means_its_latest(stored: str) -> None:
    variable = zeros("old/b", [1])
    init_from_checkpoint(Path(stored).parent, {"old/b": "old/b"})
    assert initialized_session().run(variable).tolist() == [3.0]


@pytest.mark.parametrize("parts", [1, 3])
@pytest.mark.parametrize("scopes", [("old/", "new/"), ("old/deep/", "new/deep/")])
def test_scopes_map_to_scopes(stored: str, parts: int, scopes: tuple[str, str]) -> None:
    big, other = zeros("new/deep/big", [6, 2], parts), zeros("newer/a", [2])
    init_from_checkpoint(stored, dict([scopes]))
    session = initialized_session()
    np.testing.assert_array_equal(session.run(big), BIG)
    assert session.run(other).tolist() == [0.0, 0.0]


def test_a_slash_is_the_top_on_either_side(stored: str) -> None:
    below = zeros("new/top", [1])
    init_from_checkpoint(stored, {"/": "new/"})
    with fresh_graph():
        same = zeros("old/b", [1])
        init_from_checkpoint(stored, {"/": "/"})
        assert initialized_session().run(same).tolist() == [3.0]
    assert initialized_session().run(below).tolist() == [4.0]


def test_variables_stand_for_themselves(stored: str) -> None:
    single, split = Variable(np.zeros(1, np.float32), name="any"), zeros("split", [6, 2], 4)
    init_from_checkpoint(stored, {"old/b": single, "old/deep/big": split})
    session = initialized_session()
    assert session.run(single).tolist() == [3.0]
    np.testing.assert_array_equal(session.run(split), BIG)


def test_a_list_of_parts_is_one_variable(stored: str) -> None:
    split = zeros("split", [6, 2], 2)
    init_from_checkpoint(stored, {"old/deep/big": list(split)})
    np.testing.assert_array_equal(initialized_session().run(split), BIG)


def test_pairs_give_one_tensor_to_several_variables(stored: str) -> None:
    variables = [zeros("x", [1]), zeros("y", [1])]
    init_from_checkpoint(stored, [("old/b", "x"), ("old/b", "y")])
    assert [value.item() for value in initialized_session().run(variables)] == [3.0, 3.0]


def test_all_problems_come_at_once_and_nothing_is_changed(stored: str) -> None:
    fine, wide = zeros("fine", [1]), zeros("wide", [5])
    kind = get_variable("kind", [1], "float64", Zeros())
    before = fine.initializer
    entries = {
        "old/a": wide,
        "old/b": kind,
        "old/c": "fine",
        "old/deep/big": "fin",
        "old": "new/",
        "top": fine,
        3: [],
    }
    with pytest.raises(ValueError) as caught:
        init_from_checkpoint(stored, [*entries.items(), ("top", 7), ("old/b", [])])
    text = str(caught.value)
    for part in (
        "Shape of variable wide:0 ((5,)) doesn't match with shape of tensor old/a ([2]) from checkpoint reader.",
        "Type of variable kind:0 (float64)",
        "Tensor old/c is not found in",
        "There is none of that name. Did you mean 'fine'?",
        "Assignment map with scope only name new/ should map to scope only old. Should be 'scope/': 'other_scope/'.",
        "'top' is mapped to 7 (int)",
        "names in the checkpoint, given: 3.",
        "'old/b' is mapped to [] (list)",
    ):
        assert part in text, part
    assert fine.initializer is before


def test_a_scope_without_variables_is_said(stored: str, caplog: pytest.LogCaptureFixture) -> None:
    init_from_checkpoint(stored, {"old/": "nothing/"})
    assert "no variable below 'nothing/'" in caplog.text


def test_a_checkpoint_must_be_there(tmp_path: Path) -> None:
    with pytest.raises(NotFoundError):
        init_from_checkpoint(tmp_path / "model.ckpt", {"/": "/"})


def test_operations_are_called_as_in_tensorflow(stored: str) -> None:
    zeros("a", [2]), zeros("b", [1])
    graph = get_default_graph()
    known = graph.get_operations()
    init_from_checkpoint(stored, [("old/a", "a"), ("old/b", "b")])
    added = [op.name for op in graph.get_operations() if op not in known]
    assert added == [
        "checkpoint_initializer/prefix",
        "checkpoint_initializer/tensor_names",
        "checkpoint_initializer/shape_and_slices",
        "checkpoint_initializer",
        "Identity",
        "AssignVariableOp",
        "checkpoint_initializer_1/prefix",
        "checkpoint_initializer_1/tensor_names",
        "checkpoint_initializer_1/shape_and_slices",
        "checkpoint_initializer_1",
        "Identity_1",
        "AssignVariableOp_1",
    ]
