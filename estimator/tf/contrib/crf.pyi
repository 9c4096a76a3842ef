"""Written by `make stub` from the table in crf.py; do not edit."""

from estimator.network.crf import crf_binary_score as crf_binary_score
from estimator.network.crf import crf_decode as crf_decode
from estimator.network.crf import crf_log_likelihood as crf_log_likelihood
from estimator.network.crf import crf_log_norm as crf_log_norm
from estimator.network.crf import crf_multitag_sequence_score as crf_multitag_sequence_score
from estimator.network.crf import crf_sequence_score as crf_sequence_score
from estimator.network.crf import crf_unary_score as crf_unary_score
from estimator.network.crf import viterbi_decode as viterbi_decode
