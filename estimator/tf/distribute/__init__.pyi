"""Written by `make stub` from the table in __init__.py; do not edit."""

from estimator.core.unavailable import InputContext as InputContext
from estimator.core.unavailable import MirroredStrategy as MirroredStrategy
from estimator.core.unavailable import OneDeviceStrategy as OneDeviceStrategy
from estimator.core.unavailable import Strategy as Strategy
from estimator.tf.distribute import cluster_resolver as cluster_resolver
from estimator.tf.distribute import experimental as experimental
