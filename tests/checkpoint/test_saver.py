"""Sessions into checkpoints and back, with TensorFlow's files and its names of things."""

from __future__ import annotations

import gc
import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from estimator.checkpoint import read_cache
from estimator.checkpoint.reader import CheckpointReader, list_variables, load_variable
from estimator.checkpoint.resume import RESUME_KEY, CallState, RandomState, ResumeState
from estimator.checkpoint.saver import Saver
from estimator.core import errors
from estimator.formats import messages
from estimator.formats.bundle import BundleReader
from estimator.graph import build as b
from estimator.graph.graph import Graph
from estimator.model_dir.scripts import get_checkpoint_state, latest_checkpoint
from estimator.optimizers.gradient_descent import GradientDescentOptimizer
from estimator.runtime.session import Session
from estimator.variables.global_step import get_or_create_global_step
from estimator.variables.variable import Variable, global_variables_initializer
from tests.checkpoint.graphs import (
    add_dnn,
    add_slot,
    add_variable,
    fresh_graph,
    initialized_session,
    values_of,
)

TF_CHECKPOINT = (
    Path(__file__).parents[1] / "data" / "tf" / "dnn_iris_adagrad_default" / "model_dir" / "model.ckpt-200"
)


@pytest.fixture(autouse=True)
def _graph() -> Iterator[Graph]:
    read_cache.cache.clear()
    with fresh_graph() as graph:
        yield graph


def saved_dnn(directory: Path, *hidden: int, fill: float = 1.0) -> str:
    """The prefix of a checkpoint of another graph."""
    with fresh_graph():
        add_dnn(*hidden, fill=fill)
        return Saver().save(initialized_session(), directory / "model.ckpt", global_step=7)


def test_values_come_back_bit_for_bit(tmp_path: Path, rng: np.random.Generator) -> None:
    weights = rng.normal(size=(5, 3)).astype(np.float32)
    kernel, flags = add_variable("kernel", weights), add_variable("flags", [True, False], dtype=bool)
    words = Variable(np.array([b"a", b"b\0"], object), trainable=False, name="words")
    session = initialized_session()
    saver = Saver()
    prefix = saver.save(session, tmp_path / "model.ckpt", global_step=3)
    kernel.load(np.zeros_like(weights), session)
    flags.load([False, False], session)
    saver.restore(session, prefix)
    assert session.run(kernel).tobytes() == weights.tobytes()
    assert session.run(flags).tolist() == [True, False]
    assert session.run(words).tolist() == [b"a", b"b\0"]


def test_the_step_may_be_a_variable_and_is_part_of_the_name(tmp_path: Path) -> None:
    step = get_or_create_global_step()
    session = initialized_session()
    step.load(12, session)
    assert Saver().save(session, tmp_path / "model.ckpt", global_step=step) == str(tmp_path / "model.ckpt-12")


@pytest.mark.parametrize(
    ("path", "step", "name"),
    [("model.ckpt", None, "model.ckpt"), ("m", 4, "m-4"), ("sub/my-model", 10, "sub/my-model-10")],
)
def test_directory_and_basename_are_the_callers(
    tmp_path: Path, path: str, step: int | None, name: str
) -> None:
    add_variable("w", [1.0])
    session = initialized_session()
    prefix = Saver().save(session, tmp_path / path, global_step=step)
    assert prefix == str(tmp_path / name)
    Saver().restore(session, prefix)
    assert load_variable(prefix, "w").tolist() == [1.0]


def test_a_relative_path_without_a_directory_is_the_current_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    add_variable("w", [1.0])
    Saver().save(initialized_session(), "m.ckpt", global_step=1)
    assert (tmp_path / "m.ckpt-1.index").exists()


# What TensorFlow 2.15 calls a slot of its canned models.
SLOT_KEYS = {
    "plain": "dnn/logits/bias/Adagrad",
    "dnn_v1": "dnn/logits/bias/t_0/Adagrad",
    "linear_v1": "dnn/logits/bias/part_0/Adagrad",
}


@pytest.mark.parametrize(("dialect", "key"), SLOT_KEYS.items())
def test_slots_have_the_keys_of_the_dialect(tmp_path: Path, dialect: str, key: str) -> None:
    add_slot(add_variable("dnn/logits/bias", [1.0]), "Adagrad")
    prefix = Saver(dialect=dialect).save(initialized_session(), tmp_path / "m", global_step=1)
    assert [name for name, _ in list_variables(prefix)] == sorted(["dnn/logits/bias", key])


