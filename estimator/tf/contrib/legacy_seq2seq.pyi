"""Written by `make stub` from the table in legacy_seq2seq.py; do not edit."""

from estimator.network.recurrent.seq2seq import basic_rnn_seq2seq as basic_rnn_seq2seq
from estimator.network.recurrent.seq2seq import rnn_decoder as rnn_decoder
from estimator.network.recurrent.seq2seq import tied_rnn_seq2seq as tied_rnn_seq2seq
from estimator.network.step_losses import sequence_loss as sequence_loss
from estimator.network.step_losses import sequence_loss_by_example as sequence_loss_by_example
