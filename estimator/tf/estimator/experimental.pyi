"""Written by `make stub` from the table in experimental.py; do not edit."""

from estimator.calls.early_stopping import make_early_stopping_hook as make_early_stopping_hook
from estimator.calls.early_stopping import stop_if_higher_hook as stop_if_higher_hook
from estimator.calls.early_stopping import stop_if_lower_hook as stop_if_lower_hook
from estimator.calls.early_stopping import stop_if_no_decrease_hook as stop_if_no_decrease_hook
from estimator.calls.early_stopping import stop_if_no_increase_hook as stop_if_no_increase_hook
from estimator.estimators.in_memory_evaluator import InMemoryEvaluatorHook as InMemoryEvaluatorHook
from estimator.estimators.kmeans import KMeansClustering as KMeans
from estimator.estimators.logit_functions import call_logit_fn as call_logit_fn
from estimator.estimators.logit_functions import dnn_logit_fn_builder as dnn_logit_fn_builder
from estimator.estimators.logit_functions import linear_logit_fn_builder as linear_logit_fn_builder
from estimator.training.hooks.stop_at_checkpoint_step import make_stop_at_checkpoint_step_hook as make_stop_at_checkpoint_step_hook
