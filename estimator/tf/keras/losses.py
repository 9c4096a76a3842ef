"""``tf.keras.losses``: the names of ``estimator.keras.losses``."""

from estimator.keras.losses import __all__, __dir__, __getattr__  # noqa: F401
