"""``tf.keras.datasets.reuters``: the names of ``estimator.keras.datasets.reuters``."""

from estimator.keras.datasets.reuters import __all__, __dir__, __getattr__  # noqa: F401