@pytest.mark.parametrize("dialect", SLOT_KEYS)
def test_any_dialect_is_read_and_then_kept(tmp_path: Path, dialect: str) -> None:
    slot = add_slot(add_variable("dnn/logits/bias", [1.0]), "Adagrad", 0.5)
    session = initialized_session()
    prefix = Saver(dialect=dialect).save(session, tmp_path / "m", global_step=1)
    slot.load([9.0], session)
    reader = Saver(defer_build=True)
    reader.check(prefix)
    reader.restore(session, prefix)
    assert session.run(slot).tolist() == [0.5]
    assert SLOT_KEYS[dialect] in reader.keys()


def test_a_checkpoint_that_does_not_fit_changes_no_key(tmp_path: Path) -> None:
    with fresh_graph():
        add_slot(add_variable("dnn/logits/bias", [1.0, 2.0]), "Adagrad")
        prefix = Saver(dialect="dnn_v1").save(initialized_session(), tmp_path / "m", global_step=1)
    add_slot(add_variable("dnn/logits/bias", [1.0]), "Adagrad")
    saver = Saver()
    with pytest.raises(errors.InvalidArgumentError, match="do not fit"):
        saver.check(str(prefix))
    assert saver.dialect == "plain" and SLOT_KEYS["plain"] in saver.keys()


def test_given_keys_are_used_as_they_are(tmp_path: Path) -> None:
    first = add_variable("new/w", [1.0])
    session = initialized_session()
    prefix = Saver({"old/w": first}).save(session, tmp_path / "m", global_step=1)
    assert list_variables(prefix) == [("old/w", [1])]


def test_two_variables_cannot_have_one_key() -> None:
    owner = add_variable("w", [1.0])
    add_slot(owner, "Adagrad")
    double = add_variable("w/t_0/Adagrad", [1.0])
    assert double is not owner
    with pytest.raises(ValueError, match="would both be saved as 'w/t_0/Adagrad'"):
        Saver(dialect="dnn_v1").keys()


def test_a_variable_that_is_listed_twice_is_refused() -> None:
    a, c = Variable(np.float32(1.0), name="a"), Variable(np.float32(2.0), name="c")
    with pytest.raises(ValueError, match="var_list has 'a' more than once"):
        Saver([a, c, a])


def test_a_graph_without_variables_has_nothing_to_save() -> None:
    with pytest.raises(ValueError, match="No variables to save"):
        Saver()


def test_a_deferred_saver_sees_variables_made_after_it(tmp_path: Path) -> None:
    saver = Saver(defer_build=True)
    add_variable("w", [1.0])
    assert list(saver.keys()) == ["w"]


def test_no_cycles_are_searched_during_a_save(tmp_path: Path) -> None:
    add_variable("w", [1.0])
    session = initialized_session()
    searched: list[bool] = []

    def resume(_: Session) -> ResumeState:
        searched.append(gc.isenabled())
        return ResumeState(RandomState(7, {}), {}, CallState(0, 200, None, False))

    saver = Saver()
    saver.resume = resume
    saver.save(session, tmp_path / "m")
    assert searched == [False]


def test_keys_are_found_once_and_what_is_given_may_be_changed() -> None:
    add_variable("w", [1.0])
    saver = Saver()
    keys = saver.keys()
    keys.clear()
    assert list(saver.keys()) == ["w"]
    assert list(saver.keys("dnn_v1")) == list(saver.keys("plain")) == ["w"]


def test_the_resume_tensor_travels_along_and_is_hidden(tmp_path: Path) -> None:
    add_variable("w", [1.0])
    session = initialized_session()
    state = ResumeState(RandomState(7, {"dropout": 3}), {"position": 5}, CallState(0, 200, None, False))
    saver = Saver()
    saver.resume = lambda _: state
    prefix = saver.save(session, tmp_path / "m", global_step=1)
    assert BundleReader(prefix).has(RESUME_KEY)
    assert list_variables(prefix) == [("w", [1])]
    other = Saver()
    other.restore(session, prefix)
    assert other.resumed == state


