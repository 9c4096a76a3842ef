"""Written by `make stub` from the table in __init__.py; do not edit."""

from estimator.core.errors import NanLossDuringTrainingError as NanLossDuringTrainingError
from estimator.estimators.experiment import Experiment as Experiment
from estimator.estimators.kmeans import KMeansClustering as KMeansClustering
from estimator.models.learn_mode_keys import ModeKeys as ModeKeys
from estimator.settings.run_config import RunConfig as RunConfig
from estimator.tf.contrib.learn import learn_runner as learn_runner
