"""``tf.keras.optimizers.schedules``: the names of ``estimator.keras.optimizers.schedules``."""

from estimator.keras.optimizers.schedules import __all__, __dir__, __getattr__  # noqa: F401
