"""Written by `make stub` from the table in builder.py; do not edit."""

from estimator.saved_model.builder import SavedModelBuilder as SavedModelBuilder
