"""Which files a saver writes, keeps, lists and deletes, and what it says of itself."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from estimator.checkpoint import read_cache
from estimator.checkpoint.import_meta import import_meta_graph
from estimator.checkpoint.reader import list_variables, load_variable
from estimator.checkpoint.saver import Saver
from estimator.core import errors
from estimator.formats import messages
from estimator.graph import build as b
from estimator.graph.graph import Graph
from estimator.model_dir.scripts import get_checkpoint_state, latest_checkpoint
from estimator.optimizers.gradient_descent import GradientDescentOptimizer
from estimator.runtime.session import Session
from estimator.variables.variable import Variable, global_variables_initializer
from tests.checkpoint.graphs import (
    add_variable,
    fresh_graph,
    initialized_session,
)


@pytest.fixture(autouse=True)
def _graph() -> Iterator[Graph]:
    read_cache.cache.clear()
    with fresh_graph() as graph:
        yield graph


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


def test_the_last_checkpoints_are_written_as_save_has_given_them(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    _, session = session_with()
    saver = Saver()
    given = [saver.save(session, "./my-model", global_step=step) for step in (1, 2)]
    assert given == saver.last_checkpoints == ["./my-model-1", "./my-model-2"]


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
    with fresh_graph(), pytest.raises(ValueError, match=r"as Saver.as_saver_def\(\) gives it; given: 'x'"):
        Saver(saver_def="x")


def test_a_savers_name_is_that_of_its_operations() -> None:
    add_variable("w", [1.0])
    described = Saver(name="mine").as_saver_def()
    # what tf.train.Saver(name="mine").as_saver_def() of TensorFlow 2.15.1 says
    assert described.filename_tensor_name == "mine/Const:0"
    assert (described.save_tensor_name, described.restore_op_name) == (
        "mine/control_dependency:0", "mine/restore_all",
    )  # fmt: skip
    assert Saver(name="w").as_saver_def().restore_op_name == "w_1/restore_all"


def test_a_savers_message_may_be_of_a_scope() -> None:
    add_variable("w", [1.0])
    saver = Saver(name="outer/mine")
    within = saver.to_proto(export_scope="outer")
    assert (within.restore_op_name, saver.to_proto(export_scope="other")) == ("mine/restore_all", None)
    assert Saver.from_proto(within, import_scope="outer").as_saver_def() == saver.as_saver_def()


def test_a_saver_that_is_not_built_saves_nothing(tmp_path: Path) -> None:
    _, session = session_with()
    saver = Saver(defer_build=True)
    with pytest.raises(RuntimeError, match=r"`build\(\)` should be called before save"):
        saver.save(session, tmp_path / "m")
    saver.build()
    assert saver.save(session, tmp_path / "m") is not None


def test_what_has_no_effect_is_told_once(caplog: pytest.LogCaptureFixture) -> None:
    add_variable("w", [1.0])
    for _ in range(2):
        Saver(write_version=messages.SaverDef.V1)
    told = [record.getMessage() for record in caplog.records]
    assert told == ["tf.train.Saver: write_version=V1 has no effect here."]
    assert Saver(write_version=messages.SaverDef.V2).as_saver_def().version == messages.SaverDef.V2


def test_a_name_that_is_no_text_is_refused() -> None:
    variable = add_variable("w", [1.0])
    with pytest.raises(TypeError, match="var_list maps names to variables; 3 is no name"):
        Saver({3: variable})  # type: ignore[dict-item]


def test_attributes_that_have_their_defaults_may_be_left_out_of_the_graph(tmp_path: Path) -> None:
    _, session = session_with()
    product = b.MatMul([[1.0]], [[2.0]], transpose_b=True, name="product")
    saver = Saver()
    whole, bare = (
        messages.parse("MetaGraphDef", Path(f"{prefix}.meta").read_bytes(), "g")
        for prefix in (
            saver.save(session, tmp_path / "whole"),
            saver.save(session, tmp_path / "bare", strip_default_attrs=True),
        )
    )
    nodes = [
        next(node for node in meta.graph_def.node if node.name == product.op.name) for meta in (whole, bare)
    ]
    assert [sorted(node.attr) for node in nodes] == [
        ["T", "transpose_a", "transpose_b"],
        ["T", "transpose_b"],
    ]
    assert (whole.meta_info_def.stripped_default_attrs, bare.meta_info_def.stripped_default_attrs) == (
        False,
        True,
    )
    with Graph().as_default() as graph:
        import_meta_graph(tmp_path / "bare.meta")
        assert graph.get_operation_by_name("product").get_attr("transpose_a") is False


def test_fewer_than_no_checkpoints_cannot_be_kept() -> None:
    add_variable("w", [1.0])
    with pytest.raises(ValueError, match="max_to_keep must be 0 or more, or None for all; given: -1"):
        Saver(max_to_keep=-1)
