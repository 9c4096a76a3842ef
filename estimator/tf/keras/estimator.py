"""``tf.keras.estimator``: the names of ``estimator.keras.estimator``."""

from estimator.keras.estimator import __all__, __dir__, __getattr__  # noqa: F401
