"""First values from another checkpoint. The quoted sentences are TensorFlow 2.15's."""

from __future__ import annotations

import logging
import re
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from estimator.checkpoint.reader import load_variable
from estimator.checkpoint.saver import Saver
from estimator.checkpoint.warm_start import (
    VocabInfo,
    WarmStartSettings,
    plan_warm_start,
    warm_start_settings,
)
from estimator.core import errors
from estimator.graph.graph import Graph, get_default_graph
from estimator.runtime.session import Session
from estimator.variables.variable import global_variables
from tests.checkpoint.graphs import (
    add_dnn,
    add_slot,
    add_variable,
    fresh_graph,
    initialized_session,
    values_of,
)

TF_MODEL_DIR = Path(__file__).parents[1] / "data" / "tf" / "dnn_iris_adagrad_default" / "model_dir"


@pytest.fixture(autouse=True)
def _graph() -> Iterator[Graph]:
    with fresh_graph() as graph:
        yield graph


@pytest.fixture
def old(tmp_path: Path) -> Path:
    """A directory with model.ckpt-12: a DNN whose weights and slots are all 7."""
    with fresh_graph():
        add_dnn(5, fill=7.0, slot=7.0)
        session = initialized_session()
        session.store.assign("global_step", np.int64(12))
        Saver().save(session, tmp_path / "old" / "model.ckpt", global_step=12)
    return tmp_path / "old"


def warm_started(settings: Any) -> Session:
    """A session of the default graph after the warm start."""
    read = warm_start_settings(settings)
    assert read is not None
    session = initialized_session()
    plan_warm_start(get_default_graph(), read).apply(session)
    return session


def changed(session: Session) -> list[str]:
    """The variables that a warm start from `old` has given values, in a graph of zeros, slots 0.1, step 0."""
    started = {"global_step": 12}
    return sorted(
        name for name, value in values_of(session).items() if np.all(value == started.get(name, 7.0))
    )


WEIGHTS = ["dnn/hiddenlayer_0/bias", "dnn/hiddenlayer_0/kernel", "dnn/logits/bias", "dnn/logits/kernel"]


# -- what is meant by the argument


def test_nothing_is_no_warm_start() -> None:
    assert warm_start_settings(None) is None


def test_a_path_means_its_trainable_variables(tmp_path: Path) -> None:
    assert warm_start_settings("a/b") == WarmStartSettings("a/b", vars_to_warm_start=".*")
    assert warm_start_settings(tmp_path) == WarmStartSettings(tmp_path)


@pytest.mark.parametrize("value", [3, ["a"]])
def test_other_types_are_refused(value: Any) -> None:
    with pytest.raises(ValueError) as caught:
        warm_start_settings(value)
    expected = f"warm_start_from must be a string or a WarmStartSettings, instead got {type(value)}"
    assert str(caught.value).startswith(expected)


def test_an_empty_path_is_refused() -> None:
    with pytest.raises(ValueError, match="`ckpt_to_initialize_from` MUST be set in WarmStartSettings"):
        warm_start_settings("")


