"""Written by `make stub` from the table in __init__.py; do not edit."""

from estimator import tf as tf
from estimator.tf import data as data
from estimator.tf import errors as errors
from estimator.tf.estimator import CheckpointSaverHook as CheckpointSaverHook
from estimator.tf.estimator import CheckpointSaverListener as CheckpointSaverListener
from estimator.tf.estimator import DNNClassifier as DNNClassifier
from estimator.tf.estimator import DNNRegressor as DNNRegressor
from estimator.tf.estimator import Estimator as Estimator
from estimator.tf.estimator import EstimatorSpec as EstimatorSpec
from estimator.tf.estimator import FeedFnHook as FeedFnHook
from estimator.tf.estimator import FinalOpsHook as FinalOpsHook
from estimator.tf.estimator import GlobalStepWaiterHook as GlobalStepWaiterHook
from estimator.tf.estimator import LoggingTensorHook as LoggingTensorHook
from estimator.tf.estimator import ModeKeys as ModeKeys
from estimator.tf.estimator import NanLossDuringTrainingError as NanLossDuringTrainingError
from estimator.tf.estimator import NanTensorHook as NanTensorHook
from estimator.tf.estimator import RunConfig as RunConfig
from estimator.tf.estimator import SecondOrStepTimer as SecondOrStepTimer
from estimator.tf.estimator import SessionRunArgs as SessionRunArgs
from estimator.tf.estimator import SessionRunContext as SessionRunContext
from estimator.tf.estimator import SessionRunHook as SessionRunHook
from estimator.tf.estimator import SessionRunValues as SessionRunValues
from estimator.tf.estimator import StepCounterHook as StepCounterHook
from estimator.tf.estimator import StopAtStepHook as StopAtStepHook
from estimator.tf.estimator import SummarySaverHook as SummarySaverHook
from estimator.tf.estimator import VocabInfo as VocabInfo
from estimator.tf.estimator import WarmStartSettings as WarmStartSettings
from estimator.tf.estimator import classifier_parse_example_spec as classifier_parse_example_spec
from estimator.tf.estimator import regressor_parse_example_spec as regressor_parse_example_spec
from estimator.tf.estimator import export as export
from estimator.tf.estimator import inputs as inputs
from estimator.tf import feature_column as feature_column
from estimator.tf import initializers as initializers
from estimator.tf import layers as layers
from estimator.tf import logging as logging
from estimator.tf import losses as losses
from estimator.tf import math as math
from estimator.tf import metrics as metrics
from estimator.tf import nn as nn
from estimator.tf import random as random
from estimator.tf import regularizers as regularizers
from estimator.tf import summary as summary
from estimator.tf import train as train

__version__: str
