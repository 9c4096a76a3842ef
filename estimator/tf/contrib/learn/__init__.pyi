"""Written by `make stub` from the table in __init__.py; do not edit."""

from estimator.core.errors import NanLossDuringTrainingError as NanLossDuringTrainingError
from estimator.core.errors import NotFittedError as NotFittedError
from estimator.core.unavailable import DynamicRnnEstimator as DynamicRnnEstimator
from estimator.estimators.experiment import Experiment as Experiment
from estimator.estimators.kmeans import KMeansClustering as KMeansClustering
from estimator.estimators.learn.estimator import Estimator as Estimator
from estimator.estimators.learn.estimator import SKCompat as SKCompat
from estimator.estimators.learn.export_strategy import ExportStrategy as ExportStrategy
from estimator.estimators.learn.export_strategy import build_parsing_serving_input_fn as build_parsing_serving_input_fn
from estimator.estimators.learn.export_strategy import make_export_strategy as make_export_strategy
from estimator.estimators.learn.metric_spec import MetricSpec as MetricSpec
from estimator.estimators.learn.model_fn_ops import InputFnOps as InputFnOps
from estimator.estimators.learn.model_fn_ops import ModelFnOps as ModelFnOps
from estimator.estimators.learn.model_fn_ops import ProblemType as ProblemType
from estimator.models.learn_mode_keys import ModeKeys as ModeKeys
from estimator.settings.run_config import RunConfig as RunConfig
from estimator.tf.contrib.learn import datasets as datasets
from estimator.tf.contrib.learn import io as io
from estimator.tf.contrib.learn import learn_runner as learn_runner
