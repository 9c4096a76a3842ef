"""Written by `make stub` from the table in loader.py; do not edit."""

from estimator.saved_model.folder import contains_saved_model as maybe_saved_model_directory
from estimator.saved_model.loader import load as load
