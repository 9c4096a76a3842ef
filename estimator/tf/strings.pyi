"""Written by `make stub` from the table in strings.py; do not edit."""

from estimator.functions.strings import as_string as as_string
