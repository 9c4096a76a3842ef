"""Written by `make stub` from the table in version.py; do not edit."""

from estimator.core.interface import COMPILER_VERSION as COMPILER_VERSION
from estimator.core.interface import GIT_VERSION as GIT_VERSION
from estimator.core.interface import GRAPH_DEF_VERSION as GRAPH_DEF_VERSION
from estimator.core.interface import GRAPH_DEF_VERSION_MIN_CONSUMER as GRAPH_DEF_VERSION_MIN_CONSUMER
from estimator.core.interface import GRAPH_DEF_VERSION_MIN_PRODUCER as GRAPH_DEF_VERSION_MIN_PRODUCER
from estimator.core.interface import VERSION as VERSION
