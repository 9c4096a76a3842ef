"""Written by `make stub` from the table in opt.py; do not edit."""

from estimator.optimizers.clip_gradients import clip_gradients_by_global_norm as clip_gradients_by_global_norm
from estimator.optimizers.lazy_adam import LazyAdamOptimizer as LazyAdamOptimizer
from estimator.optimizers.moving_average_optimizer import MovingAverageOptimizer as MovingAverageOptimizer
from estimator.optimizers.nadam import NadamOptimizer as NadamOptimizer
from estimator.optimizers.weight_decay import AdamWOptimizer as AdamWOptimizer
from estimator.optimizers.weight_decay import DecoupledWeightDecayExtension as DecoupledWeightDecayExtension
from estimator.optimizers.weight_decay import MomentumWOptimizer as MomentumWOptimizer
from estimator.optimizers.weight_decay import extend_with_decoupled_weight_decay as extend_with_decoupled_weight_decay
