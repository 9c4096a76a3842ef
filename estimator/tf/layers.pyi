"""Written by `make stub` from the table in layers.py; do not edit."""

from estimator.network.layers.batch_normalization import BatchNormalization as BatchNormalization
from estimator.network.layers.batch_normalization import batch_normalization as batch_normalization
from estimator.network.layers.dense import Dense as Dense
from estimator.network.layers.dense import dense as dense
from estimator.network.layers.dropout import Dropout as Dropout
from estimator.network.layers.dropout import dropout as dropout
from estimator.network.layers.flatten import Flatten as Flatten
from estimator.network.layers.flatten import flatten as flatten
from estimator.network.layers.input_spec import InputSpec as InputSpec
from estimator.network.layers.layer import Layer as Layer
