"""``tf.keras.optimizers``: the names of ``estimator.keras.optimizers``."""

from estimator.keras.optimizers import __all__, __dir__, __getattr__  # noqa: F401
