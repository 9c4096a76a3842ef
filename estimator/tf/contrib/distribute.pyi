"""Written by `make stub` from the table in distribute.py; do not edit."""

from estimator.core.unavailable import CollectiveAllReduceStrategy as CollectiveAllReduceStrategy
from estimator.core.unavailable import MirroredStrategy as MirroredStrategy
from estimator.core.unavailable import OneDeviceStrategy as OneDeviceStrategy
from estimator.core.unavailable import ParameterServerStrategy as ParameterServerStrategy
from estimator.core.unavailable import TPUStrategy as TPUStrategy
