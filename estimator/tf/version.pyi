"""Written by `make stub` from the table in version.py; do not edit."""

from estimator.core.interface import COMPILER_VERSION as COMPILER_VERSION
from estimator.core.interface import GIT_VERSION as GIT_VERSION
from estimator.core.interface import VERSION as VERSION
