"""Optimizers by name: the table of where they are says what their files say."""

from __future__ import annotations

import subprocess
import sys

from estimator.optimizers.by_name import OPTIMIZERS
from estimator.optimizers.optimizer import Optimizer
from tests.architecture.sources import ROOT

BEFORE_AND_AFTER = """
import importlib, pkgutil
from estimator import optimizers
from estimator.optimizers.by_name import OPTIMIZERS
print(*OPTIMIZERS)
for module in pkgutil.iter_modules(optimizers.__path__, "estimator.optimizers."):
    importlib.import_module(module.name)
print(*OPTIMIZERS)
"""


def test_every_optimizer_is_where_the_table_says() -> None:
    for name in OPTIMIZERS:
        assert issubclass(OPTIMIZERS.get(name), Optimizer)


def test_no_file_has_an_optimizer_that_the_table_lacks() -> None:
    done = subprocess.run([sys.executable, "-c", BEFORE_AND_AFTER], capture_output=True, text=True, cwd=ROOT)
    expected, found = done.stdout.splitlines()
    assert expected == found, done.stderr
