"""``tf.keras.constraints``: the names of ``estimator.keras.constraints``."""

from estimator.keras.constraints import __all__, __dir__, __getattr__  # noqa: F401
