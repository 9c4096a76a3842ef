"""Estimators as scikit-learn has them, for its pipelines and searches: ``est.sklearn.Classifier``."""

from __future__ import annotations

from estimator.core.facade import lazy_names

__all__, __getattr__, __dir__ = lazy_names(
    __name__,
    {"estimator.sklearn.wrappers": "Classifier Regressor"},
)
