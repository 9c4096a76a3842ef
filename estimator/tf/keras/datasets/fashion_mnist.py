"""``tf.keras.datasets.fashion_mnist``: the names of ``estimator.keras.datasets.fashion_mnist``."""

from estimator.keras.datasets.fashion_mnist import __all__, __dir__, __getattr__  # noqa: F401
