"""Written by `make stub` from the table in app.py; do not edit."""

from estimator.command_line.program import run as run
from estimator.tf import flags as flags
