"""``tf.keras.regularizers``: the names of ``estimator.keras.regularizers``."""

from estimator.keras.regularizers import __all__, __dir__, __getattr__  # noqa: F401
