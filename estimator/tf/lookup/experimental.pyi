"""Written by `make stub` from the table in experimental.py; do not edit."""

from estimator.functions.mutable_tables import MutableHashTable as MutableHashTable