def test_a_checkpoint_without_resume_tensor_restores_no_state(tmp_path: Path) -> None:
    add_variable("w", [1.0])
    session = initialized_session()
    prefix = Saver().save(session, tmp_path / "m", global_step=1)
    saver = Saver()
    saver.resumed = ResumeState()
    saver.restore(session, prefix)
    assert saver.resumed is None


def test_the_variables_of_tensorflow_are_restored() -> None:
    # DNNClassifier([10, 10], 4 features, n_classes=3) with Adagrad, trained by TensorFlow 2.15 for 200 steps
    add_dnn(10, 10)
    session = initialized_session()
    Saver().restore(session, str(TF_CHECKPOINT))
    values = values_of(session)
    with CheckpointReader(str(TF_CHECKPOINT)) as reader:
        assert len(reader.names()) == len(values) == 13
        assert values["global_step"] == 200
        for name in reader.names():
            np.testing.assert_array_equal(values[name.replace("/t_0/", "/")], reader.get_tensor(name))


def test_what_tensorflow_wrote_is_saved_under_its_keys(tmp_path: Path) -> None:
    add_dnn(10, 10)
    session = initialized_session()
    saver = Saver()
    saver.restore(session, str(TF_CHECKPOINT))
    prefix = saver.save(session, tmp_path / "model.ckpt", global_step=201)
    assert list_variables(prefix) == list_variables(TF_CHECKPOINT)


def test_another_shape_changes_no_value(tmp_path: Path) -> None:
    prefix = saved_dnn(tmp_path, 10, 10)
    add_dnn(20, 20)
    session = initialized_session()
    before = values_of(session)
    with pytest.raises(errors.InvalidArgumentError) as caught:
        Saver().restore(session, prefix)
    # 2 kernels, 2 biases, the kernel of the logits, and their slots
    assert "10 shapes differ, 0 missing, 0 unexpected" in str(caught.value)
    assert "use the same hidden_units=[10, 10]" in str(caught.value)
    assert _same(values_of(session), before)


def test_another_type_changes_no_value(tmp_path: Path) -> None:
    with fresh_graph():
        add_variable("a", [1.0])
        add_variable("w", [1.0], dtype=np.float64)
        prefix = Saver().save(initialized_session(), tmp_path / "m", global_step=1)
    add_variable("a", [5.0])
    add_variable("w", [5.0])
    session = initialized_session()
    before = values_of(session)
    with pytest.raises(
        errors.InvalidArgumentError, match="expected dtype float does not equal original dtype double"
    ):
        Saver().restore(session, prefix)
    assert _same(values_of(session), before)


def test_missing_variables_alone_are_not_found(tmp_path: Path) -> None:
    prefix = saved_dnn(tmp_path, 10)
    add_dnn(10)
    add_variable("dnn/extra", [5.0])
    session = initialized_session()
    before = values_of(session)
    with pytest.raises(errors.NotFoundError, match="Key dnn/extra not found in checkpoint"):
        Saver().restore(session, prefix)
    assert _same(values_of(session), before)


def test_unexpected_variables_are_no_mismatch(tmp_path: Path) -> None:
    prefix = saved_dnn(tmp_path, 10, fill=2.0)
    bias = add_variable("dnn/logits/bias", [0.0, 0.0, 0.0])
    session = initialized_session()
    Saver().restore(session, prefix)
    assert session.run(bias).tolist() == [2.0, 2.0, 2.0]


def test_a_damaged_tensor_changes_no_value(tmp_path: Path) -> None:
    prefix = saved_dnn(tmp_path, 10)
    data = Path(f"{prefix}.data-00000-of-00001")
    content = bytearray(data.read_bytes())
    content[-1] ^= 1
    data.write_bytes(content)
    add_dnn(10)
    session = initialized_session()
    before = values_of(session)
    with pytest.raises(errors.DataLossError, match="Checksum does not match"):
        Saver().restore(session, prefix)
    assert _same(values_of(session), before)


def test_check_says_what_restore_would(tmp_path: Path) -> None:
    prefix = saved_dnn(tmp_path, 10)
    add_dnn(12)
    with pytest.raises(errors.InvalidArgumentError, match="do not fit"):
        Saver().check(prefix)


