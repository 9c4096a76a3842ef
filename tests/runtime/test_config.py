"""Settings that old scripts make."""

from __future__ import annotations

import copy

import pytest

from estimator.runtime.config import ConfigProto, GPUOptions
from estimator.settings.run_config import RunConfig


def test_scripts_set_options_in_the_call_or_afterwards() -> None:
    config = ConfigProto(log_device_placement=True, gpu_options=GPUOptions(allow_growth=True))
    config.gpu_options.per_process_gpu_memory_fraction = 0.3
    config.device_count["GPU"] = 0
    assert (config.log_device_placement, config.gpu_options.allow_growth) == (True, True)
    assert ConfigProto().device_count == {}


def test_a_name_that_tensorflow_does_not_have_is_an_error() -> None:
    with pytest.raises(TypeError, match="alow_soft_placement"):
        ConfigProto(alow_soft_placement=True)  # type: ignore[call-arg]
    with pytest.raises(AttributeError, match="alow_growth"):
        ConfigProto().gpu_options.alow_growth = True  # type: ignore[attr-defined]


def test_run_config_takes_it_and_copies_it() -> None:
    config = RunConfig(session_config=ConfigProto(allow_soft_placement=True))
    assert copy.deepcopy(config).session_config == ConfigProto(allow_soft_placement=True)
