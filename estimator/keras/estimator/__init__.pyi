"""Written by `make stub` from the table in __init__.py; do not edit."""

from estimator.keras.training.model_to_estimator import model_to_estimator as model_to_estimator
