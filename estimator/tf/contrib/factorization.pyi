"""Written by `make stub` from the table in factorization.py; do not edit."""

from estimator.core.unavailable import WALSMatrixFactorization as WALSMatrixFactorization
from estimator.estimators.kmeans import KMeansClustering as KMeansClustering
from estimator.models.clustering_graph import KMeans as KMeans
