"""Written by `make stub` from the table in training.py; do not edit."""

from estimator.model_dir.scripts import checkpoints_iterator as checkpoints_iterator
from estimator.model_dir.scripts import wait_for_new_checkpoint as wait_for_new_checkpoint
from estimator.optimizers.train_op import add_gradients_summaries as add_gradients_summaries
from estimator.optimizers.train_op import clip_gradient_norms as clip_gradient_norms
from estimator.optimizers.train_op import clip_gradient_norms_fn as clip_gradient_norms_fn
from estimator.optimizers.train_op import create_train_op as create_train_op
from estimator.optimizers.train_op import multiply_gradients as multiply_gradients
from estimator.settings.hparams import HParams as HParams
from estimator.settings.hparams import parse_values as parse_values
from estimator.settings.placement import GreedyLoadBalancingStrategy as GreedyLoadBalancingStrategy
from estimator.settings.placement import RandomStrategy as RandomStrategy
from estimator.settings.placement import byte_size_load_fn as byte_size_load_fn
from estimator.training.evaluation import evaluate_once as evaluate_once
from estimator.training.evaluation import evaluate_repeatedly as evaluate_repeatedly
from estimator.training.evaluation import get_or_create_eval_step as get_or_create_eval_step
from estimator.training.hooks.stop_after_evals import StopAfterNEvalsHook as StopAfterNEvalsHook
from estimator.training.hooks.summary_at_end import SummaryAtEndHook as SummaryAtEndHook