@pytest.mark.parametrize(
    ("patterns", "message"),
    [
        ("dnn/(", "'dnn/\\(' is not a regular expression"),
        (["ok", "["], "'\\[' is not a regular expression"),
        (5, "given: 5"),
        ([1, 2], "given: a list of \\['int'\\]"),
        (["a", 1], "given: a list of \\['int', 'str'\\]"),
    ],
)
def test_patterns_are_checked_when_the_settings_are_made(patterns: Any, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        WarmStartSettings("a", vars_to_warm_start=patterns)


def test_vocabularies_are_refused_by_name() -> None:
    info = VocabInfo("new.txt", 10, 1, "old.txt")
    assert (info.old_vocab_size, info.backup_initializer, info.axis) == (-1, None, 0)
    with pytest.raises(
        errors.UnimplementedError, match=r"var_name_to_vocab_info is not implemented yet.*\(emb\)"
    ):
        WarmStartSettings("a", var_name_to_vocab_info={"emb": info})


# -- which variables


def test_a_path_starts_trainable_variables_only(old: Path) -> None:
    add_dnn(5)
    assert changed(warm_started(str(old))) == WEIGHTS


def test_a_pattern_is_matched_at_the_beginning_of_names(old: Path) -> None:
    add_dnn(5)
    session = warm_started(WarmStartSettings(str(old), "dnn/hidden|bias"))
    assert changed(session) == ["dnn/hiddenlayer_0/bias", "dnn/hiddenlayer_0/kernel"]


def test_a_list_of_patterns_means_slots_and_the_step_too(old: Path) -> None:
    add_dnn(5)
    session = warm_started(WarmStartSettings(str(old), [".*"]))
    assert changed(session) == sorted([*WEIGHTS, *(f"{name}/Adagrad" for name in WEIGHTS), "global_step"])


def test_slots_of_a_list_are_found_under_tensorflows_keys() -> None:
    # the fixture has dnn/logits/bias/t_0/Adagrad, the graph's slot is called dnn/logits/bias/Adagrad
    add_dnn(10, 10)
    session = warm_started(WarmStartSettings(str(TF_MODEL_DIR), [".*"]))
    expected = load_variable(TF_MODEL_DIR, "dnn/logits/bias/t_0/Adagrad")
    np.testing.assert_array_equal(session.store.read("dnn/logits/bias/Adagrad"), expected)
    assert session.store.read("global_step") == 200


def test_a_list_of_variables_means_just_these(old: Path) -> None:
    add_dnn(5)
    bias = next(each for each in global_variables() if each.op.name == "dnn/logits/bias")
    assert changed(warm_started(WarmStartSettings(str(old), [bias]))) == ["dnn/logits/bias"]


def test_none_means_no_variable(old: Path) -> None:
    add_dnn(5)
    assert changed(warm_started(WarmStartSettings(str(old), None))) == []


def test_a_pattern_that_matches_nothing_is_said(old: Path, caplog: pytest.LogCaptureFixture) -> None:
    add_dnn(5)
    assert changed(warm_started(WarmStartSettings(str(old), "dmn"))) == []
    assert "'dmn' matches no trainable variable; known: dnn/hiddenlayer_0/bias" in caplog.text


def test_variables_may_have_had_another_name(old: Path) -> None:
    weights = add_variable("head/bias", [0.0, 0.0, 0.0])
    names = {"head/bias": "dnn/logits/bias"}
    session = warm_started(WarmStartSettings(str(old), var_name_to_prev_var_name=names))
    assert session.run(weights).tolist() == [7.0, 7.0, 7.0]


@pytest.mark.parametrize("pattern", ["dnn/logits/bias$", "dnn/logits/bias:0$", "dnn/logits/b"])
def test_names_match_with_and_without_their_output(old: Path, pattern: str) -> None:
    add_dnn(5)
    assert changed(warm_started(WarmStartSettings(str(old), pattern))) == ["dnn/logits/bias"]


@pytest.mark.parametrize(("patterns", "is_warned"), [(".*", True), ([".*"], False), (["none"], False)])
def test_moving_averages_that_stay_behind_are_named(
    tmp_path: Path, caplog: pytest.LogCaptureFixture, patterns: Any, is_warned: bool
) -> None:
    add_variable("norm/gamma", [1.0])
    add_variable("norm/moving_mean", [2.0], trainable=False)
    Saver().save(initialized_session(), tmp_path / "m", global_step=1)
    warm_started(WarmStartSettings(str(tmp_path), patterns))
    assert ("without its moving averages (norm/moving_mean)" in caplog.text) == is_warned


# -- from where


@pytest.mark.parametrize("path", ["", "model.ckpt-12", "model.ckpt-12.index"])
def test_a_directory_or_a_checkpoint_in_it(old: Path, path: str) -> None:
    add_dnn(5)
    assert changed(warm_started(str(old / path))) == WEIGHTS


def test_the_folder_of_a_saved_model(old: Path, tmp_path: Path) -> None:
    folder = tmp_path / "export" / "variables"
    folder.mkdir(parents=True)
    for part in (".index", ".data-00000-of-00001"):
        shutil.copy(old / f"model.ckpt-12{part}", folder / f"variables{part}")
    add_dnn(5)
    assert changed(warm_started(str(tmp_path / "export"))) == WEIGHTS


@pytest.mark.parametrize("path", ["no/such", "."])
def test_where_there_is_none_it_is_not_found(tmp_path: Path, path: str) -> None:
    add_dnn(5)
    with pytest.raises(errors.NotFoundError, match="Failed to find any matching files for"):
        plan_warm_start(get_default_graph(), WarmStartSettings(str(tmp_path / path)))


def test_a_path_that_is_nearly_right_is_answered_with_the_right_one(old: Path) -> None:
    add_dnn(5)
    for path, meant in (
        (old.parent / (old.name + "s"), old.name),
        (old / "model.ckpt-13", "model.ckpt-12"),  # a prefix, as is wanted, and not the name of a file
    ):
        advice = re.escape(f"Did you mean '{meant}'?")
        with pytest.raises(errors.NotFoundError, match=f"neither a directory nor a checkpoint.*{advice}"):
            plan_warm_start(get_default_graph(), WarmStartSettings(str(path)))


# -- what does not fit


def test_all_problems_come_at_once_and_nothing_is_changed(old: Path) -> None:
    add_variable("dnn/hiddenlayer_0/bias", np.zeros(6))
    add_variable("dnn/logits/kernell", np.zeros((5, 3)))
    add_variable("dnn/logits/bias", np.zeros(3), dtype=np.float64)
    settings = WarmStartSettings(str(old), var_name_to_prev_var_name={"zzz": "a"})
    with pytest.raises(ValueError) as caught:
        plan_warm_start(get_default_graph(), settings)
    text = str(caught.value)
    assert "warm start: 4 problems" in text
    assert (
        "Shape of variable dnn/hiddenlayer_0/bias:0 ((6,)) doesn't match with shape of tensor "
        "dnn/hiddenlayer_0/bias ([5]) from checkpoint reader" in text
    )
    assert f"Tensor dnn/logits/kernell is not found in {old}/model.ckpt-12 checkpoint" in text
    assert "Did you mean 'dnn/logits/kernel'" in text
    assert "Type of variable dnn/logits/bias:0 (float64) doesn't match" in text
    assert (
        "You provided the following variables in var_name_to_prev_var_name that were not used: {'zzz'}. "
        "Perhaps you misspelled them? Here is the list of viable variable names: dnn/hiddenlayer_0/bias"
        in text
    )


def test_a_damaged_checkpoint_is_found_before_anything_is_changed(old: Path) -> None:
    data = old / "model.ckpt-12.data-00000-of-00001"
    content = bytearray(data.read_bytes())
    content[-1] ^= 1
    data.write_bytes(content)
    add_slot(add_variable("dnn/logits/kernel", np.zeros((5, 3))), "Adagrad")
    settings = WarmStartSettings(str(old / "model.ckpt-12"), ["dnn/logits/kernel", "global_step"])
    add_variable("global_step", 0, dtype=np.int64, trainable=False)
    with pytest.raises(errors.DataLossError, match="Checksum does not match"):
        plan_warm_start(get_default_graph(), settings)


def test_the_log_counts_what_was_started_and_names_it_on_demand(
    old: Path, caplog: pytest.LogCaptureFixture
) -> None:
    add_dnn(5)
    with caplog.at_level(logging.DEBUG, "estimator"):
        warm_started(WarmStartSettings(str(old), "dnn/logits/bias"))
    assert (
        f"Warm-started 1 variables from {old}/model.ckpt-12; 8 keep their initial values." in caplog.messages
    )
    assert "warm-started dnn/logits/bias from 'dnn/logits/bias'." in caplog.messages
    unstarted = next(each for each in caplog.messages if each.startswith("not warm-started: "))
    assert "dnn/hiddenlayer_0/kernel" in unstarted and "global_step" in unstarted
