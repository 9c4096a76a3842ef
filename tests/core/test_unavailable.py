from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from estimator import tf
from estimator.core.errors import UnimplementedError
from estimator.tf.contrib import cluster_resolver, distribute, tpu


@pytest.mark.parametrize(
    ("kind", "message"),
    [
        (
            tpu.TPUEstimator,
            r"tf\.contrib\.tpu\.TPUEstimator is not available: .*; use tf\.estimator\.Estimator\.",
        ),
        (tpu.TPUEstimatorSpec, r"use tf\.estimator\.EstimatorSpec\."),
        (tpu.RunConfig, r"tf\.contrib\.tpu\.RunConfig is not available: .*; use tf\.estimator\.RunConfig\."),
        (tpu.TPUConfig, r"use tf\.estimator\.RunConfig\."),
        (tpu.CrossShardOptimizer, "use the optimizer itself"),
        (cluster_resolver.TPUClusterResolver, "without a cluster"),
        (distribute.ParameterServerStrategy, "every process that trains has all variables"),
        (distribute.TPUStrategy, "there are no TPUs"),
        (tf.estimator.tpu.TPUEstimator, r"use tf\.estimator\.Estimator\."),
        (tf.distribute.experimental.CentralStorageStrategy, "every process that trains has all variables"),
        (tf.distribute.cluster_resolver.TPUClusterResolver, "without a cluster"),
        (tf.train.Server, r"run tf\.estimator\.train_and_evaluate"),
        (tf.tpu.CrossShardOptimizer, "use the optimizer itself"),
        (tf.train.experimental.FixedLossScale, "numbers keep their types here"),
        (tf.train.experimental.DynamicLossScale, "numbers keep their types here"),
        (tf.train.experimental.MixedPrecisionLossScaleOptimizer, "use the optimizer itself"),
        (tf.train.experimental.enable_mixed_precision_graph_rewrite, "use the optimizer itself"),
    ],
)
def test_a_class_may_be_named_and_subclassed_and_never_made(kind: Any, message: str) -> None:
    class Mine(kind):  # type: ignore[misc]
        def __init__(self, num_gpus: int) -> None:
            self.num_gpus = num_gpus

    for make in (kind, Mine):
        with pytest.raises(UnimplementedError, match=message):
            make(num_gpus=2)


def test_a_method_that_makes_one_is_refused_likewise() -> None:
    with pytest.raises(UnimplementedError, match=r"tf\.train\.Server is not available: one process trains"):
        tf.train.Server.create_local_server(start=False)


def test_an_optimizer_that_cannot_be_made_is_one() -> None:
    assert issubclass(tf.train.SyncReplicasOptimizer, tf.train.Optimizer)
    assert issubclass(tf.tpu.CrossShardOptimizer, tf.train.Optimizer)


def test_a_library_that_is_not_there_is_told_from_one_that_cannot_be_run(tmp_path: Path) -> None:
    (tmp_path / "ops.so").write_bytes(b"\x7fELF")
    for load in (tf.load_op_library, tf.load_library):
        with pytest.raises(
            tf.errors.NotFoundError, match="no.so': there is no such file, and what is compiled"
        ):
            load(str(tmp_path / "no.so"))
        with pytest.raises(UnimplementedError, match=r"ops.so' is not loaded: .* call it by tf\.py_func"):
            load(str(tmp_path / "ops.so"))


def test_the_ways_to_feed_are_numbers() -> None:
    assert tpu.InputPipelineConfig.PER_HOST_V2 == 3


def test_the_ways_to_talk_are_names() -> None:
    assert tf.distribute.experimental.CollectiveCommunication.NCCL.value == "NCCL"
    assert tf.estimator.tpu.InputPipelineConfig.PER_HOST_V2 == tpu.InputPipelineConfig.PER_HOST_V2
