"""Written by `make stub` from the table in predictor.py; do not edit."""

from estimator.estimators.predictor import from_estimator as from_estimator
