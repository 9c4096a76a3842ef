"""Written by `make stub` from the table in utils.py; do not edit."""

from estimator.files.fetching import get_file as get_file
from estimator.keras.callbacks.progress_bar import Progbar as Progbar
from estimator.keras.training.sequence import Sequence as Sequence
