"""Written by `make stub` from the table in __init__.py; do not edit."""

from estimator.keras.layer import Layer as Layer
from estimator.keras.layers.by_name import deserialize as deserialize
from estimator.keras.layers.by_name import serialize as serialize
from estimator.keras.layers.dense import Dense as Dense
from estimator.network.layers.input_spec import InputSpec as InputSpec
