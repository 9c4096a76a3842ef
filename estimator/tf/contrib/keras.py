"""``tf.contrib.keras``: the names of ``tf.keras``."""

from estimator.tf.keras import __all__, __dir__, __getattr__  # noqa: F401
