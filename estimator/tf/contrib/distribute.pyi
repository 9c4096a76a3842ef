"""Written by `make stub` from the table in distribute.py; do not edit."""

from estimator.core.unavailable import ParameterServerStrategy as ParameterServerStrategy
from estimator.core.unavailable import TPUStrategy as TPUStrategy
from estimator.settings.replicas import CollectiveAllReduceStrategy as CollectiveAllReduceStrategy
from estimator.settings.replicas import MirroredStrategy as MirroredStrategy
from estimator.settings.replicas import OneDeviceStrategy as OneDeviceStrategy
