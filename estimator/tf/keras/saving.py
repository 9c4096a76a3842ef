"""``tf.keras.saving``: the names of ``estimator.keras.saving``."""

from estimator.keras.saving import __all__, __dir__, __getattr__  # noqa: F401
