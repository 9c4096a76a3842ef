"""``tf.keras.backend``: the names of ``estimator.keras.backend``."""

from estimator.keras.backend import __all__, __dir__, __getattr__  # noqa: F401
