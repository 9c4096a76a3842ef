"""``tf.compat.v1``: the same names as ``tf``."""

from estimator.tf import __all__, __dir__, __getattr__, __version__  # noqa: F401
