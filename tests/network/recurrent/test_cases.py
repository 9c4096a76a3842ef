"""Recurrent networks are called, compute and learn as TensorFlow's.

tests/data/tf/recurrent.json was written by TensorFlow 2.15.1; with a new case it is made again by

    .venv-tf/bin/python tests/interop/tf_recurrent.py | sed 's/}, "/},\\n"/g' > tests/data/tf/recurrent.json
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from estimator import tf
from tests.network.recurrent.cases import CASES, REFUSED, lines, record

STORED = Path(__file__).parents[2] / "data" / "tf" / "recurrent.json"
ANSWERS: dict[str, Any] = json.loads(STORED.read_text(encoding="utf-8"))


def test_every_case_has_tensorflows_answer() -> None:
    assert list(ANSWERS) == lines(CASES) + lines(REFUSED)
    assert {ANSWERS[case] for case in lines(REFUSED)} == {"refused"}


@pytest.mark.parametrize("case", lines(CASES))
def test_a_network_computes_and_learns_as_tensorflows(case: str) -> None:
    found, wanted = record(tf, case), ANSWERS[case]
    if "refused" in (found, wanted):
        assert found == wanted
        return
    for part in ("variables", "initial", "shapes"):
        assert found[part] == wanted[part], part
    assert found["gradients"].keys() == wanted["gradients"].keys()
    for part in ("values", "gradients", "losses"):
        for value, other in zip(_rows(found[part]), _rows(wanted[part]), strict=True):
            np.testing.assert_allclose(value, other, rtol=5e-5, atol=2e-6, err_msg=part)


def _rows(part: Any) -> list[Any]:
    return list(part.values()) if isinstance(part, dict) else part


@pytest.mark.parametrize("case", lines(REFUSED))
def test_what_tensorflow_refuses_is_refused(case: str) -> None:
    assert record(tf, case) == "refused"