@pytest.mark.parametrize("path", ["no-such", "model.ckpt-7.index"])
def test_no_checkpoint_of_that_name(tmp_path: Path, path: str) -> None:
    saved_dnn(tmp_path, 10)
    add_dnn(10)
    with pytest.raises(ValueError, match="The passed save_path is not a valid checkpoint: .*model.ckpt-200"):
        Saver().restore(initialized_session(), str(tmp_path / path))


def test_none_is_no_checkpoint() -> None:
    add_variable("w", [1.0])
    with pytest.raises(
        ValueError, match="Can't load save_path when it is None.*latest_checkpoint gives None.*the path"
    ):
        Saver().restore(initialized_session(), None)


def test_a_torn_store_is_not_saved_until_it_is_restored(tmp_path: Path) -> None:
    add_variable("w", [1.0])
    session = initialized_session()
    saver = Saver()
    prefix = saver.save(session, tmp_path / "m", global_step=1)
    session.store.torn = True
    with pytest.raises(errors.FailedPreconditionError, match="Restore the last checkpoint"):
        saver.save(session, tmp_path / "m", global_step=2)
    assert not (tmp_path / "m-2.index").exists()
    saver.restore(session, prefix)
    saver.save(session, tmp_path / "m", global_step=2)
    assert (tmp_path / "m-2.index").exists()


@pytest.mark.parametrize("value", [np.nan, np.inf])
def test_what_is_not_finite_is_not_saved(tmp_path: Path, value: float) -> None:
    bad = add_variable("w", [1.0, 2.0])
    session = initialized_session()
    saver = Saver()
    saver.save(session, tmp_path / "m", global_step=1)
    before = _files(tmp_path)
    bad.load([1.0, value], session)
    with pytest.raises(errors.InvalidArgumentError, match=r"NaN or infinity in them \(w\)"):
        saver.save(session, tmp_path / "m", global_step=2)
    assert _files(tmp_path) == before


def test_what_began_as_infinity_may_be_saved(tmp_path: Path) -> None:
    best = add_variable("best_loss", np.inf, trainable=False)
    weights = add_variable("w", [1.0])
    session, saver = initialized_session(), Saver()
    prefix = saver.save(session, tmp_path / "m", global_step=1)
    best.load(0.5, session)
    saver.save(session, tmp_path / "m", global_step=2)
    best.load(np.inf, session)  # the next epoch looks for its own best
    saver.save(session, tmp_path / "m", global_step=3)
    weights.load([np.inf], session)
    with pytest.raises(errors.InvalidArgumentError, match=r"1 tensors have NaN or infinity in them \(w\)"):
        saver.save(session, tmp_path / "m", global_step=4)
    saver.restore(session, prefix)
    saver.save(session, tmp_path / "m", global_step=5)
    assert load_variable(f"{tmp_path}/m-5", "best_loss") == np.inf


def test_a_restored_value_is_what_a_variable_begins_with(tmp_path: Path) -> None:
    with fresh_graph():
        add_variable("best_loss", np.inf)
        prefix = Saver().save(initialized_session(), tmp_path / "m")
    add_variable("best_loss", 1.0)
    session, saver = initialized_session(), Saver()
    saver.restore(session, prefix)
    saver.save(session, tmp_path / "again")
    assert load_variable(f"{tmp_path}/again", "best_loss") == np.inf


def test_a_variable_without_value_is_not_saved(tmp_path: Path) -> None:
    add_variable("w", [1.0])
    with pytest.raises(errors.FailedPreconditionError, match="'w' has no value"):
        Saver().save(Session(), tmp_path / "m", global_step=1)
    assert os.listdir(tmp_path) == []


def test_a_restored_step_is_not_saved_again(tmp_path: Path) -> None:
    prefix = saved_dnn(tmp_path, 10)
    before = _files(tmp_path)
    add_dnn(10)
    session = initialized_session()
    saver = Saver()
    saver.restore(session, prefix)
    assert saver.save(session, tmp_path / "model.ckpt", global_step=7) == prefix
    assert _files(tmp_path) == before


def test_a_step_restored_from_elsewhere_is_saved_here(tmp_path: Path) -> None:
    prefix = saved_dnn(tmp_path / "a", 10)
    add_dnn(10)
    session = initialized_session()
    saver = Saver()
    saver.restore(session, prefix)
    saver.save(session, tmp_path / "b" / "model.ckpt", global_step=7)
    assert (tmp_path / "b" / "model.ckpt-7.index").exists()


