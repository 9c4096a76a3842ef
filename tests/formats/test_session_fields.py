"""Messages that scripts make to set up a session, with TensorFlow's names and numbers."""

from __future__ import annotations

import copy

import pytest
from google.protobuf import text_format

from estimator.formats.messages import (
    ConfigProto,
    GPUOptions,
    GraphOptions,
    OptimizerOptions,
    RewriterConfig,
    RunOptions,
)
from estimator.settings.run_config import RunConfig


def test_scripts_set_options_in_the_call_or_afterwards() -> None:
    config = ConfigProto(log_device_placement=True, gpu_options=GPUOptions(allow_growth=True))
    config.gpu_options.per_process_gpu_memory_fraction = 0.3
    config.device_count["GPU"] = 0
    assert (config.log_device_placement, config.gpu_options.allow_growth) == (True, True)
    assert dict(ConfigProto().device_count) == {}


def test_the_bytes_are_those_of_tensorflow() -> None:
    config = ConfigProto(
        inter_op_parallelism_threads=2,
        intra_op_parallelism_threads=3,
        graph_options=GraphOptions(optimizer_options=OptimizerOptions(opt_level=OptimizerOptions.L0)),
    )
    config.graph_options.optimizer_options.global_jit_level = OptimizerOptions.ON_1
    config.graph_options.rewrite_options.constant_folding = RewriterConfig.OFF
    config.gpu_options.visible_device_list = "0,1"
    # ConfigProto(...).SerializeToString().hex() of TensorFlow 2.15.1
    assert (
        config.SerializeToString().hex() == "1003280232052a03302c3152131a0d18ffffffffffffffffff01280152021802"
    )
    assert RunOptions.FULL_TRACE == 3


def test_the_bytes_of_nested_messages_are_those_of_tensorflow() -> None:
    config = ConfigProto()
    config.gpu_options.experimental.virtual_devices.add(memory_limit_mb=[3.0])
    config.rpc_options.num_channels_per_target = 2
    config.cluster_def.job.add(name="w").tasks[0] = "h:1"
    config.experimental.session_metadata.version = 4
    config.experimental.mlir_bridge_rollout = ConfigProto.Experimental.MLIR_BRIDGE_ROLLOUT_ENABLED
    config.experimental.coordination_config.coordinated_job_list.add(num_tasks=3)
    options = RunOptions(trace_level=RunOptions.FULL_TRACE)
    options.debug_options.debug_tensor_watch_opts.add(node_name="n", debug_ops=["i"])
    options.experimental.run_handler_pool_options.priority = 1
    # the same calls and .SerializeToString(deterministic=True).hex() in TensorFlow 2.15.1
    assert config.SerializeToString(deterministic=True).hex() == (
        "320a4a080a060a04000040406a023002720e0a0c0a0177120708001203683a3182010e5a021004880101ba010452021003"
    )
    assert options.SerializeToString(deterministic=True).hex() == "0803320822060a016e1a016942041a020801"
    assert text_format.Parse(str(config), ConfigProto()) == config


def test_a_name_that_tensorflow_does_not_have_is_an_error() -> None:
    with pytest.raises(ValueError, match="alow_soft_placement"):
        ConfigProto(alow_soft_placement=True)
    with pytest.raises(AttributeError, match="alow_growth"):
        ConfigProto().gpu_options.alow_growth = True


def test_run_config_takes_it_and_copies_it() -> None:
    config = RunConfig(session_config=ConfigProto(allow_soft_placement=True))
    assert copy.deepcopy(config).session_config == ConfigProto(allow_soft_placement=True)
