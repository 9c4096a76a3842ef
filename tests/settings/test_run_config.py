"""RunConfig: fields, defaults, checks and sentences as TensorFlow 2.15.1 printed them; then what is ours."""

from __future__ import annotations

import copy
import dataclasses
import json
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from estimator.core import log
from estimator.core.errors import UsageError
from estimator.settings.run_config import RunConfig, setting_names

# inspect.signature(tf.estimator.RunConfig), with the save schedule that "neither given" means
DEFAULTS = {
    "model_dir": None,
    "tf_random_seed": None,
    "save_summary_steps": 100,
    "save_checkpoints_steps": None,
    "save_checkpoints_secs": 600,
    "session_config": None,
    "keep_checkpoint_max": 5,
    "keep_checkpoint_every_n_hours": 10000,
    "log_step_count_steps": 100,
    "train_distribute": None,
    "device_fn": None,
    "protocol": None,
    "eval_distribute": None,
    "experimental_distribute": None,
    "experimental_max_worker_delay_secs": None,
    "session_creation_timeout_secs": 7200,
    "checkpoint_save_graph_def": True,
}
OURS = {
    "require_checkpoint": False,
    "save_at_start": "first_step",
    "save_at_end": True,
    "async_checkpoint": None,
    "missing_slots": "error",
    "on_save_error": "raise",
    "progress": None,
    "keep_best": None,
    "metrics_jsonl": False,
    "gradient_reduction": None,
    "split_evaluation": True,
    "executor": None,
    "steps_per_execution": 1,
}


def test_names_order_and_defaults_are_tensorflows_then_ours() -> None:
    assert list(RunConfig().as_dict().items()) == list((DEFAULTS | OURS).items())


def test_model_dir_may_be_the_first_positional_argument() -> None:
    assert RunConfig("models/iris").model_dir == "models/iris"


# given -> (save_checkpoints_steps, save_checkpoints_secs), as TensorFlow 2.15.1 prints
SCHEDULES: list[tuple[dict[str, Any], tuple[Any, Any]]] = [
    ({}, (None, 600)),
    ({"save_checkpoints_steps": 5}, (5, None)),
    ({"save_checkpoints_secs": 5}, (None, 5)),
    ({"save_checkpoints_steps": None}, (None, None)),
    ({"save_checkpoints_secs": None}, (None, None)),
    ({"save_checkpoints_steps": None, "save_checkpoints_secs": None}, (None, None)),
    ({"save_checkpoints_steps": 0}, (0, None)),
    ({"save_checkpoints_secs": 0}, (None, 0)),
]


@pytest.mark.parametrize(("given", "schedule"), SCHEDULES)
def test_what_the_save_schedule_becomes(given: dict[str, Any], schedule: tuple[Any, Any]) -> None:
    config = RunConfig(**given)
    assert (config.save_checkpoints_steps, config.save_checkpoints_secs) == schedule


def _no_op(x: object) -> str:
    return ""


SENTENCES: list[tuple[dict[str, Any], str]] = [
    ({"save_checkpoints_steps": 1, "save_checkpoints_secs": 1},
     "`save_checkpoints_steps` and `save_checkpoints_secs` cannot be both set."),
    ({"save_checkpoints_steps": 0, "save_checkpoints_secs": 1}, "cannot be both set."),
    ({"model_dir": ""}, "model_dir should be non-empty: give the path of a directory."),
    ({"save_summary_steps": -1}, "save_summary_steps should be >= 0"),
    ({"save_checkpoints_steps": -1}, "save_checkpoints_steps should be >= 0"),
    ({"save_checkpoints_secs": -1}, "save_checkpoints_secs should be >= 0"),
    ({"keep_checkpoint_max": -1}, "keep_checkpoint_max should be >= 0"),
    ({"keep_checkpoint_every_n_hours": 0}, "keep_checkpoint_every_n_hours should be > 0"),
    ({"log_step_count_steps": 0}, "log_step_count_steps should be > 0"),
    ({"steps_per_execution": 0}, "steps_per_execution should be > 0"),
    ({"steps_per_execution": 2.5}, "steps_per_execution should be > 0, and a whole number"),
    ({"session_creation_timeout_secs": 0}, "session_creation_timeout_secs should be > 0"),
    ({"session_config": 3}, "session_config must be instance of ConfigProto"),
    ({"tf_random_seed": 1.0}, "tf_random_seed must be integer."),
    ({"tf_random_seed": 1 << 63}, "tf_random_seed must be an integer of 64 bits."),
    ({"save_checkpoints_steps": 1 << 63}, "save_checkpoints_steps should be >= 0, and a whole number"),
    ({"device_fn": _no_op}, 'device_fn must be callable with exactly one argument "op".'),
    ({"device_fn": "cpu"}, 'device_fn must be callable with exactly one argument "op".'),
    ({"protocol": "http"}, "protocol should be grpc or grpc+verbs"),
    ({"experimental_max_worker_delay_secs": "a"}, "experimental_max_worker_delay_secs must be an integer if set."),
]  # fmt: skip


