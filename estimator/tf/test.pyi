"""Written by `make stub` from the table in test.py; do not edit."""

from estimator.core.unavailable import create_local_cluster as create_local_cluster
from estimator.testing.benchmark import Benchmark as Benchmark
from estimator.testing.benchmark import benchmark_config as benchmark_config
from estimator.testing.case import TestCase as TestCase
from estimator.testing.environment import get_temp_dir as get_temp_dir
from estimator.testing.environment import gpu_device_name as gpu_device_name
from estimator.testing.environment import is_built_with_cuda as is_built_with_cuda
from estimator.testing.environment import is_built_with_gpu_support as is_built_with_gpu_support
from estimator.testing.environment import is_built_with_rocm as is_built_with_rocm
from estimator.testing.environment import is_built_with_xla as is_built_with_xla
from estimator.testing.environment import is_gpu_available as is_gpu_available
from estimator.testing.environment import main as main
from estimator.testing.environment import test_src_dir_path as test_src_dir_path
from estimator.testing.gradient import compute_gradient as compute_gradient
from estimator.testing.gradient import compute_gradient_error as compute_gradient_error
from estimator.testing.graphs import assert_equal_graph_def as assert_equal_graph_def
from estimator.testing.stubs import StubOutForTesting as StubOutForTesting
from unittest import mock as mock
