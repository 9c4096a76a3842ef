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
from estimator.checkpoint.vocabulary import VocabInfo
from estimator.checkpoint.warm_start import (
    WarmStartSettings,
    plan_warm_start,
    warm_start,
    warm_start_settings,
)
from estimator.core import errors
from estimator.graph.graph import Graph, get_default_graph
from estimator.runtime.session import Session
from estimator.variables.get_variable import get_variable
from estimator.variables.initializers import Constant, Ones
from estimator.variables.partitioners import fixed_size_partitioner
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


@pytest.fixture
def normalized(tmp_path: Path) -> Path:
    """A checkpoint of a layer with moving averages, and of one without weights."""
    with fresh_graph():
        add_variable("norm/gamma", [7.0])
        add_variable("norm/moving_mean", [7.0], trainable=False)
        add_variable("bare/moving_variance", [7.0], trainable=False)
        Saver().save(initialized_session(), tmp_path / "norm", global_step=1)
    return tmp_path


@pytest.mark.parametrize(
    ("patterns", "taken"),
    [
        (".*", ["bare/moving_variance", "norm/gamma", "norm/moving_mean"]),
        ("norm/gamma", ["norm/gamma", "norm/moving_mean"]),
        ("bare", ["bare/moving_variance"]),
        (["norm/gamma"], ["norm/gamma"]),
    ],
)
def test_moving_averages_come_along_with_the_weights_of_their_layer(
    normalized: Path, patterns: Any, taken: list[str]
) -> None:
    add_variable("norm/gamma", [1.0])
    for name in ("norm/moving_mean", "norm/moving_variance", "bare/moving_variance"):
        add_variable(name, [2.0], trainable=False)  # of which the checkpoint lacks one
    assert changed(warm_started(WarmStartSettings(normalized, patterns))) == taken


def test_moving_averages_follow_a_layer_that_had_another_name(normalized: Path) -> None:
    add_variable("new/gamma", [1.0])
    add_variable("new/moving_mean", [2.0], trainable=False)
    names = {"new/gamma": "norm/gamma"}
    session = warm_started(WarmStartSettings(normalized, var_name_to_prev_var_name=names))
    assert changed(session) == ["new/gamma", "new/moving_mean"]


def test_moving_averages_of_another_size_are_a_problem_too(normalized: Path) -> None:
    add_variable("norm/gamma", [1.0, 1.0])
    add_variable("norm/moving_mean", [2.0, 2.0], trainable=False)
    with pytest.raises(ValueError, match="(?s)2 problems.*norm/gamma:0.*norm/moving_mean:0"):
        plan_warm_start(get_default_graph(), WarmStartSettings(normalized))


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


def test_one_block_of_the_log_tells_what_was_started_and_what_was_not(
    old: Path, caplog: pytest.LogCaptureFixture
) -> None:
    add_variable("head/bias", np.zeros(3))
    add_variable("dnn/logits/bias", np.zeros(3))
    add_variable("other", 0.0)
    names = {"head/bias": "dnn/logits/bias"}
    with caplog.at_level(logging.INFO, "estimator"):
        warm_started(WarmStartSettings(str(old), ".*bias", var_name_to_prev_var_name=names))
    assert (
        f"Warm-started 2 variables from {old}/model.ckpt-12; 1 keep their initial values.\n"
        "  warm-started: dnn/logits/bias, head/bias from dnn/logits/bias\n"
        "  initial: other"
    ) in caplog.messages


# -- vocabularies


@pytest.fixture
def vocabularies(tmp_path: Path) -> dict[str, Any]:
    """The arguments of a VocabInfo: four lines became five, of which three are old, and two buckets."""
    (tmp_path / "old.txt").write_text("apple\nbanana\nguava\norange\n")
    (tmp_path / "new.txt").write_text("orange\nkiwi\napple\nguava\nlime\nunused\n")
    return {
        "new_vocab": tmp_path / "new.txt", "new_vocab_size": 5, "num_oov_buckets": 2,
        "old_vocab": str(tmp_path / "old.txt"),
    }  # fmt: skip


OLD_TABLE = np.arange(18, dtype=np.float32).reshape(6, 3)  # four words and two buckets


@pytest.fixture
def fruit(tmp_path: Path) -> Path:
    """A checkpoint of OLD_TABLE, in two parts, and of its transpose."""
    with fresh_graph():
        get_variable("emb", initializer=OLD_TABLE, partitioner=fixed_size_partitioner(2))
        add_variable("kernel", OLD_TABLE.T)
        add_variable("bias", OLD_TABLE[:, 0])
        return Path(Saver().save(initialized_session(), tmp_path / "fruit"))


def moved(fresh: float) -> Any:
    """The new table: orange, kiwi, apple, guava, lime and two buckets."""
    new = np.full(3, fresh)
    return np.stack([OLD_TABLE[3], new, OLD_TABLE[0], OLD_TABLE[2], new, new, new])


def started_by_initializers(settings: WarmStartSettings) -> Session:
    warm_start(
        settings.ckpt_to_initialize_from, settings.vars_to_warm_start, settings.var_name_to_vocab_info,
        settings.var_name_to_prev_var_name,
    )  # fmt: skip
    return initialized_session()


WAYS = pytest.mark.parametrize("start", [warm_started, started_by_initializers])


