"""``tf.keras.optimizers.legacy``: the names of ``estimator.keras.optimizers.legacy``."""

from estimator.keras.optimizers.legacy import __all__, __dir__, __getattr__  # noqa: F401
