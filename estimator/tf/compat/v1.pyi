"""Written by `make stub` from the table in v1.py; do not edit."""

from estimator.tf import *

__version__: str