@pytest.mark.parametrize(("given", "sentence"), SENTENCES, ids=[next(iter(row[0])) for row in SENTENCES])
def test_a_bad_value_is_answered_in_tensorflows_words(given: dict[str, Any], sentence: str) -> None:
    with pytest.raises(ValueError) as caught:
        RunConfig(**given)
    assert sentence in str(caught.value)


@pytest.mark.parametrize(
    ("given", "advice"),
    [
        ({"save_summary_steps": "ten"}, "a whole number; given: 'ten'."),
        ({"save_summary_steps": 1.5}, "a whole number; given: 1.5."),
        ({"keep_checkpoint_max": True}, "a whole number; given: True."),
        ({"keep_checkpoint_every_n_hours": float("nan")}, "a number; given: nan."),
        ({"model_dir": 3}, "a str or a path, given: 3."),
        ({"model_dir": "gs://bucket/iris"}, "'gs://bucket/iris' is a URL; only local directories"),
        ({"model_dir": "hdfs://a/b"}, "Train into a local directory and copy it"),
        ({"model_dir": "a\0b"}, "has a NUL character"),
        ({"checkpoint_save_graph_def": 1}, "should be True or False, given: 1."),
        ({"require_checkpoint": "yes"}, "should be True or False, given: 'yes'."),
        ({"save_at_end": None}, "should be True or False, given: None."),
        ({"save_at_start": "first"}, "should be first_step or before_first_step or none, given: 'first'."),
        ({"save_at_start": None}, "given: None."),
        ({"on_save_error": "ignore"}, "should be raise or continue, given: 'ignore'."),
        ({"missing_slots": "new"}, "should be error or fresh, given: 'new'."),
        ({"metrics_jsonl": "losses.jsonl"}, "metrics_jsonl should be True or False, given: 'losses.jsonl'."),
        (
            {"executor": "jaxx"},
            "executor should be numpy or interpreter or jax, given: 'jaxx'. Did you mean 'jax'?",
        ),
        ({"progress": 1}, "True, False or None, given: 1."),
        ({"async_checkpoint": "yes"}, "async_checkpoint should be True, False or None, given: 'yes'."),
        ({"gradient_reduction": "average"}, "gradient_reduction should be mean or sum, given: 'average'."),
        ({"keep_best": "accuracy"}, '("accuracy", "max", 1); given: \'accuracy\'.'),
        ({"keep_best": ("accuracy", "most", 1)}, "given: ('accuracy', 'most', 1)."),
        ({"keep_best": ("accuracy", ["max"])}, "given: ('accuracy', ['max'])."),
        ({"keep_best": (1, "max", 1)}, "given: (1, 'max', 1)."),
        ({"keep_best": ("accuracy", "max", 0)}, "should keep one checkpoint or more, given: "),
        ({"keep_best": ("accuracy", "max", 1.5)}, "should keep one checkpoint or more, given: "),
        ({"keep_best": ("accuracy", "max", True)}, "should keep one checkpoint or more, given: "),
    ],
)
def test_what_tensorflow_lets_pass_is_refused_with_the_value(given: dict[str, Any], advice: str) -> None:
    with pytest.raises(UsageError) as caught:
        RunConfig(**given)
    assert advice in str(caught.value)


