"""Experiments as YAML: ``estimator.experiments.Experiment.read("experiments/iris.yaml").train()``."""

from __future__ import annotations

from estimator.core.facade import lazy_names

__all__, __getattr__, __dir__ = lazy_names(
    __name__,
    {"estimator.experiments.experiment": "Experiment"},
)
