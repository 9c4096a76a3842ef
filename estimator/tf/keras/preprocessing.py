"""``tf.keras.preprocessing``: the names of ``estimator.keras.preprocessing``."""

from estimator.keras.preprocessing import __all__, __dir__, __getattr__  # noqa: F401
