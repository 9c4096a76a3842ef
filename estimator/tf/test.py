"""What tests of models use: tf.test."""

from __future__ import annotations

from estimator.core.facade import lazy_names

__all__, __getattr__, __dir__ = lazy_names(
    __name__,
    {
        "estimator.core.unavailable": "create_local_cluster",
        "estimator.testing.benchmark": "Benchmark benchmark_config",
        "estimator.testing.environment": (
            "get_temp_dir gpu_device_name is_built_with_cuda is_built_with_gpu_support is_built_with_rocm "
            "is_built_with_xla is_gpu_available main test_src_dir_path"
        ),
        "estimator.testing.gradient": "compute_gradient compute_gradient_error",
        "estimator.testing.graphs": "assert_equal_graph_def",
        "estimator.testing.case": "TestCase",
        "estimator.testing.stubs": "StubOutForTesting",
    },
    modules="unittest.mock",
)
