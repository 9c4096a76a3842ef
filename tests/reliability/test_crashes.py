"""A process ends at any deed of whatever it writes: nothing acknowledged is lost, nothing is broken, nothing is left over."""

from __future__ import annotations

import os

import pytest

from tests.reliability.scenes import SCENES
from tests.reliability.stage import play

pytestmark = [pytest.mark.proof, pytest.mark.slow]

WHOLE = os.environ.get("ESTIMATOR_PROOFS") == "whole"  # `make soak`: all cases; else a sample
SEED = int(os.environ.get("ESTIMATOR_PROOFS_SEED", "1"))
SECONDS = 1.5  # of a scene's sample, on an idle core


@pytest.mark.parametrize("scene", SCENES)
def test_a_crash_at_any_deed_loses_nothing_and_leaves_nothing_over(scene: str) -> None:
    most = None if WHOLE else max(10, int(SECONDS / SCENES[scene].cost))
    found = play(
        {"play": "crashes", "scene": scene, "most": most, "seed": SEED, "again": 10_000 if WHOLE else 3}, 7200
    )
    print(
        f"\n{scene}: {found['crashes']} of {found['cases']} crashes fired at {found['deeds']} deeds, "
        f"{found['crashes_in_recovery']} in the start after them; {found['acknowledged']} acknowledgements; "
        f"{len(found['bad'])} bad"
    )
    assert found["acknowledged"] and found["crashes"] == min(most or found["cases"], found["cases"])
    assert not found["bad"], "\n".join(found["bad"])


@pytest.mark.parametrize(
    "sabotage", ["the index first", "the state file in place", "the state file first", "no recovery"]
)
def test_a_writer_with_a_fault_is_found_out(sabotage: str) -> None:
    found = play({"play": "crashes", "scene": "a checkpoint more", "sabotage": sabotage})
    print(f"\n{sabotage}: {len(found['bad'])} of {found['crashes']} are bad")
    assert found["bad"]
