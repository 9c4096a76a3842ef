"""Data of examples, from local files: keras.datasets."""

from __future__ import annotations

from estimator.core.facade import lazy_names

__all__, __getattr__, __dir__ = lazy_names(
    __name__,
    {},
    modules=(
        "estimator.keras.datasets.boston_housing estimator.keras.datasets.cifar10 estimator.keras.datasets.cifar100 "
        "estimator.keras.datasets.fashion_mnist estimator.keras.datasets.imdb estimator.keras.datasets.mnist "
        "estimator.keras.datasets.reuters"
    ),
)
