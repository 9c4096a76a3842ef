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
from estimator.formats.bundle import BundleReader
from estimator.formats.bundle_data import DataFiles
from estimator.graph.graph import Graph
from estimator.runtime.session import Session
from estimator.variables.global_step import get_or_create_global_step
from estimator.variables.variable import Variable
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
    original = DataFiles.read

    def counted(self: DataFiles, name: str, *where: Any) -> None:
        reads.append(name)
        original(self, name, *where)

    monkeypatch.setattr(DataFiles, "read", counted)
    Saver().restore(session, prefix)
    assert len(reads) == 1  # all that is small in one go
    Saver().restore(session, prefix)
    assert len(reads) == 1


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
    with pytest.raises(TypeError, match="the first argument is a Session, given: None"):
        saver.save(None, tmp_path / "model.ckpt")  # type: ignore[arg-type]
    with pytest.raises(TypeError, match=r"save_path must be a path such as .*, given: 3\."):
        saver.save(session, 3)  # type: ignore[arg-type]
    with pytest.raises(TypeError, match=r"save_path must be a path such as .*, given: 3\."):
        saver.restore(session, 3)  # type: ignore[arg-type]
    session.close()
    with pytest.raises(RuntimeError, match="closed Session"):
        saver.save(session, tmp_path / "model.ckpt")
