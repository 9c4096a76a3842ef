"""Where a test runs: its directory, its devices, and how it is started.

Source
------
tf.test.main, get_temp_dir, is_gpu_available and their kin, TF 1.15 platform/{googletest,test}.py
"""

from __future__ import annotations

import atexit
import contextlib
import functools
import os
import sys
import tempfile
import unittest
from collections.abc import Sequence

from estimator.command_line.program import run
from estimator.core.keywords import near_keywords_of_functions
from estimator.model_dir.storage import remove_tree


def main(argv: Sequence[str] | None = None) -> None:
    """Read the flags, run the tests of the script, and end the program: with code 0 if none has failed.

    Parameters
    ----------
    argv : sequence of str, optional
        Default: the command line. What belongs to no flag goes to unittest.

    Raises
    ------
    SystemExit
        Always.
    """
    run(lambda rest: unittest.main(argv=rest), argv)


@functools.cache
def get_temp_dir() -> str:
    """A directory for the files of tests, made at the first call and removed when the program ends.

    It is made in the one that the environment's TEST_TMPDIR names, if it names one.
    """
    prefix = os.path.splitext(os.path.basename(sys.argv[0]))[0] or "test"
    directory = tempfile.mkdtemp(prefix=prefix, dir=os.environ.get("TEST_TMPDIR") or None)
    atexit.register(_remove, directory, os.getpid())
    return directory


def _remove(directory: str, owner: int) -> None:
    if os.getpid() == owner:  # not a process that was forked off
        with contextlib.suppress(OSError):
            remove_tree(directory)


def test_src_dir_path(relative_path: str) -> str:
    """The path of a test's data, below the directory that the environment's TEST_SRCDIR names.

    Raises
    ------
    KeyError
        If the environment does not name it.
    """
    return os.path.join(os.environ["TEST_SRCDIR"], "org_tensorflow/tensorflow", relative_path)


def is_gpu_available(
    cuda_only: bool = False, min_cuda_compute_capability: tuple[int, int] | None = None
) -> bool:
    """False: operations run on the processor."""
    return False


def gpu_device_name() -> str:
    """An empty text: there are no GPUs."""
    return ""


def is_built_with_cuda() -> bool:
    """False: operations run on the processor."""
    return False


def is_built_with_rocm() -> bool:
    """False: operations run on the processor."""
    return False


def is_built_with_gpu_support() -> bool:
    """False: operations run on the processor."""
    return False


def is_built_with_xla() -> bool:
    """False: there is no XLA."""
    return False


near_keywords_of_functions(__name__)
