"""Written by `make stub` from the table in __init__.py; do not edit."""

from estimator.settings.input_context import InputContext as InputContext
from estimator.settings.replicas import MirroredStrategy as MirroredStrategy
from estimator.settings.replicas import MultiWorkerMirroredStrategy as MultiWorkerMirroredStrategy
from estimator.settings.replicas import OneDeviceStrategy as OneDeviceStrategy
from estimator.settings.replicas import ReduceOp as ReduceOp
from estimator.settings.replicas import ReplicaContext as ReplicaContext
from estimator.settings.replicas import Strategy as Strategy
from estimator.settings.replicas import get_loss_reduction as get_loss_reduction
from estimator.settings.replicas import get_replica_context as get_replica_context
from estimator.settings.replicas import get_strategy as get_strategy
from estimator.settings.replicas import has_strategy as has_strategy
from estimator.settings.replicas import in_cross_replica_context as in_cross_replica_context
from estimator.tf.distribute import cluster_resolver as cluster_resolver
from estimator.tf.distribute import experimental as experimental