@WAYS
@pytest.mark.parametrize("parts", [1, 2, 3])
@pytest.mark.parametrize(("backup", "fresh"), [(None, 0.0), (Constant(0.5), 0.5), (Ones, 1.0)])
def test_rows_move_with_the_words_they_stand_for(
    fruit: Path, vocabularies: dict[str, Any], start: Any, parts: int, backup: Any, fresh: float
) -> None:
    table: Any = get_variable("emb", [7, 3], partitioner=fixed_size_partitioner(parts))
    info = VocabInfo(**vocabularies, backup_initializer=backup)
    session = start(WarmStartSettings(fruit, var_name_to_vocab_info={"emb": info}))
    np.testing.assert_array_equal(session.run(table), moved(fresh))


@WAYS
def test_columns_and_biases_move_too(fruit: Path, vocabularies: dict[str, Any], start: Any) -> None:
    kernel, bias = get_variable("head/kernel", [3, 7]), get_variable("head/bias", [7])
    settings = WarmStartSettings(
        fruit,
        None,  # those with a vocabulary
        {
            "head/kernel": VocabInfo(**vocabularies, axis=1, backup_initializer=Constant(9.0)),
            "head/bias": VocabInfo(**vocabularies),
        },
        {"head/kernel": "kernel", "head/bias": "bias"},
    )
    session = start(settings)
    np.testing.assert_array_equal(session.run(kernel), moved(9.0).T)
    np.testing.assert_array_equal(session.run(bias), moved(0.0)[:, 0])


@WAYS
def test_only_so_many_old_lines_count(fruit: Path, vocabularies: dict[str, Any], start: Any) -> None:
    table = get_variable("emb", [7, 3])
    info = VocabInfo(**vocabularies, old_vocab_size=3)
    session = start(WarmStartSettings(fruit, var_name_to_vocab_info={"emb": info}))
    assert session.run(table)[0].tolist() == [0.0] * 3  # orange was the fourth
    np.testing.assert_array_equal(session.run(table)[1:], moved(0.0)[1:])


def test_the_backup_initializer_sees_the_shape_of_the_variable(
    fruit: Path, vocabularies: dict[str, Any]
) -> None:
    seen = []

    def backup(shape: Any, dtype: Any = None, partition_info: Any = None) -> Any:
        seen.append((tuple(shape), partition_info and partition_info.full_shape))
        return np.zeros(shape, np.float32)

    get_variable("emb", [7, 3], partitioner=fixed_size_partitioner(2))
    info = VocabInfo(**vocabularies, backup_initializer=backup)
    warm_started(WarmStartSettings(fruit, var_name_to_vocab_info={"emb": info}))
    assert seen == [((4, 3), (7, 3)), ((3, 3), (7, 3))]


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"new_vocab_size": 4}, r"has size 7 along axis 0, .*new_vocab_size 4 \+ num_oov_buckets 2 = 6"),
        ({"new_vocab_size": 7, "num_oov_buckets": 0}, "expected 7 lines, but it has 6"),
        ({"old_vocab": "/nowhere"}, "The vocabulary of emb:0: .*/nowhere"),
        ({"axis": 1}, "along axis 1 lets that axis differ, and no other"),
    ],
)
def test_a_vocabulary_that_does_not_fit_is_named(
    fruit: Path, vocabularies: dict[str, Any], arguments: Any, message: str
) -> None:
    get_variable("emb", [7, 3])
    info = VocabInfo(**vocabularies | arguments)
    with pytest.raises(ValueError, match=message):
        plan_warm_start(get_default_graph(), WarmStartSettings(fruit, var_name_to_vocab_info={"emb": info}))


@pytest.mark.parametrize(
    ("lines", "message"),
    [(8, "has line 8, but tensor emb has size 6 along axis 0"), (0, "'w' twice, in lines 1 and 2")],
)
def test_an_old_vocabulary_that_is_not_the_checkpoints_is_named(
    fruit: Path, vocabularies: dict[str, Any], lines: int, message: str
) -> None:
    words = [f"word {number}" for number in range(lines - 1)] + ["orange"] if lines else ["w", "w"]
    Path(vocabularies["old_vocab"]).write_text("\n".join(words))
    get_variable("emb", [7, 3])
    info = VocabInfo(**vocabularies)
    with pytest.raises(ValueError, match=message):
        plan_warm_start(get_default_graph(), WarmStartSettings(fruit, var_name_to_vocab_info={"emb": info}))


def test_a_vocabulary_of_no_variable_is_named(fruit: Path, vocabularies: dict[str, Any]) -> None:
    get_variable("emb", [6, 3])
    settings = WarmStartSettings(fruit, var_name_to_vocab_info={"embedding": VocabInfo(**vocabularies)})
    with pytest.raises(
        ValueError, match="in var_name_to_vocab_info that were not used: {'embedding'}.*names: emb"
    ):
        plan_warm_start(get_default_graph(), settings)


def test_mappings_of_other_things_are_refused() -> None:
    with pytest.raises(ValueError, match="(?s)2 problems.*to VocabInfo, given.*to str, given"):
        WarmStartSettings("a", ".*", {"emb": "new.txt"}, {"emb": 3})  # type: ignore[dict-item]


# -- in a graph of one's own


def test_an_initializer_that_does_not_fit_changes_nothing(old: Path) -> None:
    bias = add_variable("dnn/logits/bias", np.zeros(3))
    add_variable("dnn/logits/kernel", np.zeros((6, 3)))
    before = bias.initializer
    with pytest.raises(ValueError, match="Shape of variable dnn/logits/kernel:0"):
        warm_start(old)
    assert bias.initializer is before
