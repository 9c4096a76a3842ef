"""``tf.keras.datasets.cifar100``: the names of ``estimator.keras.datasets.cifar100``."""

from estimator.keras.datasets.cifar100 import __all__, __dir__, __getattr__  # noqa: F401
