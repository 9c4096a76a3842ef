"""Written by `make stub` from the table in experimental.py; do not edit."""

from estimator.core.unavailable import CentralStorageStrategy as CentralStorageStrategy
from estimator.core.unavailable import CollectiveCommunication as CollectiveCommunication
from estimator.core.unavailable import ParameterServerStrategy as ParameterServerStrategy
from estimator.core.unavailable import TPUStrategy as TPUStrategy
from estimator.settings.replicas import MultiWorkerMirroredStrategy as MultiWorkerMirroredStrategy
