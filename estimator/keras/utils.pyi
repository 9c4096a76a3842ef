"""Written by `make stub` from the table in utils.py; do not edit."""

from estimator.files.fetching import get_file as get_file
