"""Written by `make stub` from the table in tag_constants.py; do not edit."""

from estimator.saved_model.constants import GPU as GPU
from estimator.saved_model.constants import SERVING as SERVING
from estimator.saved_model.constants import TPU as TPU
from estimator.saved_model.constants import TRAINING as TRAINING
