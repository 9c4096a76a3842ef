"""Written by `make stub` from the table in experimental.py; do not edit."""

from estimator.estimators.kmeans import KMeansClustering as KMeans
