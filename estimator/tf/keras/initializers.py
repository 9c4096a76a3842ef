"""``tf.keras.initializers``: the names of ``estimator.keras.initializers``."""

from estimator.keras.initializers import __all__, __dir__, __getattr__  # noqa: F401
