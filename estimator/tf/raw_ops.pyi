"""Written by `make stub` from the table in raw_ops.py; do not edit."""

from estimator.functions.raw_ops import *
