"""Written by `make stub` from the table in experimental.py; do not edit."""

from estimator.functions.function import do_not_convert as do_not_convert
from estimator.functions.function import set_loop_options as set_loop_options
