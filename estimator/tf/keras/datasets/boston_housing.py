"""``tf.keras.datasets.boston_housing``: the names of ``estimator.keras.datasets.boston_housing``."""

from estimator.keras.datasets.boston_housing import __all__, __dir__, __getattr__  # noqa: F401