def test_all_problems_come_in_one_error(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TF_CONFIG", '{"cluster": ')
    with pytest.raises(UsageError) as caught:
        RunConfig(model_dir="", save_summary_steps=-1, log_step_count_steps=0, protocol="http")
    assert str(caught.value).startswith("RunConfig: 5 problems\n")
    assert [text.split()[0] for text in caught.value.problems] == [
        "model_dir", "save_summary_steps", "log_step_count_steps", "protocol", "the",
    ]  # fmt: skip


CHECKED = sorted(set(DEFAULTS) - {"model_dir", "checkpoint_save_graph_def"})


@pytest.mark.parametrize("name", CHECKED)
def test_none_passes_every_check(name: str) -> None:
    assert getattr(RunConfig(**{name: None}), name) is None


def test_an_unknown_keyword_is_pythons_type_error() -> None:
    with pytest.raises(TypeError, match="save_summaries"):
        RunConfig(save_summaries=1)  # type: ignore[call-arg]


def test_values_of_other_makes_are_taken(tmp_path: Path) -> None:
    proto = SimpleNamespace(allow_soft_placement=True)
    device_fn: Callable[..., str] = lambda op: "/cpu:0"  # noqa: E731
    config = RunConfig(
        tmp_path / "m", np.int64(3), session_config=proto, device_fn=device_fn, protocol="grpc"
    )  # type: ignore[arg-type]
    assert config.model_dir == str(tmp_path / "m")
    assert (config.tf_random_seed, type(config.tf_random_seed)) == (3, int)


def test_a_home_directory_is_expanded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", "/home/iris")
    assert RunConfig("~/models").model_dir == "/home/iris/models"


@pytest.mark.parametrize("name", [*DEFAULTS, "is_chief", "cluster_spec"])
def test_nothing_can_be_set(name: str) -> None:
    with pytest.raises(AttributeError):
        setattr(RunConfig(), name, 1)


# replace(...) of a default config, as TensorFlow 2.15.1 prints
@pytest.mark.parametrize(
    ("changes", "schedule"),
    [
        ({"save_checkpoints_steps": 0}, (0, None)),
        ({"save_checkpoints_steps": 3}, (3, None)),
        ({"save_checkpoints_secs": None}, (None, None)),
        ({"save_checkpoints_steps": None}, (None, 600)),
        ({"save_checkpoints_steps": 3, "save_checkpoints_secs": None}, (3, None)),
    ],
)
def test_replacing_one_save_schedule_clears_the_other(
    changes: dict[str, Any], schedule: tuple[Any, Any]
) -> None:
    config = RunConfig().replace(**changes)
    assert (config.save_checkpoints_steps, config.save_checkpoints_secs) == schedule


def test_replace_gives_a_deep_copy() -> None:
    first = RunConfig(session_config=SimpleNamespace(allow_soft_placement=True))
    second = first.replace(model_dir="m")
    second.session_config.allow_soft_placement = False
    assert (first.model_dir, first.session_config.allow_soft_placement) == (None, True)


def test_replace_refuses_what_is_no_setting() -> None:
    with pytest.raises(
        ValueError, match="Replacing is_chief is not supported. Allowed properties are "
    ) as caught:
        RunConfig().replace(is_chief=True)
    assert str(setting_names()) in str(caught.value)


def test_replace_checks_and_names_every_problem() -> None:
    with pytest.raises(UsageError) as caught:
        RunConfig().replace(
            model_dir="", keep_checkpoint_maxx=1, save_checkpoints_steps=1, save_checkpoints_secs=1
        )
    assert len(caught.value.problems) == 3
    assert "Did you mean 'keep_checkpoint_max'" in str(caught.value)


def test_a_process_alone_is_worker_0_and_chief() -> None:
    config = RunConfig()
    assert (config.task_type, config.task_id, config.is_chief, config.global_id_in_cluster) == (
        "worker",
        0,
        True,
        0,
    )
    assert (config.master, config.evaluation_master, config.cluster_spec, config.service) == (
        "",
        "",
        {},
        None,
    )
    assert (config.num_ps_replicas, config.num_worker_replicas, config.device_filters) == (0, 1, ())


@pytest.fixture
def as_worker(monkeypatch: pytest.MonkeyPatch) -> None:
    cluster = {"chief": ["h0:1"], "worker": ["h3:1", "h4:1"]}
    document = {"cluster": cluster, "task": {"type": "worker", "index": 1}, "service": {"a": 1}}
    monkeypatch.setenv("TF_CONFIG", json.dumps(document))


@pytest.mark.usefixtures("as_worker")
def test_a_worker_reads_its_place_from_the_environment() -> None:
    config = RunConfig()
    assert (config.task_type, config.task_id, config.is_chief, config.master) == (
        "worker",
        1,
        False,
        "grpc://h4:1",
    )
    assert (config.num_worker_replicas, config.global_id_in_cluster, config.service) == (3, 2, {"a": 1})
    assert config.cluster_spec.as_dict() == {"chief": ["h0:1"], "worker": ["h3:1", "h4:1"]}


@pytest.mark.usefixtures("as_worker")
def test_replace_and_deepcopy_keep_the_place(monkeypatch: pytest.MonkeyPatch) -> None:
    config = RunConfig()
    monkeypatch.delenv("TF_CONFIG")
    assert config.replace(model_dir="m").task_id == copy.deepcopy(config).task_id == 1


def test_model_dir_may_come_from_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TF_CONFIG", '{"model_dir": "/a"}')
    assert RunConfig().model_dir == RunConfig("/a").model_dir == "/a"


def test_two_different_model_dirs_are_both_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TF_CONFIG", '{"model_dir": "/a"}')
    with pytest.raises(
        ValueError, match="`model_dir` provided in RunConfig construct, if set, must have"
    ) as caught:
        RunConfig("/b")
    assert 'model_dir: /b\nTF_CONFIG["model_dir"]: /a.' in str(caught.value)


def test_yaml_gives_back_what_was_written() -> None:
    config = RunConfig(
        "models/iris", 7, save_checkpoints_steps=100, keep_checkpoint_max=None, save_at_end=False
    )
    assert RunConfig.from_yaml(config.to_yaml()) == config


def test_what_is_the_best_may_be_said_short_in_a_list_and_in_yaml() -> None:
    config = RunConfig(keep_best=["accuracy", "max"])  # type: ignore[arg-type]
    assert config.keep_best == ("accuracy", "max", 1)
    assert RunConfig.from_yaml(config.to_yaml()) == config == config.replace(keep_best=("accuracy", "max", 1))
    assert type(RunConfig(keep_best=("loss", "min", np.int64(2))).keep_best[2]) is int  # type: ignore[index]


def test_yaml_keeps_checkpoints_that_are_off() -> None:
    config = RunConfig(save_checkpoints_steps=None)
    assert RunConfig.from_yaml(config.to_yaml()) == config


def test_a_count_may_be_written_as_a_floating_point_number() -> None:
    config = RunConfig(save_checkpoints_steps=1e3, keep_checkpoint_max=np.float32(2))  # type: ignore[arg-type]
    assert (config.save_checkpoints_steps, config.keep_checkpoint_max) == (1000, 2)
    assert type(config.save_checkpoints_steps) is int
    with pytest.raises(ValueError, match=r"tf_random_seed must be integer. Given: 3\.0"):
        RunConfig(tf_random_seed=3.0)  # type: ignore[arg-type]


def test_numpy_numbers_can_be_written_as_yaml() -> None:
    config = RunConfig(save_checkpoints_secs=np.float32(1.5))  # type: ignore[arg-type]
    assert "save_checkpoints_secs: 1.5\n" in config.to_yaml()


@pytest.mark.parametrize("as_path", [str, Path])
def test_a_yaml_file_is_read(as_path: type, tmp_path: Path) -> None:
    (tmp_path / "run.yaml").write_text(
        "# how we train\nsave_checkpoints_steps: 10\nmodel_dir: models/é\n", "utf-8"
    )
    config = RunConfig.from_yaml(as_path(tmp_path / "run.yaml"))
    assert (config.save_checkpoints_steps, config.save_checkpoints_secs, config.model_dir) == (
        10,
        None,
        "models/é",
    )


def test_empty_yaml_means_the_defaults() -> None:
    assert RunConfig.from_yaml("# nothing\n") == RunConfig.from_yaml("") == RunConfig()


def test_yaml_names_unknown_keys_and_bad_values_at_once() -> None:
    with pytest.raises(UsageError) as caught:
        RunConfig.from_yaml("keep_checkpoints_max: 3\nsave_summary_steps: -1\ndevice_fn: os.system\n")
    text = str(caught.value)
    assert text.startswith("RunConfig from YAML: 3 problems")
    assert "unknown key 'keep_checkpoints_max'. Did you mean 'keep_checkpoint_max'" in text
    assert "device_fn cannot come from YAML" in text
    assert "save_summary_steps should be >= 0" in text


def test_what_yaml_has_no_form_for_is_named() -> None:
    with pytest.raises(
        UsageError, match=r"session_config cannot be written as YAML; use replace\(session_config=None\)"
    ):
        RunConfig(session_config=SimpleNamespace(allow_soft_placement=True)).to_yaml()


def test_it_is_a_value() -> None:
    assert RunConfig("m") == RunConfig("m") != RunConfig("n")
    assert "model_dir='m'" in repr(RunConfig("m"))
    assert dataclasses.replace(RunConfig("m"), tf_random_seed=1).tf_random_seed == 1


def test_a_setting_is_not_assigned_and_the_error_says_replace() -> None:
    config = RunConfig(save_summary_steps=10)
    with pytest.raises(AttributeError, match=r"config = config\.replace\(save_summary_steps=5\)"):
        config.save_summary_steps = 5
    with pytest.raises(AttributeError, match="cannot be deleted"):
        del config.save_summary_steps
    with pytest.raises(AttributeError):
        config.task_id = 3  # type: ignore[misc]
    assert config == RunConfig(save_summary_steps=10)


def test_a_script_hangs_attributes_of_its_own_on_it() -> None:
    config = RunConfig()
    config.data_parallelism = 1  # type: ignore[attr-defined]
    config.data_parallelism = 2  # type: ignore[attr-defined]
    replaced = config.replace(keep_checkpoint_max=3)
    assert replaced.data_parallelism == 2  # type: ignore[attr-defined]
    assert (replaced.keep_checkpoint_max, config.keep_checkpoint_max) == (3, 5)
    assert "data_parallelism" not in config.to_yaml()


def test_an_attribute_that_is_nearly_a_setting_is_told(caplog: pytest.LogCaptureFixture) -> None:
    config = RunConfig()
    config.save_checkpoint_steps = 3  # type: ignore[attr-defined]
    assert "Did you mean 'save_checkpoints_steps'" in caplog.text


class Often(RunConfig):
    """As scripts of 2018 subclass it."""

    def __init__(self, factor: int, **settings: Any) -> None:
        self._factor = factor
        super().__init__(**settings)

    @property
    def save_summary_steps(self) -> int | None:  # type: ignore[override]
        steps = super().save_summary_steps
        return steps and steps * self._factor

    @property
    def task_type(self) -> str:
        return "chief"


def test_the_first_distribution_strategy_is_a_warning(caplog: pytest.LogCaptureFixture) -> None:
    log._calls.clear()
    for _ in range(2):
        RunConfig(train_distribute=object(), eval_distribute=object(), experimental_distribute=None)
    (record,) = caplog.records
    assert record.levelname == "WARNING"
    assert (
        record.getMessage()
        == "RunConfig: train_distribute, eval_distribute has no effect: one process trains."
    )


def test_a_subclass_overrides_settings_by_properties() -> None:
    config = Often(3, save_summary_steps=10, save_checkpoints_steps=7)
    assert (config.save_summary_steps, config.save_checkpoints_secs, config.task_type) == (30, None, "chief")
    replaced = config.replace(save_summary_steps=20, keep_checkpoint_max=1)
    assert isinstance(replaced, Often)
    assert (replaced.save_summary_steps, replaced.keep_checkpoint_max) == (60, 1)
    assert RunConfig.from_yaml(config.to_yaml()).save_summary_steps == 30


def test_the_environment_says_which_executor_computes_where_no_other_is_given(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("ESTIMATOR_EXECUTOR", "interpreter")
    assert RunConfig().executor == "interpreter"
    assert RunConfig(executor="numpy").executor == "numpy"


def test_an_executor_that_is_misspelt_in_the_environment_is_named_with_the_variable(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("ESTIMATOR_EXECUTOR", "numpie")
    with pytest.raises(
        UsageError, match=r"ESTIMATOR_EXECUTOR should be .* given: 'numpie'. Did you mean 'numpy'"
    ):
        RunConfig()
