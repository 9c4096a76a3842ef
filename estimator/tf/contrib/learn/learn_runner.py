"""What runs an Experiment: tf.contrib.learn.learn_runner."""

from __future__ import annotations

from estimator.core.facade import lazy_names

__all__, __getattr__, __dir__ = lazy_names(__name__, {"estimator.estimators.experiment": "run"})
