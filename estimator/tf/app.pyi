"""Written by `make stub` from the table in app.py; do not edit."""

from estimator.core.program import run as run
