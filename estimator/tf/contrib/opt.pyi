"""Written by `make stub` from the table in opt.py; do not edit."""

from estimator.optimizers.clip_gradients import clip_gradients_by_global_norm as clip_gradients_by_global_norm
