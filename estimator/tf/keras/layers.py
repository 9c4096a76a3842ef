"""``tf.keras.layers``: the names of ``estimator.keras.layers``."""

from estimator.keras.layers import __all__, __dir__, __getattr__  # noqa: F401
