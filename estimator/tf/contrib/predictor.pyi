"""Written by `make stub` from the table in predictor.py; do not edit."""

from estimator.estimators.predictor import from_checkpoint as from_checkpoint
from estimator.estimators.predictor import from_contrib_estimator as from_contrib_estimator
from estimator.estimators.predictor import from_estimator as from_estimator
from estimator.estimators.predictor import from_saved_model as from_saved_model
