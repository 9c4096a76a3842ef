"""Written by `make stub` from the table in estimator.py; do not edit."""

from estimator.calls.early_stopping import make_early_stopping_hook as make_early_stopping_hook
from estimator.calls.early_stopping import stop_if_higher_hook as stop_if_higher_hook
from estimator.calls.early_stopping import stop_if_lower_hook as stop_if_lower_hook
from estimator.calls.early_stopping import stop_if_no_decrease_hook as stop_if_no_decrease_hook
from estimator.calls.early_stopping import stop_if_no_increase_hook as stop_if_no_increase_hook
from estimator.estimators.add_metrics import add_metrics as add_metrics
from estimator.estimators.forward_features import forward_features as forward_features
from estimator.estimators.in_memory_evaluator import InMemoryEvaluatorHook as InMemoryEvaluatorHook
from estimator.estimators.replicate_model_fn import TowerOptimizer as TowerOptimizer
from estimator.estimators.replicate_model_fn import replicate_model_fn as replicate_model_fn
from estimator.models.heads.binary import BinaryClassHead as binary_classification_head
from estimator.models.heads.by_function import poisson_regression_head as poisson_regression_head
from estimator.models.heads.by_function import regression_head as regression_head
from estimator.models.heads.multi_class import MultiClassHead as multi_class_head
from estimator.models.heads.multi_head import MultiHead as multi_head
from estimator.models.heads.multi_label import MultiLabelHead as multi_label_head
from estimator.models.heads.regression import LogisticRegressionHead as logistic_regression_head
from estimator.optimizers.clip_gradients import clip_gradients_by_norm as clip_gradients_by_norm
from estimator.training.hooks.stop_at_checkpoint_step import make_stop_at_checkpoint_step_hook as make_stop_at_checkpoint_step_hook
