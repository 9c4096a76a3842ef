"""``tf.keras.datasets``: the names of ``estimator.keras.datasets``."""

from estimator.keras.datasets import __all__, __dir__, __getattr__  # noqa: F401
