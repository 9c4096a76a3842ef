"""Written by `make stub` from the table in cluster_resolver.py; do not edit."""

from estimator.core.unavailable import TPUClusterResolver as TPUClusterResolver
