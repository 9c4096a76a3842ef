"""``tf.keras.activations``: the names of ``estimator.keras.activations``."""

from estimator.keras.activations import __all__, __dir__, __getattr__  # noqa: F401
