"""``tf.keras.models``: the names of ``estimator.keras.models``."""

from estimator.keras.models import __all__, __dir__, __getattr__  # noqa: F401
