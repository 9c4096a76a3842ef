"""``tf.keras.optimizers``: the names of ``estimator.keras.optimizers``."""

from estimator.tf.keras.optimizers import legacy, schedules  # noqa: F401, I001  first: later they would be ours
from estimator.keras.optimizers import __all__, __dir__, __getattr__  # noqa: F401