def test_only_the_newest_are_kept(tmp_path: Path) -> None:
    add_variable("w", [1.0])
    session = initialized_session()
    saver = Saver(max_to_keep=2)
    for step in (1, 2, 3):
        saver.save(session, tmp_path / "m", global_step=step)
    assert sorted(each.name for each in tmp_path.glob("*.index")) == ["m-2.index", "m-3.index"]


def test_a_second_restore_reads_no_data_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    prefix = saved_dnn(tmp_path, 10, fill=3.0)
    add_dnn(10)
    session = initialized_session()
    reads: list[str] = []
    original = BundleReader.get

    def counted(self: BundleReader, name: str, out: object = None) -> object:
        reads.append(name)
        return original(self, name)

    monkeypatch.setattr(BundleReader, "get", counted)
    Saver().restore(session, prefix)
    assert len(reads) == 9  # 2 kernels, 2 biases, 4 slots, global_step
    Saver().restore(session, prefix)
    assert len(reads) == 9


def test_training_on_does_not_change_what_is_remembered(tmp_path: Path) -> None:
    prefix = saved_dnn(tmp_path, 10, fill=3.0)
    add_dnn(10)
    session = initialized_session()
    Saver().restore(session, prefix)
    session.store.storage("dnn/logits/bias").value[...] = -1.0
    Saver().restore(session, prefix)
    assert session.store.read("dnn/logits/bias").tolist() == [3.0, 3.0, 3.0]


def test_another_checkpoint_under_the_same_name_is_read(tmp_path: Path) -> None:
    first = saved_dnn(tmp_path / "a", 10, fill=3.0)
    second = saved_dnn(tmp_path / "b", 10, fill=4.0)
    add_dnn(10)
    session = initialized_session()
    Saver().restore(session, first)
    for part in (".index", ".data-00000-of-00001"):
        shutil.copy(second + part, first + part)
    Saver().restore(session, first)
    assert session.store.read("dnn/logits/bias").tolist() == [4.0, 4.0, 4.0]


def session_with(value: float = 1.0) -> tuple[Variable, Session]:
    """A variable ``w`` and a session in which it has its value."""
    variable = add_variable("w", [value])
    return variable, initialized_session()


def indexed(directory: Path) -> list[str]:
    return sorted(each.name.removesuffix(".index") for each in directory.glob("*.index"))


def named(directory: Path) -> list[str]:
    state = get_checkpoint_state(directory)
    return [] if state is None else [os.path.basename(path) for path in state.all_model_checkpoint_paths]


def test_a_loop_that_saves_every_tenth_step_leaves_six_checkpoints_of_three_files(tmp_path: Path) -> None:
    x = b.Placeholder(dtype="float32", shape=(None, 2), name="x")
    y = b.Placeholder(dtype="float32", shape=(None, 1), name="y")
    w, bias = add_variable("w", [[0.0], [0.0]]), add_variable("bias", [0.0])
    error = b.Sub(b.AddV2(b.MatMul(x, w), bias), y)
    train = GradientDescentOptimizer(0.1).minimize(b.Mean(b.Square(error), [0, 1]))
    saver = Saver(max_to_keep=6)
    feed = {"x:0": [[1.0, 2.0], [3.0, 1.0]], "y:0": [[1.0], [2.0]]}
    with Session() as session:
        session.run(global_variables_initializer())
        for step in range(50):
            session.run(train, feed)
            if step % 10 == 0:
                saver.save(session, tmp_path / "my-model", global_step=step)
        final = saver.save(session, tmp_path / "final-model.ckpt", global_step=step)
    assert final == str(tmp_path / "final-model.ckpt-49")
    assert indexed(tmp_path) == ["final-model.ckpt-49", *(f"my-model-{step}" for step in range(0, 50, 10))]
    assert len(os.listdir(tmp_path)) == 6 * 3 + 1
    state = get_checkpoint_state(tmp_path)
    assert state is not None and state.model_checkpoint_path == final
    assert len(state.all_model_checkpoint_paths) == 6


def test_retention_counts_every_basename_of_the_saver(tmp_path: Path) -> None:
    _, session = session_with()
    saver = Saver(max_to_keep=2)
    for name in ("a-1", "b", "c-x"):
        saver.save(session, tmp_path / name)
    assert indexed(tmp_path) == ["b", "c-x"]
    assert saver.last_checkpoints == [str(tmp_path / "b"), str(tmp_path / "c-x")]


