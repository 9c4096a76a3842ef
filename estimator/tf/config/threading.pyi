"""Written by `make stub` from the table in threading.py; do not edit."""

from estimator.settings.devices import get_inter_op_parallelism_threads as get_inter_op_parallelism_threads
from estimator.settings.devices import get_intra_op_parallelism_threads as get_intra_op_parallelism_threads
from estimator.settings.devices import set_inter_op_parallelism_threads as set_inter_op_parallelism_threads
from estimator.settings.devices import set_intra_op_parallelism_threads as set_intra_op_parallelism_threads
