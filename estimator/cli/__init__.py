"""The command line of the package: ``estimator COMMAND``, or ``python -m estimator COMMAND``."""
