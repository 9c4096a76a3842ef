"""RunConfig as YAML and back: every setting, for any value; words mean what Python reads in them."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from estimator.core.errors import UsageError
from estimator.settings.run_config import RunConfig

STEPS = st.one_of(st.none(), st.integers(0, 10**9))
SECONDS = st.one_of(st.none(), st.floats(0.001, 1e9), st.integers(1, 10**9))
ODD = "no1e3/_: #'-"
VALUES: dict[str, st.SearchStrategy[Any]] = {
    "model_dir": st.text(ODD, max_size=8).map(lambda text: f"models/x{text}x"),
    "tf_random_seed": st.one_of(st.none(), st.integers(-(2**62), 2**62)),
    "save_summary_steps": STEPS,
    "save_checkpoints_steps": STEPS,
    "keep_checkpoint_max": STEPS,
    "keep_checkpoint_every_n_hours": SECONDS,
    "log_step_count_steps": st.one_of(st.none(), st.integers(1, 10**9)),
    "protocol": st.sampled_from([None, "grpc", "grpc+verbs"]),
    "experimental_max_worker_delay_secs": STEPS,
    "session_creation_timeout_secs": SECONDS,
    "checkpoint_save_graph_def": st.booleans(),
    "require_checkpoint": st.booleans(),
    "save_at_start": st.sampled_from(["first_step", "before_first_step", "none"]),
    "save_at_end": st.booleans(),
    "async_checkpoint": st.sampled_from([None, True, False]),
    "missing_slots": st.sampled_from(["error", "fresh"]),
    "on_save_error": st.sampled_from(["raise", "continue"]),
    "progress": st.sampled_from([None, True, False]),
    "keep_best": st.one_of(
        st.none(),
        st.tuples(st.text(ODD, min_size=1, max_size=8), st.sampled_from(["max", "min"]), st.integers(1, 9)),
    ),
    "metrics_jsonl": st.booleans(),
    "gradient_reduction": st.sampled_from([None, "mean", "sum"]),
    "split_evaluation": st.booleans(),
    "steps_per_execution": st.integers(1, 10**6),
    "executor": st.sampled_from([None, "numpy", "interpreter", "jax"]),
}


def test_the_round_trip_has_every_setting_that_yaml_has() -> None:
    written = {line.partition(":")[0] for line in RunConfig().to_yaml().splitlines()}
    assert written - {"save_checkpoints_secs"} == set(VALUES)


@given(st.fixed_dictionaries({}, optional=VALUES))
def test_every_setting_comes_back(settings: dict[str, Any]) -> None:
    config = RunConfig(**settings)
    again = RunConfig.from_yaml(config.to_yaml())
    assert again == config
    assert [type(value) for value in again.as_dict().values()] == [
        type(value) for value in config.as_dict().values()
    ]


@given(SECONDS)
def test_seconds_come_back(seconds: float | None) -> None:
    config = RunConfig(save_checkpoints_secs=seconds)
    assert RunConfig.from_yaml(config.to_yaml()) == config


@pytest.mark.parametrize(
    ("text", "setting", "value"),
    [
        ("keep_checkpoint_max: 010", "keep_checkpoint_max", 10),
        ("save_checkpoints_steps: 1e3", "save_checkpoints_steps", 1000),
        ("save_checkpoints_secs: 1_0", "save_checkpoints_secs", 10),
        ("model_dir: 2026-11-30", "model_dir", "2026-11-30"),
        ("keep_best: [no, max]", "keep_best", ("no", "max", 1)),
    ],
)
def test_a_word_means_what_python_reads(text: str, setting: str, value: object) -> None:
    assert getattr(RunConfig.from_yaml(text), setting) == value


@pytest.mark.parametrize(
    "text", ["save_at_end: yes", "progress: on", "keep_checkpoint_max: 1:30", "tf_random_seed: 0x10"]
)
def test_words_of_older_yaml_are_refused_by_name(text: str) -> None:
    name, _, word = text.partition(": ")
    with pytest.raises(UsageError, match=f"{name} .*'{word}'"):
        RunConfig.from_yaml(text)
