"""``tf.keras.datasets``: the names of ``estimator.keras.datasets``."""

from __future__ import annotations

from estimator.core.facade import lazy_names

__all__, __getattr__, __dir__ = lazy_names(
    __name__,
    {},
    modules=(
        "estimator.tf.keras.datasets.boston_housing estimator.tf.keras.datasets.cifar10 "
        "estimator.tf.keras.datasets.cifar100 estimator.tf.keras.datasets.fashion_mnist "
        "estimator.tf.keras.datasets.imdb estimator.tf.keras.datasets.mnist estimator.tf.keras.datasets.reuters"
    ),
)
