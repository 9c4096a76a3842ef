"""``tf.keras.preprocessing.sequence``: the names of ``estimator.keras.preprocessing.sequence``."""

from estimator.keras.preprocessing.sequence import __all__, __dir__, __getattr__  # noqa: F401
