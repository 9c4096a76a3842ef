"""Written by `make stub` from the table in __init__.py; do not edit."""

from estimator.functions.math import exp as exponential
from estimator.functions.math import tanh as tanh
from estimator.functions.nn import selu as selu
from estimator.functions.nn import softplus as softplus
from estimator.functions.nn import softsign as softsign
from estimator.keras.activations.by_name import deserialize as deserialize
from estimator.keras.activations.by_name import get as get
from estimator.keras.activations.by_name import serialize as serialize
from estimator.keras.activations.functions import elu as elu
from estimator.keras.activations.functions import gelu as gelu
from estimator.keras.activations.functions import relu as relu
from estimator.keras.activations.functions import sigmoid as sigmoid
from estimator.keras.activations.functions import softmax as softmax
from estimator.keras.activations.functions import swish as swish
from estimator.network.layers.by_name import hard_sigmoid as hard_sigmoid
from estimator.network.layers.by_name import linear as linear
from estimator.network.layers.by_name import mish as mish
