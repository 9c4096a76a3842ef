"""Written by `make stub` from the table in learning.py; do not edit."""

from estimator.optimizers.train_op import add_gradients_summaries as add_gradients_summaries
from estimator.optimizers.train_op import clip_gradient_norms as clip_gradient_norms
from estimator.optimizers.train_op import create_slim_train_op as create_train_op
from estimator.optimizers.train_op import multiply_gradients as multiply_gradients
