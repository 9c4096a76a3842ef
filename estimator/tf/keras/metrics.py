"""``tf.keras.metrics``: the names of ``estimator.keras.metrics``."""

from estimator.keras.metrics import __all__, __dir__, __getattr__  # noqa: F401
