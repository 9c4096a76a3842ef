"""The Estimator again: model functions, input functions, checkpoints and TensorBoard, on numpy.

``import estimator as est`` has tf.estimator's names (:class:`Estimator`, :class:`RunConfig`,
:class:`DNNClassifier`, ...) and the namespaces that a model function needs (``est.layers``, ``est.losses``,
``est.train``, ...); ``from estimator import tf`` has TensorFlow 1's own layout::

    classifier = est.DNNClassifier([10, 10], columns, model_dir="models/iris", n_classes=3)
    classifier.train(input_fn, steps=200)
    print(classifier.evaluate(input_fn))

Nothing is defined here, and everything but the log is imported when it is first used.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from estimator.core import log
from estimator.core.facade import lazy_names

__version__ = "0.1.0"

if TYPE_CHECKING:
    # isort: off
    # fmt: off
    from estimator.tf.estimator import (
        CheckpointSaverHook as CheckpointSaverHook,
        CheckpointSaverListener as CheckpointSaverListener, DNNClassifier as DNNClassifier,
        DNNRegressor as DNNRegressor, Estimator as Estimator, EstimatorSpec as EstimatorSpec,
        FeedFnHook as FeedFnHook, FinalOpsHook as FinalOpsHook,
        GlobalStepWaiterHook as GlobalStepWaiterHook, LoggingTensorHook as LoggingTensorHook,
        ModeKeys as ModeKeys, NanLossDuringTrainingError as NanLossDuringTrainingError,
        NanTensorHook as NanTensorHook, RunConfig as RunConfig,
        SecondOrStepTimer as SecondOrStepTimer, SessionRunArgs as SessionRunArgs,
        SessionRunContext as SessionRunContext, SessionRunHook as SessionRunHook,
        SessionRunValues as SessionRunValues, StepCounterHook as StepCounterHook,
        StopAtStepHook as StopAtStepHook, SummarySaverHook as SummarySaverHook,
        VocabInfo as VocabInfo, WarmStartSettings as WarmStartSettings,
    )
    from estimator import tf as tf
    from estimator.tf import data as data
    from estimator.tf import errors as errors
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
    # fmt: on
    # isort: on
else:
    __all__, __getattr__, __dir__ = lazy_names(
        __name__,
        {
            "estimator.tf.estimator": (
                "CheckpointSaverHook CheckpointSaverListener DNNClassifier DNNRegressor Estimator "
                "EstimatorSpec FeedFnHook FinalOpsHook GlobalStepWaiterHook LoggingTensorHook "
                "ModeKeys NanLossDuringTrainingError NanTensorHook RunConfig SecondOrStepTimer "
                "SessionRunArgs SessionRunContext SessionRunHook SessionRunValues StepCounterHook "
                "StopAtStepHook SummarySaverHook VocabInfo WarmStartSettings"
            ),
        },
        modules=(
            "estimator.tf estimator.tf.data estimator.tf.errors estimator.tf.estimator.export "
            "estimator.tf.estimator.inputs estimator.tf.feature_column estimator.tf.initializers "
            "estimator.tf.layers estimator.tf.logging estimator.tf.losses estimator.tf.math "
            "estimator.tf.metrics estimator.tf.nn estimator.tf.random estimator.tf.regularizers "
            "estimator.tf.summary estimator.tf.train"
        ),
        later=(
            "BaselineClassifier BaselineRegressor BestExporter BinaryClassHead DNNEstimator "
            "DNNLinearCombinedClassifier DNNLinearCombinedRegressor EvalSpec FinalExporter "
            "LatestExporter LinearClassifier LinearRegressor MultiClassHead ProfilerHook "
            "RegressionHead TrainSpec add_metrics experimental train_and_evaluate"
        ),
    )

log.configure()
del log
