"""Which call of train wrote a checkpoint."""

from __future__ import annotations

from pathlib import Path

import pytest

from estimator.inspection.makers import begin_of, entries_of, maker_of, setting

FIRST = {"start_step": 0, "end_step": 100, "config": {"keep_checkpoint_max": None}}
SECOND = {"start_step": 100, "end_step": 200, "config": {}}
REWOUND = {"start_step": 150, "end_step": 180}
RUNNING = {"start_step": 180}


@pytest.mark.parametrize(
    "step, entry", [(0, FIRST), (1, FIRST), (100, FIRST), (101, SECOND), (200, SECOND), (201, None)]
)
def test_the_call_that_passed_the_step_wrote_it(step: int, entry: object) -> None:
    assert maker_of([FIRST, SECOND], step) is entry


def test_after_a_rewind_the_last_call_counts() -> None:
    entries = [FIRST, SECOND, REWOUND]
    assert maker_of(entries, 160) is REWOUND and maker_of(entries, 190) is SECOND


def test_a_call_that_has_not_ended_writes_whatever_follows() -> None:
    assert maker_of([FIRST, RUNNING], 1000) is RUNNING


def test_without_a_step_it_is_the_last_call() -> None:
    assert maker_of([FIRST, SECOND], None) is SECOND and maker_of([], 3) is None


def test_what_the_config_does_not_say_is_the_default() -> None:
    assert setting(FIRST, "keep_checkpoint_max", 5) is None
    assert setting(SECOND, "keep_checkpoint_max", 5) == 5
    assert (
        setting({"config": "odd"}, "keep_checkpoint_max", 5) == setting(None, "keep_checkpoint_max", 5) == 5
    )


def test_a_file_that_is_no_yaml_is_a_warning(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    (tmp_path / "metadata.yaml").write_text(
        "# estimator: which code made which checkpoint, one entry for each call of train\n- a: [\n"
    )
    assert entries_of(str(tmp_path)) == []
    assert "says nothing" in caplog.text


def test_when_a_call_began_is_read() -> None:
    assert begin_of({"time": "1970-01-01T00:01:00+00:00"}) == 60.0
    assert begin_of({"time": "yesterday"}) is None and begin_of({}) is None and begin_of(None) is None
