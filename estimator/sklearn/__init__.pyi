"""Written by `make stub` from the table in __init__.py; do not edit."""

from estimator.sklearn.wrappers import Classifier as Classifier
from estimator.sklearn.wrappers import Regressor as Regressor
