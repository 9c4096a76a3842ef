"""Written by `make stub` from the table in inputs.py; do not edit."""

from estimator.pipeline.inputs import numpy_input_fn as numpy_input_fn
from estimator.pipeline.inputs import pandas_input_fn as pandas_input_fn
