"""Sessions with values in their variables, of operations that are given one by one."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from estimator.checkpoint.saver import Saver
from estimator.core.errors import DeadlineExceededError
from estimator.functions.grouping import no_op
from estimator.runtime.session import Session
from estimator.training.session_creator import WorkerSessionCreator
from estimator.training.session_manager import SessionManager
from estimator.variables.uninitialized import report_uninitialized_variables
from estimator.variables.variable import global_variables_initializer
from tests.training.loops import counting
from tests.training.test_session_creator import saved


def test_without_a_checkpoint_the_init_op_and_then_the_init_function_run(tmp_path: Path) -> None:
    calls: list[float] = []
    with counting() as model:
        manager = SessionManager(ready_op=report_uninitialized_variables())
        session = manager.prepare_session(
            "",
            init_op=global_variables_initializer(),
            saver=Saver(),
            checkpoint_dir=tmp_path,
            init_fn=lambda session: calls.append(float(session.run(model.weight))),
        )
        assert (calls, session.run(model.step)) == ([1.0], 0)


def test_the_latest_checkpoint_is_restored_and_goes_on_being_counted(tmp_path: Path) -> None:
    prefixes = [saved(tmp_path, weight, step) for weight, step in ((5.0, 1), (6.0, 2))]
    with counting() as model:
        saver = Saver()
        session, restored = SessionManager().recover_session("", saver, tmp_path)
        assert (restored, session.run(model.weight)) == (True, 6.0)
        assert saver.last_checkpoints == [str(prefix) for prefix in prefixes[1:]]


def test_a_named_checkpoint_is_restored_instead(tmp_path: Path) -> None:
    first = saved(tmp_path, 5.0, 1)
    saved(tmp_path, 6.0, 2)
    with counting() as model:
        session, _ = SessionManager().recover_session(saver=Saver(), checkpoint_filename_with_path=first)
        assert session.run(model.weight) == 5.0
        with pytest.raises(ValueError, match="both checkpoint_dir and checkpoint_filename_with_path"):
            SessionManager().prepare_session(
                "", saver=Saver(), checkpoint_dir="a", checkpoint_filename_with_path="b"
            )


def test_recovering_from_nothing_says_so(tmp_path: Path) -> None:
    with counting():
        _, restored = SessionManager().recover_session(
            "", Saver(), tmp_path, wait_for_checkpoint=True, max_wait_secs=0
        )
        assert not restored


def test_what_is_not_ready_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    closed: list[Session] = []
    close = Session.close
    monkeypatch.setattr(Session, "close", lambda session: (closed.append(session), close(session))[1])
    with counting():
        with pytest.raises(RuntimeError, match="no init_op or init_fn or local_init_op was given"):
            SessionManager().prepare_session("")
        report = report_uninitialized_variables()
        with pytest.raises(RuntimeError, match="ready for the first step.*no value for: .*weight"):
            SessionManager(ready_op=report).prepare_session("", init_op=no_op())
        local: dict[str, Any] = {"local_init_op": no_op(), "ready_for_local_init_op": report}
        with pytest.raises(RuntimeError, match="ready for local_init.*no value for: .*weight"):
            SessionManager(**local).prepare_session("")
    assert len(closed) == 3


def test_nobody_is_waited_for() -> None:
    with counting():
        with pytest.raises(DeadlineExceededError, match="no value for .*weight.*only the local process"):
            SessionManager(ready_op=report_uninitialized_variables()).wait_for_session("", max_wait_secs=60)
        with pytest.raises(DeadlineExceededError, match="no value for .*weight"):
            WorkerSessionCreator().create_session()


def test_a_graph_without_variables_is_ready_for_workers(graph: Any) -> None:
    one = graph.constant(1.0)
    assert WorkerSessionCreator().create_session().run(one) == 1.0
