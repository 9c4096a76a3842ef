"""Written by `make stub` from the table in optimizer.py; do not edit."""

from estimator.settings.devices import get_experimental_options as get_experimental_options
from estimator.settings.devices import get_jit as get_jit
from estimator.settings.devices import set_experimental_options as set_experimental_options
from estimator.settings.devices import set_jit as set_jit
