"""Written by `make stub` from the table in utils.py; do not edit."""

from estimator.saved_model.tensor_info import build_tensor_info as build_tensor_info
from estimator.saved_model.tensor_info import get_tensor_from_tensor_info as get_tensor_from_tensor_info
