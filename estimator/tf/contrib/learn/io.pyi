"""Written by `make stub` from the table in io.py; do not edit."""

from estimator.pipeline.learn_io import numpy_input_fn as numpy_input_fn
from estimator.pipeline.learn_io import pandas_input_fn as pandas_input_fn
