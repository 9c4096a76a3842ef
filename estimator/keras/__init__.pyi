"""Written by `make stub` from the table in __init__.py; do not edit."""

from estimator.keras import activations as activations
from estimator.keras import backend as backend
from estimator.keras import callbacks as callbacks
from estimator.keras import constraints as constraints
from estimator.keras import datasets as datasets
from estimator.keras import estimator as estimator
from estimator.keras import initializers as initializers
from estimator.keras.input_layer import Input as Input
from estimator.keras import layers as layers
from estimator.keras import losses as losses
from estimator.keras import metrics as metrics
from estimator.keras.model import Model as Model
from estimator.keras import models as models
from estimator.keras import optimizers as optimizers
from estimator.keras import preprocessing as preprocessing
from estimator.keras import regularizers as regularizers
from estimator.keras import saving as saving
from estimator.keras.sequential import Sequential as Sequential
from estimator.keras import utils as utils
