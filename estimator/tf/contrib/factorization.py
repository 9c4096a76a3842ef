"""Factors of matrices, and clusters: tf.contrib.factorization."""

from __future__ import annotations

from estimator.core.facade import lazy_names

__all__, __getattr__, __dir__ = lazy_names(
    __name__,
    {
        "estimator.core.unavailable": "WALSMatrixFactorization",
        "estimator.estimators.kmeans": "KMeansClustering",
        "estimator.models.clustering_graph": "KMeans",
    },
)
