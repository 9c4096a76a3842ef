"""What jax computes on."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

pytestmark = pytest.mark.jax


@pytest.mark.parametrize("platform", ["tpu", "cuda", "nonsense"])
def test_a_platform_that_is_not_there_is_one_error_that_names_the_variable(platform: str) -> None:
    script = "import estimator.tf as tf; tf.Session(executor='jax')"
    done = subprocess.run(
        [sys.executable, "-c", script],
        env={**os.environ, "JAX_PLATFORMS": platform},
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert done.returncode == 1
    last = done.stderr.strip().splitlines()[-1]
    assert last.startswith("RuntimeError: jax finds no device to compute on. ")
    assert f"JAX_PLATFORMS asks for {platform!r}" in last
