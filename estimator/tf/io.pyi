"""Written by `make stub` from the table in io.py; do not edit."""

from estimator.columns.column import FixedLenFeature as FixedLenFeature
