"""``tf.keras.datasets.cifar10``: the names of ``estimator.keras.datasets.cifar10``."""

from estimator.keras.datasets.cifar10 import __all__, __dir__, __getattr__  # noqa: F401
