"""Written by `make stub` from the table in learn_runner.py; do not edit."""

from estimator.estimators.experiment import run as run
