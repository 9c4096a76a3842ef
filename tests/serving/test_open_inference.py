"""Versions and signatures of the Open Inference Protocol."""

from __future__ import annotations

import pytest

from estimator.core.errors import InvalidArgumentError, UnimplementedError
from estimator.serving.models import ModelSpec
from estimator.serving.open_inference import check_parameters, spec_of


def test_a_version_is_a_number_or_a_label() -> None:
    assert spec_of("m", "") == ModelSpec("m")
    assert spec_of("m", "12") == ModelSpec("m", 12)
    assert spec_of("m", "stable", "text") == ModelSpec("m", None, "stable", "text")
    with pytest.raises(InvalidArgumentError, match="'signature_name' must be a string, given: 3"):
        spec_of("m", "", 3)


def test_parameters_that_would_be_missed_are_refused_together() -> None:
    check_parameters({"priority": 1, "timeout": 3}, "the request")
    with pytest.raises(
        UnimplementedError, match="the request: the parameters sequence_id, sequence_end are not"
    ):
        check_parameters({"sequence_id": 1, "sequence_end": True, "priority": 1}, "the request")
