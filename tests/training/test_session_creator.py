"""Where the values of a session come from, and in which order."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from estimator.checkpoint.saver import Saver
from estimator.core.errors import OpError
from estimator.functions.grouping import no_op
from estimator.graph import build as b
from estimator.graph.graph import Graph, get_default_graph
from estimator.graph.keys import GraphKeys
from estimator.model_dir.start import Start
from estimator.runtime.session import Session
from estimator.training.scaffold import Scaffold
from estimator.training.session_creator import ChiefSessionCreator
from estimator.variables.variable import Variable
from tests.training.loops import counting


def saved(directory: Path, weight: float, step: int) -> str:
    """A checkpoint of the counting model."""
    with counting() as model, Session() as session:
        session.run([model.weight.initializer, model.step.initializer])
        model.weight.load(np.float32(weight), session)
        return Saver().save(session, directory / "model.ckpt", global_step=step)


def test_without_a_checkpoint_the_initializers_run(tmp_path: Path) -> None:
    with counting() as model:
        session = ChiefSessionCreator(checkpoint_dir=tmp_path).create_session()
        assert session.run([model.weight, model.step]) == [1.0, 0]


def test_the_latest_checkpoint_is_restored(tmp_path: Path) -> None:
    saved(tmp_path, 5.0, 1)
    saved(tmp_path, 6.0, 2)
    with counting() as model:
        assert ChiefSessionCreator(checkpoint_dir=tmp_path).create_session().run(model.weight) == 6.0


def test_a_named_checkpoint_is_restored_instead(tmp_path: Path) -> None:
    first = saved(tmp_path, 5.0, 1)
    saved(tmp_path, 6.0, 2)
    with counting() as model:
        creator = ChiefSessionCreator(checkpoint_filename_with_path=first)
        assert creator.create_session().run(model.weight) == 5.0


def test_the_saver_goes_on_with_the_list_of_the_directory_and_not_of_a_named_checkpoint(
    tmp_path: Path,
) -> None:
    with counting() as model, Session() as session:
        session.run([model.weight.initializer, model.step.initializer])
        earlier = Saver()
        prefixes = [str(earlier.save(session, tmp_path / "model.ckpt", global_step=step)) for step in (1, 2)]
    with counting():
        ChiefSessionCreator(Scaffold(saver=(own := Saver())), checkpoint_dir=tmp_path).create_session()
        assert own.last_checkpoints == prefixes
    with counting():
        creator = ChiefSessionCreator(
            Scaffold(saver=(own := Saver())), checkpoint_filename_with_path=prefixes[1]
        )
        creator.create_session()
        assert own.last_checkpoints == []


def test_the_init_function_runs_after_the_init_op_and_not_after_a_restore(tmp_path: Path) -> None:
    calls: list[Any] = []

    def init_fn(scaffold: Scaffold, session: Session) -> None:
        calls.append(float(session.run("weight:0")))

    for _ in range(2):
        with counting() as model:
            session = ChiefSessionCreator(Scaffold(init_fn=init_fn), checkpoint_dir=tmp_path).create_session()
            Saver([model.weight, model.step]).save(session, tmp_path / "model.ckpt", global_step=1)
    assert calls == [1.0]


def test_an_init_op_that_leaves_a_variable_out_is_an_error_that_names_it() -> None:
    with (
        counting(),
        pytest.raises(RuntimeError, match=r"init_op and init_fn did not .* no value for global_step, weight"),
    ):
        ChiefSessionCreator(Scaffold(init_op=no_op())).create_session()


def test_the_users_ready_op_lists_what_is_missing() -> None:
    with counting(), pytest.raises(RuntimeError, match="ready for the first step: no value for table"):
        ChiefSessionCreator(Scaffold(ready_op=b.Identity(["table"]))).create_session()


def test_a_local_init_op_that_leaves_a_variable_out_is_an_error_that_names_it() -> None:
    # as TensorFlow's ready_op, which lists local variables too
    with counting(), pytest.raises(RuntimeError, match="ready for the first step: no value for total"):
        Variable(3.0, name="total", collections=[GraphKeys.LOCAL_VARIABLES], trainable=False)
        ChiefSessionCreator(Scaffold(local_init_op=no_op())).create_session()


def test_local_variables_are_initialised_after_a_restore_too(tmp_path: Path) -> None:
    saved(tmp_path, 5.0, 1)
    with counting():
        total = Variable(3.0, name="total", collections=[GraphKeys.LOCAL_VARIABLES], trainable=False)
        assert ChiefSessionCreator(checkpoint_dir=tmp_path).create_session().run(total) == 3.0


def test_where_nobody_saves_a_restored_graph_gets_no_operations_of_first_values(tmp_path: Path) -> None:
    start = Start.named(saved(tmp_path, 5.0, 1))
    with counting() as model:
        local = Variable(np.float32(2.0), name="local", collections=[GraphKeys.LOCAL_VARIABLES])
        scaffold = Scaffold(saver=Saver([model.weight, model.step]))
        session = ChiefSessionCreator(scaffold, start=start, saves=False).create_session()
        assert session.run([model.weight, local]) == [5.0, 2.0]
        assert (scaffold.init_op, scaffold.ready_op, scaffold.ready_for_local_init_op) == (None, None, None)
    with counting() as model:
        scaffold = Scaffold()
        ChiefSessionCreator(scaffold, start=start).create_session()
        assert scaffold.init_op is not None  # a training writes its graph
    with counting() as model:
        scaffold = Scaffold()
        session = ChiefSessionCreator(scaffold, start=Start(None), saves=False).create_session()
        assert session.run(model.weight) == 1.0


@pytest.mark.parametrize("key", [GraphKeys.GLOBAL_VARIABLES, GraphKeys.LOCAL_VARIABLES])
def test_without_these_operations_a_variable_without_a_value_is_named_too(key: str, tmp_path: Path) -> None:
    start = Start.named(saved(tmp_path, 5.0, 1))
    with counting() as model:
        Variable(np.float32(2.0), name="left_out", collections=[key])
        scaffold = Scaffold(saver=Saver([model.weight, model.step]), local_init_op=no_op())
        with pytest.raises(RuntimeError, match=r"no value for left_out. Give these variables their values"):
            ChiefSessionCreator(scaffold, start=start, saves=False).create_session()


def test_a_mismatch_is_told_before_anything_is_run(tmp_path: Path) -> None:
    saved(tmp_path, 5.0, 1)
    with counting(), pytest.raises(OpError, match="extra"):
        Variable(1.0, name="extra")
        ChiefSessionCreator(checkpoint_dir=tmp_path).create_session()


def test_a_finalized_scaffold_has_all_its_parts_and_the_graph_is_closed() -> None:
    with counting() as model:
        model.graph.add_to_collection(GraphKeys.SUMMARIES, b.ScalarSummary("loss", model.loss))
        scaffold = Scaffold().finalize()
        assert scaffold.init_op.name == "init"
        assert scaffold.summary_op.op.name == "Merge/MergeSummary"
        assert isinstance(scaffold.saver, Saver)
        assert model.graph.finalized


def test_parts_come_from_the_collections_before_they_are_made() -> None:
    with counting() as model:
        saver = Saver()
        model.graph.add_to_collection(GraphKeys.SAVERS, saver)
        assert Scaffold().finalize().saver is saver


def test_two_of_a_kind_in_a_collection_are_an_error() -> None:
    with (
        counting() as model,
        pytest.raises(RuntimeError, match="More than one item in collection 'savers'"),
    ):
        model.graph.add_to_collections([GraphKeys.SAVERS], Saver())
        model.graph.add_to_collections([GraphKeys.SAVERS], Saver())
        Scaffold().finalize()


def test_what_is_not_given_is_copied_from_another_scaffold() -> None:
    with Graph().as_default():
        init_op, local_init_op = no_op(), no_op()
        other = Scaffold(init_op=init_op, local_init_op=no_op(), init_fn=lambda scaffold, session: None)
        copy = Scaffold(local_init_op=local_init_op, copy_from_scaffold=other)
        assert (copy.init_op, copy.local_init_op) == (init_op, local_init_op)
        assert copy.init_fn is not None


def test_a_scaffold_is_copied_from_a_scaffold_only() -> None:
    with pytest.raises(TypeError, match="copy_from_scaffold is not a Scaffold instance, given: 'x'"):
        Scaffold(copy_from_scaffold="x")  # type: ignore[arg-type]


def test_a_graph_without_variables_has_no_saver_and_runs() -> None:
    with Graph().as_default():
        answer = b.Identity(42.0)
        assert ChiefSessionCreator().create_session().run(answer) == 42.0
        assert get_default_graph().finalized


def test_another_master_is_refused() -> None:
    with pytest.raises(ValueError, match="grpc://x:1"):
        ChiefSessionCreator(master="grpc://x:1")
