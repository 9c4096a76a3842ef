"""``tf.keras.preprocessing.text``: the names of ``estimator.keras.preprocessing.text``."""

from estimator.keras.preprocessing.text import __all__, __dir__, __getattr__  # noqa: F401