def test_two_savers_in_one_directory_leave_each_other_alone(tmp_path: Path) -> None:
    _, session = session_with()
    often, best = Saver(max_to_keep=2), Saver(max_to_keep=1)
    for step in range(4):
        often.save(session, tmp_path / "m", global_step=step)
        best.save(session, tmp_path / "best", global_step=step)
    assert indexed(tmp_path) == ["best-3", "m-2", "m-3"]


def test_a_saver_that_restored_deletes_only_what_it_saves_itself(tmp_path: Path) -> None:
    # Saver(max_to_keep=2) of TensorFlow 2.15: saves 1, 2, 3; another restores 3, saves 3, 4, 5. Observed.
    _, session = session_with()
    first = Saver(max_to_keep=3)
    for step in (1, 2, 3):
        first.save(session, tmp_path / "m", global_step=step)
    second = Saver(max_to_keep=2)
    second.restore(session, tmp_path / "m-3")
    second.save(session, tmp_path / "m", global_step=3)
    assert named(tmp_path) == ["m-3"]
    for step in (4, 5):
        second.save(session, tmp_path / "m", global_step=step)
    assert named(tmp_path) == ["m-4", "m-5"]
    assert indexed(tmp_path) == ["m-1", "m-2", "m-4", "m-5"]


@pytest.mark.parametrize(
    ("steps", "listed"), [([1, 2, 1], ["m-2", "m-1"]), ([4, 3, 4], ["m-3", "m-4"])]
)  # tf.train.Saver of TensorFlow 2.15, observed
def test_values_that_are_on_disk_become_the_latest_without_being_written(
    tmp_path: Path, steps: list[int], listed: list[str]
) -> None:
    _, session = session_with()
    saver = Saver()
    for step in steps[:-1]:
        saver.save(session, tmp_path / "m", global_step=step)
    stamp = (tmp_path / f"m-{steps[-1]}.index").stat().st_mtime_ns
    saver.save(session, tmp_path / "m", global_step=steps[-1])
    assert named(tmp_path) == listed
    assert latest_checkpoint(tmp_path) == str(tmp_path / listed[-1])
    assert [os.path.basename(prefix) for prefix in saver.last_checkpoints] == listed
    assert (tmp_path / f"m-{steps[-1]}.index").stat().st_mtime_ns == stamp


def test_a_saver_that_restored_nothing_deletes_nothing_of_others(tmp_path: Path) -> None:
    _, session = session_with()
    for step in (1, 2):
        Saver(max_to_keep=1).save(session, tmp_path / "m", global_step=step)
    assert indexed(tmp_path) == ["m-1", "m-2"]


@pytest.mark.parametrize("step", [None, 5])
def test_saving_a_name_again_writes_the_new_values(tmp_path: Path, step: int | None) -> None:
    w, session = session_with(1.0)
    saver = Saver()
    saver.save(session, tmp_path / "m", global_step=step)
    w.load([2.0], session)
    prefix = saver.save(session, tmp_path / "m", global_step=step)
    assert load_variable(prefix or "", "w").tolist() == [2.0]
    stamp = os.stat(f"{prefix}.index").st_mtime_ns
    saver.save(session, tmp_path / "m", global_step=step)
    assert os.stat(f"{prefix}.index").st_mtime_ns == stamp  # the values are the same


def test_strings_that_changed_are_saved_again(tmp_path: Path) -> None:
    words = Variable(np.array([b"a", b"b\0"], object), trainable=False, name="words")
    session = initialized_session()
    saver = Saver()
    saver.save(session, tmp_path / "m", global_step=1)
    session.store.assign(words.op.name, np.array([b"a", b"b"], object))
    prefix = saver.save(session, tmp_path / "m", global_step=1)
    assert load_variable(prefix or "", "words").tolist() == [b"a", b"b"]


