"""The command line of the package: ``python -m estimator COMMAND``, one command a file."""
