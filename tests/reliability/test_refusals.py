"""A full disk, an error of the disk, a signal, a write that is done by half: at every deed, in every way."""

from __future__ import annotations

import os

import pytest

from tests.reliability.scenes import SCENES
from tests.reliability.stage import play

pytestmark = [pytest.mark.proof, pytest.mark.slow]

WHOLE = os.environ.get("ESTIMATOR_PROOFS") == "whole"
SEED = int(os.environ.get("ESTIMATOR_PROOFS_SEED", "1"))
SECONDS = 1.2  # of a scene's sample, on an idle core


@pytest.mark.parametrize("scene", SCENES)
def test_whatever_the_system_refuses_is_one_error_and_nothing_is_lost(scene: str) -> None:
    most = None if WHOLE else max(10, int(SECONDS / SCENES[scene].cost))
    found = play({"play": "refusals", "scene": scene, "most": most, "seed": SEED}, 7200)
    print(
        f"\n{scene}: {found['fired']} of {found['cases']} faults fired at {found['deeds']} deeds: {found['errors']} errors, "
        f"{found['went_on']} passed over; {len(found['bad'])} bad"
    )
    assert found["fired"] == min(most or found["cases"], found["cases"])
    assert found["errors"] + found["went_on"] == found["fired"]
    if WHOLE:  # a small sample may hold notes alone, without which an evaluation goes on
        assert found["errors"]
    assert not found["bad"], "\n".join(found["bad"])
