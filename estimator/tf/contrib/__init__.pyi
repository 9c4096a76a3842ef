"""Written by `make stub` from the table in __init__.py; do not edit."""

from estimator.tf.contrib import framework as framework
from estimator.tf.contrib import layers as layers
from estimator.tf.contrib import slim as slim
from estimator.tf.contrib import training as training
