"""Written by `make stub` from the table in main_op.py; do not edit."""

from estimator.saved_model.main_op import main_op as main_op
from estimator.saved_model.main_op import main_op_with_restore as main_op_with_restore