def test_a_path_without_a_directory_comes_back_as_it_was(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    _, session = session_with()
    saver = Saver()
    assert saver.save(session, "my-model", global_step=1000) == "my-model-1000"
    assert saver.last_checkpoints == ["my-model-1000"]
    saver.restore(session, "my-model-1000")
    assert latest_checkpoint(".") == os.path.join(".", "my-model-1000")


def test_steps_can_be_padded(tmp_path: Path) -> None:
    _, session = session_with()
    saver = Saver(pad_step_number=True, max_to_keep=1)
    assert [os.path.basename(saver.save(session, tmp_path / "m", step) or "") for step in (3, 4)] == [
        "m-00000003",
        "m-00000004",
    ]
    assert indexed(tmp_path) == ["m-00000004"]


def test_the_graph_and_the_state_may_be_left_out(tmp_path: Path) -> None:
    _, session = session_with()
    saver = Saver(max_to_keep=1)
    for step in (1, 2):
        saver.save(session, tmp_path / "m", step, write_meta_graph=False, write_state=False)
    assert sorted(os.listdir(tmp_path)) == [
        "m-1.data-00000-of-00001", "m-1.index", "m-2.data-00000-of-00001", "m-2.index",
    ]  # fmt: skip
    assert saver.last_checkpoints == []


def test_the_files_of_graph_and_state_may_have_other_names(tmp_path: Path) -> None:
    _, session = session_with()
    saver = Saver()
    saver.save(session, tmp_path / "m", 1, latest_filename="mine", meta_graph_suffix="graph")
    assert sorted(os.listdir(tmp_path)) == ["m-1.data-00000-of-00001", "m-1.graph", "m-1.index", "mine"]
    with pytest.raises(ValueError, match="'latest_filename' must not contain path components, given: 'a/b'"):
        saver.save(session, tmp_path / "m", 2, latest_filename="a/b")
    with pytest.raises(ValueError, match="names no file"):
        saver.save(session, f"{tmp_path}/")


def test_the_list_can_be_set_and_recovered(tmp_path: Path) -> None:
    _, session = session_with()
    first = Saver()
    for step in (1, 2, 3):
        first.save(session, tmp_path / "m", global_step=step)
    saver = Saver(max_to_keep=2)
    saver.recover_last_checkpoints([str(tmp_path / name) for name in ("m-2", "m-9", "m-3")])
    assert saver.last_checkpoints == [str(tmp_path / "m-2"), str(tmp_path / "m-3")]
    saver.save(session, tmp_path / "m", global_step=4)
    assert indexed(tmp_path) == ["m-1", "m-3", "m-4"]
    saver.set_last_checkpoints([str(tmp_path / "m-1"), str(tmp_path / "m-4")])
    saver.save(session, tmp_path / "m", global_step=5)
    assert indexed(tmp_path) == ["m-3", "m-4", "m-5"]


def test_a_saver_may_be_content_with_nothing(tmp_path: Path) -> None:
    saver = Saver(allow_empty=True)
    assert saver.save(Session(), tmp_path / "m", global_step=1) is None
    assert os.listdir(tmp_path) == []


def test_tensors_of_as_many_elements_may_be_reshaped(tmp_path: Path) -> None:
    first = add_variable("a", [[1.0, 2.0], [3.0, 4.0]])
    second = add_variable("b", [0.0] * 4)
    session = initialized_session()
    prefix = Saver({"w": first}).save(session, tmp_path / "m")
    with pytest.raises(errors.InvalidArgumentError, match=r"spec \[4\]"):
        Saver({"w": second}).restore(session, prefix)
    Saver({"w": second}, reshape=True).restore(session, prefix)
    assert session.run(second).tolist() == [1.0, 2.0, 3.0, 4.0]


def test_one_variable_may_be_saved_under_two_keys(tmp_path: Path) -> None:
    w, session = session_with()
    prefix = Saver({"new": w, "old": w}).save(session, tmp_path / "m")
    assert [name for name, _ in list_variables(prefix or "")] == ["new", "old"]


def test_a_damaged_latest_is_rescued_for_the_saver(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    w, session = session_with()
    saver = Saver()
    for step in (1, 2):
        w.load([float(step)], session)
        saver.save(session, tmp_path / "m", global_step=step)
    (tmp_path / "m-2.index").write_bytes(b"garbage")
    found = latest_checkpoint(tmp_path)
    assert "'m-2'" in caplog.text and "using 'm-1'" in caplog.text
    saver.restore(session, found)
    assert session.run(w).tolist() == [1.0]


def _same(left: dict[str, np.ndarray], right: dict[str, np.ndarray]) -> bool:  # type: ignore[type-arg]
    return left.keys() == right.keys() and all(np.array_equal(left[name], right[name]) for name in left)


def _files(directory: Path) -> dict[str, tuple[int, bytes]]:
    """Name to time and contents."""
    return {
        str(each.relative_to(directory)): (each.stat().st_mtime_ns, each.read_bytes())
        for each in sorted(directory.rglob("*"))
        if each.is_file()
    }


@pytest.mark.parametrize("given", [3, "w", ["w"], {"w": 3}, {"w": np.zeros(2)}])
def test_only_variables_are_saved(given: Any) -> None:
    with pytest.raises(
        TypeError, match="Variable to save is not a Variable|var_list must be a list of variables"
    ):
        Saver(given)


@pytest.mark.parametrize("step", ["x", 1.5])
def test_a_step_is_a_whole_number(tmp_path: Path, step: Any) -> None:
    add_variable("w", [1.0])
    with pytest.raises(
        TypeError, match=f"global_step must be a whole number or a tensor of one, given: {step!r}"
    ):
        Saver().save(initialized_session(), tmp_path / "model.ckpt", global_step=step)
    assert os.listdir(tmp_path) == []


def test_session_and_path_are_told_apart_from_others(tmp_path: Path) -> None:
    add_variable("w", [1.0])
    saver, session = Saver(), initialized_session()
    with pytest.raises(TypeError, match="the first argument is the Session with the values, given: None"):
        saver.save(None, tmp_path / "model.ckpt")  # type: ignore[arg-type]
    with pytest.raises(TypeError, match=r"save_path must be a path such as .*, given: 3\."):
        saver.save(session, 3)  # type: ignore[arg-type]
    with pytest.raises(TypeError, match=r"save_path must be a path such as .*, given: 3\."):
        saver.restore(session, 3)  # type: ignore[arg-type]


def test_max_to_keep_is_a_number(graph: Graph) -> None:
    with pytest.raises(TypeError, match="max_to_keep must be a whole number, or None for all; given: '5'"):
        Saver([Variable(1.0)], max_to_keep="5")  # type: ignore[arg-type]


def test_what_is_saved_without_a_state_leaves_the_list_as_it_was(tmp_path: Path) -> None:
    # tf.train.Saver of TensorFlow 2.15, observed
    _, session = session_with()
    saver = Saver(max_to_keep=2)
    for step in (1, 2):
        saver.save(session, tmp_path / "m", global_step=step)
    saver.save(session, tmp_path / "m", global_step=1, write_state=False)
    assert named(tmp_path) == ["m-1", "m-2"]
    assert [os.path.basename(prefix) for prefix in saver.last_checkpoints] == ["m-1", "m-2"]


def test_a_saver_describes_itself_as_its_meta_file_does(tmp_path: Path) -> None:
    _, session = session_with()
    saver = Saver(max_to_keep=3, keep_checkpoint_every_n_hours=2.0)
    prefix = saver.save(session, tmp_path / "m", global_step=1)
    in_file = messages.parse("MetaGraphDef", Path(f"{prefix}.meta").read_bytes(), "test").saver_def
    found = saver.as_saver_def()
    assert found == in_file and found is saver.saver_def and saver.to_proto() == found
    assert (found.restore_op_name, found.max_to_keep) == ("save/restore_all", 3)
    assert found.keep_checkpoint_every_n_hours == 2.0


def test_a_saver_is_made_of_what_another_says_of_itself() -> None:
    add_variable("w", [1.0])
    described = Saver(max_to_keep=7, keep_checkpoint_every_n_hours=3.0).as_saver_def()
    for saver in (Saver(saver_def=described), Saver.from_proto(described)):
        assert (saver.max_to_keep, saver.keep_checkpoint_every_n_hours) == (7, 3.0)
        assert list(saver.keys()) == ["w"]


def test_a_saver_that_is_not_built_says_nothing_of_itself() -> None:
    assert Saver(defer_build=True).as_saver_def() is None  # as in TensorFlow


def test_what_is_not_a_saver_def_is_refused() -> None:
    with fresh_graph(), pytest.raises(TypeError, match=r"as Saver.as_saver_def\(\) gives it; given: 'x'"):
        Saver(saver_def="x")
