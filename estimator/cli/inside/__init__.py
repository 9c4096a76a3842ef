"""What packages take from inside TensorFlow that is not public there, a file for each place or purpose.

:mod:`estimator.cli.private_modules` says under which of TensorFlow's modules each of it is found.
"""
