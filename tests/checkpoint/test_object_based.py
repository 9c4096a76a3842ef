"""Checkpoints of named arrays and variables."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from estimator.checkpoint.object_based import Checkpoint
from estimator.checkpoint.reader import list_variables, load_variable
from estimator.checkpoint.saver import Saver
from estimator.core import errors
from estimator.graph import build as b
from estimator.graph.graph import Graph
from estimator.model_dir.scripts import get_checkpoint_state
from estimator.optimizers.adam import AdamOptimizer
from estimator.runtime.own_session import session_at_hand
from estimator.runtime.session import Session
from tests.checkpoint.graphs import add_variable, fresh_graph, initialized_session

TF = Path(__file__).parents[1] / "data" / "tf" / "bundle_object_based"


@pytest.fixture(autouse=True)
def _graph() -> Iterator[Graph]:
    with fresh_graph() as graph:
        yield graph


def filled(value: float = 0.0) -> dict[str, Any]:
    return {
        "model": {"w": np.full((4, 3), value, np.float32), "b": np.full(3, value, np.float32)},
        "step": np.array(int(value)),
    }


def test_arrays_are_restored_in_place(tmp_path: Path) -> None:
    objects = filled(2)
    checkpoint = Checkpoint(**objects)
    prefix = checkpoint.save(tmp_path / "ckpt")
    objects["model"]["w"][:] = 0
    objects["step"][...] = 9
    checkpoint.restore(prefix).assert_consumed()
    assert objects["model"]["w"].tolist() == [[2.0] * 3] * 4 and int(checkpoint.step) == 2


def test_keys_are_those_of_tensorflow(tmp_path: Path) -> None:
    prefix = Checkpoint(**filled()).save(tmp_path / "raw")
    end = ".ATTRIBUTES/VARIABLE_VALUE"
    assert list_variables(prefix) == [
        ("_CHECKPOINTABLE_OBJECT_GRAPH", []), (f"model/b/{end}", [3]), (f"model/w/{end}", [4, 3]),
        (f"save_counter/{end}", []), (f"step/{end}", []),
    ]  # fmt: skip


def test_a_checkpoint_of_tensorflow_is_restored_by_the_names_of_its_objects() -> None:
    expected = np.load(TF / "expected.npz")
    w, m, rate = np.zeros((4, 3), np.float32), np.zeros(3, np.float32), np.array(0, np.float32)
    checkpoint = Checkpoint(model={"w": w, "b": m}, optimizer={"learning_rate": rate})
    status = checkpoint.restore(TF / "ckpt-1").assert_existing_objects_matched()
    assert np.array_equal(w, expected["model/w/.ATTRIBUTES/VARIABLE_VALUE"])
    assert rate == expected["optimizer/learning_rate/.ATTRIBUTES/VARIABLE_VALUE"]
    assert int(checkpoint.save_counter) == 1
    with pytest.raises(AssertionError, match=r"values of .* have no object: .*OPTIMIZER_SLOT"):
        status.assert_consumed()


def test_saves_are_numbered_over_processes_and_named_in_the_state_file(tmp_path: Path) -> None:
    first = Checkpoint(**filled())
    assert [os.path.basename(first.save(tmp_path / "ckpt")) for _ in range(2)] == ["ckpt-1", "ckpt-2"]
    second = Checkpoint(**filled())
    second.restore(tmp_path / "ckpt-2")
    assert second.save(tmp_path / "ckpt") == str(tmp_path / "ckpt-3")
    state = get_checkpoint_state(tmp_path)
    assert state is not None and state.all_model_checkpoint_paths == [str(tmp_path / "ckpt-3")]
    assert not list(tmp_path.glob("*.meta"))


def test_writing_touches_no_state_file(tmp_path: Path) -> None:
    assert Checkpoint(**filled()).write(tmp_path / "new" / "raw") == str(tmp_path / "new" / "raw")
    assert sorted(os.listdir(tmp_path / "new")) == ["raw.data-00000-of-00001", "raw.index"]


def test_variables_are_those_of_the_session(tmp_path: Path) -> None:
    w = add_variable("some/w", [1.0, 2.0])
    session = initialized_session()
    checkpoint = Checkpoint(w=w)
    prefix = checkpoint.save(tmp_path / "ckpt", session=session)
    w.load([0.0, 0.0], session)
    with session.as_default():
        checkpoint.restore(prefix)
    assert session.run(w).tolist() == [1.0, 2.0]
    assert load_variable(prefix, "w/.ATTRIBUTES/VARIABLE_VALUE").tolist() == [1.0, 2.0]


def test_without_a_session_variables_are_those_of_their_graphs_own(tmp_path: Path) -> None:
    w = add_variable("w", [1.0])
    checkpoint = Checkpoint(w=w)
    prefix = checkpoint.save(tmp_path / "ckpt")
    session_at_hand(w.graph).run(b.AssignVariableOp(w.handle, np.array([7.0], np.float32)))
    assert load_variable(checkpoint.save(tmp_path / "ckpt"), "w/.ATTRIBUTES/VARIABLE_VALUE").tolist() == [7.0]
    checkpoint.restore(prefix).assert_consumed()
    assert session_at_hand(w.graph).run(w).tolist() == [1.0]


def test_a_session_that_somebody_has_entered_initializes_nothing_by_itself(tmp_path: Path) -> None:
    w = add_variable("w", [1.0])
    with Session(), pytest.raises(errors.FailedPreconditionError, match="'w' has no value yet"):
        Checkpoint(w=w).save(tmp_path / "ckpt")
    assert os.listdir(tmp_path) == []


def test_a_failed_save_uses_up_no_number(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"")
    checkpoint = Checkpoint(**filled())
    with pytest.raises(errors.OpError):
        checkpoint.save(tmp_path / "file" / "ckpt")
    assert int(checkpoint.save_counter) == 0


def test_what_only_writes_and_reads_has_no_counter(tmp_path: Path) -> None:
    prefix = Checkpoint(**filled(2)).write(tmp_path / "raw")
    assert "save_counter" not in str(list_variables(prefix))
    Checkpoint(**filled()).read(prefix).assert_consumed()
    Checkpoint(**filled()).restore(
        prefix
    ).assert_consumed()  # which counts, and has nothing to restore it from


def test_none_restores_nothing() -> None:
    objects = filled(2)
    status = Checkpoint(**objects).restore(None).expect_partial()
    assert objects["step"] == 2
    with pytest.raises(AssertionError, match="path of the checkpoint was None"):
        status.assert_consumed()


def test_other_shapes_and_types_are_one_table_and_change_nothing(tmp_path: Path) -> None:
    prefix = Checkpoint(**filled(2)).save(tmp_path / "ckpt")
    model = {"w": np.zeros((4, 5), np.float32), "b": np.zeros(3)}
    step = np.array(7)
    with pytest.raises(errors.InvalidArgumentError) as raised:
        Checkpoint(model=model, step=step).restore(prefix)
    assert "2 of 4 variables of the model do not fit" in str(raised.value)
    assert "[4,3]" in str(raised.value) and "float64" in str(raised.value)
    assert step == 7


def test_what_the_checkpoint_does_not_have_keeps_its_value(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    prefix = Checkpoint(**filled(2)).save(tmp_path / "ckpt")
    extra, step = np.array(5.0), np.array(0)
    status = Checkpoint(step=step, extra=extra).restore(prefix)
    assert (step, extra) == (2, 5.0)
    assert "no value for extra; what they have stays" in caplog.text
    status.assert_nontrivial_match()
    with pytest.raises(AssertionError, match="1 missing"):
        status.assert_existing_objects_matched()


def test_nothing_in_common_is_no_match(tmp_path: Path) -> None:
    prefix = Checkpoint(**filled(2)).save(tmp_path / "raw")
    checkpoint = Checkpoint(other=np.zeros(2))
    status = checkpoint.restore(prefix)
    status.assert_nontrivial_match()  # the counter is everybody's
    with pytest.raises(AssertionError, match="other"):
        status.assert_existing_objects_matched()


def test_a_checkpoint_of_a_saver_is_restored_by_plain_names(tmp_path: Path) -> None:
    add_variable("model/w", [1.0, 2.0])
    prefix = Saver().save(initialized_session(), tmp_path / "m")
    w = np.zeros(2, np.float32)
    Checkpoint(model={"w": w}).restore(prefix).assert_consumed()
    assert w.tolist() == [1.0, 2.0]


def test_variables_of_a_savers_checkpoint_are_found_by_their_own_names(tmp_path: Path) -> None:
    add_variable("dense/kernel", [1.0, 2.0])
    prefix = Saver().save(initialized_session(), tmp_path / "m")
    with fresh_graph():
        kernel = add_variable("dense/kernel", [0.0, 0.0])
        Checkpoint(model={"layers": [{"kernel": kernel}]}).restore(prefix).assert_consumed()
        assert session_at_hand(kernel.graph).run(kernel).tolist() == [1.0, 2.0]


def test_a_missing_checkpoint_is_named_with_what_may_be_missing(tmp_path: Path) -> None:
    with pytest.raises(errors.NotFoundError, match=r"nope.*You may be missing the checkpoint suffix"):
        Checkpoint(**filled()).restore(tmp_path / "nope")


def test_who_gives_a_directory_is_told_how_to_find_its_latest_checkpoint(tmp_path: Path) -> None:
    Checkpoint(**filled()).save(tmp_path / "ckpt")
    with pytest.raises(errors.NotFoundError, match=r"It is a directory; .* tf.train.latest_checkpoint\('"):
        Checkpoint(**filled()).restore(tmp_path)


def test_read_only_arrays_are_named_before_anything_changes(tmp_path: Path) -> None:
    prefix = Checkpoint(**filled(2)).save(tmp_path / "ckpt")
    objects = filled(0)
    objects["model"]["w"].flags.writeable = False
    with pytest.raises(errors.InvalidArgumentError, match="read-only.*: model/w"):
        Checkpoint(**objects).restore(prefix)
    assert objects["step"] == 0


def test_infinity_strings_and_arrays_of_one_number_travel(tmp_path: Path) -> None:
    best, words = np.array(np.inf), np.array([b"a", b"b\0"], object)
    checkpoint = Checkpoint(best=best, words=words)
    prefix = checkpoint.save(tmp_path / "ckpt")
    best[...], words[:] = 0.0, b""
    checkpoint.restore(prefix).assert_consumed()
    assert np.isinf(best) and words.tolist() == [b"a", b"b\0"]


def test_objects_are_attributes_and_attributes_become_objects(tmp_path: Path) -> None:
    checkpoint = Checkpoint({"a b": np.array(1)}, step=np.array(0))
    checkpoint.step += 1
    checkpoint.late = np.array(4)
    prefix = checkpoint.write(tmp_path / "raw")
    assert load_variable(prefix, "late/.ATTRIBUTES/VARIABLE_VALUE") == 4
    assert load_variable(prefix, "step/.ATTRIBUTES/VARIABLE_VALUE") == 1
    with pytest.raises(AttributeError, match="no object 'stop'; it has: a b, step, late"):
        checkpoint.stop  # noqa: B018
    with pytest.raises(TypeError, match=r"np.array\(3\)"):
        checkpoint.number = 3


def test_checkpoints_can_be_nested(tmp_path: Path) -> None:
    inner = Checkpoint(w=np.array(1.0))
    prefix = Checkpoint(inner=inner).write(tmp_path / "raw")
    assert load_variable(prefix, "inner/w/.ATTRIBUTES/VARIABLE_VALUE") == 1.0


def trained_by_adam(tmp_path: Path) -> tuple[Any, str]:
    """(Session, prefix): a variable and a step after one step of Adam, and where both and Adam were saved."""
    w, step, adam, train_op = adam_step()
    session = initialized_session()
    session.run(train_op)
    return session, Checkpoint(step=step, optimizer=adam, weight=w).save(tmp_path / "ckpt", session)


def adam_step() -> tuple[Any, Any, AdamOptimizer, Any]:
    w, step = add_variable("weight", [[1.0], [2.0]]), add_variable("global_step", 0)
    adam = AdamOptimizer(0.1)
    return w, step, adam, adam.minimize(b.Sum(b.Square(w), np.array([0, 1], np.int32)), step)


def test_an_optimizer_is_saved_under_tensorflows_keys(tmp_path: Path) -> None:
    _, prefix = trained_by_adam(tmp_path)
    end = ".ATTRIBUTES/VARIABLE_VALUE"
    # as TensorFlow 2.15 writes tf.compat.v1.train.AdamOptimizer
    assert list_variables(prefix) == [
        ("_CHECKPOINTABLE_OBJECT_GRAPH", []), (f"optimizer/beta1_power/{end}", []),
        (f"optimizer/beta2_power/{end}", []), (f"save_counter/{end}", []), (f"step/{end}", []),
        (f"weight/{end}", [2, 1]), (f"weight/.OPTIMIZER_SLOT/optimizer/m/{end}", [2, 1]),
        (f"weight/.OPTIMIZER_SLOT/optimizer/v/{end}", [2, 1]),
    ]  # fmt: skip


def test_an_optimizer_goes_on_bit_for_bit_in_a_session_that_is_opened_later(tmp_path: Path) -> None:
    session, prefix = trained_by_adam(tmp_path)
    session.run("Adam")
    expected = session.run("weight:0")
    with fresh_graph():
        w, step, adam, train_op = adam_step()
        extra = add_variable("extra", [5.0])
        status = Checkpoint(extra=extra, weight=w, optimizer=adam, step=step).restore(prefix)
        other = Session()
        status.initialize_or_restore(other)
        other.run(train_op)
        assert np.array_equal(other.run(w), expected)
        assert (other.run(step), other.run(extra)) == (2, 5.0)


def test_without_a_checkpoint_variables_are_initialized(tmp_path: Path) -> None:
    w, step, adam, train_op = adam_step()
    status = Checkpoint(weight=w, optimizer=adam, step=step).restore(None)
    with Session() as session:
        with pytest.raises(
            AssertionError, match=r"initialize_or_restore\(session\) initializes the variables"
        ):
            status.run_restore_ops()
        status.initialize_or_restore()
        session.run(train_op)
        assert session.run(step) == 1


def test_slots_of_variables_that_are_not_stored_are_left_out(tmp_path: Path) -> None:
    _, step, adam, _ = adam_step()
    prefix = Checkpoint(step=step, optimizer=adam).save(tmp_path / "ckpt", initialized_session())
    assert [name for name, _ in list_variables(prefix) if "SLOT" in name] == []
