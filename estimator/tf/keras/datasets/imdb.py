"""``tf.keras.datasets.imdb``: the names of ``estimator.keras.datasets.imdb``."""

from estimator.keras.datasets.imdb import __all__, __dir__, __getattr__  # noqa: F401
