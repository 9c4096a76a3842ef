"""Graphs with TensorFlow 1's control flow (tests/data/tf/make_meta_v1.py made them): they run and train on as there."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from estimator.checkpoint.import_meta import import_meta_graph
from estimator.core.errors import GradientError, InvalidArgumentError
from estimator.graph.gradients import gradients
from estimator.graph.graph import Graph, get_default_graph
from estimator.graph.handles import variable_of
from estimator.graph.tensor import Tensor
from estimator.runtime.session import Session
from estimator.variables.variable import Variable, local_variables_initializer, trainable_variables

TF = Path(__file__).parents[1] / "data" / "tf"
FOLDERS = sorted(path.name for path in TF.glob("meta_v1_*"))
COMPARED = [folder for folder in FOLDERS if "drawn" not in folder]  # random numbers are not TensorFlow's
TRAINED = [folder for folder in FOLDERS if "losses" in np.load(TF / folder / "expected.npz")]


@pytest.fixture(autouse=True)
def _graph() -> Iterator[Graph]:
    with Graph().as_default() as graph:
        yield graph


class Expected:
    """TensorFlow's numbers for one folder, which is one of ours or has a whole path.

    Attributes
    ----------
    runs : list of (dict, dict)
        What is fed and what was fetched, one run after another.
    batch : dict
        What the training is fed.
    """

    def __init__(self, folder: str) -> None:
        self.numbers = dict(np.load(TF / folder / "expected.npz"))
        count = len({key.split()[0] for key in self.numbers if key.startswith("run")})
        self.runs = [
            (self.part(f"run{place} feed "), self.part(f"run{place} fetch ")) for place in range(count)
        ]
        self.batch = self.part("train feed ")

    def part(self, prefix: str) -> dict[str, Any]:
        """The numbers whose keys begin so, by what comes behind."""
        return {
            key.removeprefix(prefix): value for key, value in self.numbers.items() if key.startswith(prefix)
        }


def open_session(folder: str, executor: str = "numpy", scope: str | None = None) -> Session:
    saver = import_meta_graph(TF / folder / "model.ckpt.meta", import_scope=scope)
    session = Session(executor=executor)
    session.run(local_variables_initializer())
    if saver is not None:
        saver.restore(session, os.fspath(TF / folder / "model.ckpt"))
    return session


def close(value: Any, expected: Any, what: str) -> None:
    assert np.shape(value) == np.shape(expected), what
    np.testing.assert_allclose(value, expected, rtol=1e-5, atol=1e-6, err_msg=what)


def runs_and_trains_on(folder: str, executor: str) -> None:
    """Check all runs of a folder, the losses of five steps, and the variables then."""
    expected = Expected(folder)
    with open_session(folder, executor) as session:
        for feed, fetched in expected.runs:
            for name, value in zip(fetched, session.run(list(fetched), feed), strict=True):
                close(value, fetched[name], f"{folder} {name}")
        if expected.batch:
            losses = [session.run(["loss:0", "train_op"], expected.batch)[0] for _ in range(5)]
            close(losses, expected.numbers["losses"], f"{folder} losses")
        for name, value in expected.part("variable ").items():
            close(session.run(f"{name}:0"), value, f"{folder} {name}")


@pytest.mark.parametrize("executor", ["interpreter", "numpy"])
@pytest.mark.parametrize("folder", COMPARED)
def test_a_graph_of_tensorflow_1_runs_and_trains_on_as_there(folder: str, executor: str) -> None:
    runs_and_trains_on(folder, executor)


def test_below_a_scope_the_loops_are_others() -> None:
    expected = Expected("meta_v1_nested_ref")
    with open_session("meta_v1_nested_ref", scope="old") as session:
        import_meta_graph(TF / "meta_v1_nested_ref" / "model.ckpt.meta", import_scope="new")
        session.run(["new/w/Assign", "new/global_step/Assign"])
        feed, fetched = expected.runs[2]
        feeds = {f"{scope}/{name}": value for scope in ("old", "new") for name, value in feed.items()}
        for name, value in zip(fetched, session.run([f"old/{name}" for name in fetched], feeds), strict=True):
            close(value, fetched[name], name)
        both = session.run(["old/y:0", "new/y:0"], feeds)
        close(both[1], both[0], "the same variables' values")


def test_a_graph_can_be_imported_twice_without_a_scope() -> None:
    """A cell of a notebook that is run again."""
    expected = Expected("meta_v1_growing_resource")
    import_meta_graph(TF / "meta_v1_growing_resource" / "model.ckpt.meta")
    with open_session("meta_v1_growing_resource") as session:
        feed, fetched = expected.runs[1]
        value, again = session.run(["y:0", "y_1:0"], {**feed, "n_1:0": feed["n:0"]})
    close(value, fetched["y:0"], "y")
    close(again, fetched["y:0"], "y_1")


def test_the_static_shapes_are_those_of_the_file() -> None:
    import_meta_graph(TF / "meta_v1_lstm_ref" / "model.ckpt.meta")
    graph = get_default_graph()
    assert graph.get_tensor_by_name("outputs:0").dims == (None, None, 4)
    assert graph.get_tensor_by_name("state:0").dims == (None, 4)
    import_meta_graph(TF / "meta_v1_growing_resource" / "model.ckpt.meta")
    assert graph.get_tensor_by_name("y:0").dims == (None, 1)


def test_a_loop_draws_anew_in_each_round_and_the_same_again_in_another_session() -> None:
    drawn = []
    with open_session("meta_v1_drawn_resource") as session, Session() as other:
        for each in (session, other):
            drawn.append(each.run("drawn:0", {"p:0": True}))
        assert len(set(drawn[0].ravel().tolist())) == drawn[0].size
        np.testing.assert_array_equal(drawn[0], drawn[1])
        dropped = session.run("dropped:0", {"p:0": True})
        assert set(dropped.tolist()) == {0.0, 2.0}
        assert session.run("dropped:0", {"p:0": False}).tolist() == [1.0] * 100


def test_an_assertion_in_a_branch_fails_before_anything_is_written() -> None:
    expected = Expected("meta_v1_asserted_resource")
    with open_session("meta_v1_asserted_resource") as session:
        feed, fetched = expected.runs[0]
        with pytest.raises(
            InvalidArgumentError,
            match=r"positive/AssertGuard/Assert' failed: assertion failed: \[1 -1 2\]",
        ):
            session.run("update/Merge:0", {**feed, "x:0": np.array([1, -1, 2], np.float32)})
        with pytest.raises(InvalidArgumentError, match="too large"):
            session.run("update/Merge:0", {**feed, "x:0": np.array([1, 1, 20], np.float32)})
        close(session.run("update/Merge:0", feed), fetched["update/Merge:0"], "the mean of one batch alone")


def folders(*, loops: bool) -> list[str]:
    """Those of TRAINED whose graphs have loops, or that have branches alone."""
    metas = {folder: (TF / folder / "model.ckpt.meta").read_bytes() for folder in TRAINED}
    return [folder for folder, data in metas.items() if (b"NextIteration" in data) is loops]


@pytest.mark.parametrize("folder", folders(loops=True))
def test_a_gradient_of_a_loop_that_the_file_has_not_is_refused_and_says_what_to_do(folder: str) -> None:
    import_meta_graph(TF / folder / "model.ckpt.meta")
    loss = get_default_graph().get_tensor_by_name("loss:0")
    with pytest.raises(GradientError, match=r"a loop of TensorFlow 1's control flow, .* tf\.while_loop"):
        gradients(loss, [variable.handle for variable in trainable_variables()])


def updates_of(variable: Variable) -> list[Tensor]:
    """The gradients that the optimizer of the file takes for a variable: those that TensorFlow has made."""
    return [
        op.inputs[op.definition.input_names.index(op.definition.apply)]
        for op in get_default_graph().get_operations()
        if op.definition.apply is not None and variable_of(op.inputs[0]) == variable.op.name
    ]


@pytest.mark.parametrize("executor", ["interpreter", "numpy"])
@pytest.mark.parametrize("folder", folders(loops=False))
def test_gradients_of_branches_are_those_that_tensorflow_has_made(folder: str, executor: str) -> None:
    expected = Expected(folder)
    with open_session(folder, executor) as session:
        loss = get_default_graph().get_tensor_by_name("loss:0")
        variables = trainable_variables()
        found = gradients(loss, [variable.handle for variable in variables])
        theirs = [gradient for variable in variables for gradient in updates_of(variable)]
        assert len(found) == len(theirs) > 0
        feeds = [expected.batch | feed for feed, _ in expected.runs]
        runs = [session.run([found, theirs], feed) for feed in feeds]
    for ours, wanted in runs:
        for gradient, other in zip(ours, wanted, strict=True):
            close(gradient, other, folder)
    assert any(np.any(gradient) for _, wanted in runs for gradient in wanted)
