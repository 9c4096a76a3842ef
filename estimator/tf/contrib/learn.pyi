"""Written by `make stub` from the table in learn.py; do not edit."""

from estimator.core.errors import NanLossDuringTrainingError as NanLossDuringTrainingError
from estimator.estimators.kmeans import KMeansClustering as KMeansClustering
from estimator.models.learn_mode_keys import ModeKeys as ModeKeys
from estimator.settings.run_config import RunConfig as RunConfig
