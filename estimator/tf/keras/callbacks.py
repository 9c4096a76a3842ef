"""``tf.keras.callbacks``: the names of ``estimator.keras.callbacks``."""

from estimator.keras.callbacks import __all__, __dir__, __getattr__  # noqa: F401
