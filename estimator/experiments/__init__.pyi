"""Written by `make stub` from the table in __init__.py; do not edit."""

from estimator.experiments.experiment import Experiment as Experiment
