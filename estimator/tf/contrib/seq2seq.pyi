"""Written by `make stub` from the table in seq2seq.py; do not edit."""

from estimator.network.sequence_loss import sequence_loss as sequence_loss
