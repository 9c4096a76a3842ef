"""``tf.keras.utils``: the names of ``estimator.keras.utils``."""

from estimator.keras.utils import __all__, __dir__, __getattr__  # noqa: F401
