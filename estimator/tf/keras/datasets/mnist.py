"""``tf.keras.datasets.mnist``: the names of ``estimator.keras.datasets.mnist``."""

from estimator.keras.datasets.mnist import __all__, __dir__, __getattr__  # noqa: F401
