"""Written by `make stub` from the table in __init__.py; do not edit."""

from estimator.keras import Input as Input
from estimator.keras import Model as Model
from estimator.keras import Sequential as Sequential
from estimator.tf.keras import activations as activations
from estimator.tf.keras import backend as backend
from estimator.tf.keras import callbacks as callbacks
from estimator.tf.keras import constraints as constraints
from estimator.tf.keras import datasets as datasets
from estimator.tf.keras import estimator as estimator
from estimator.tf.keras import initializers as initializers
from estimator.tf.keras import layers as layers
from estimator.tf.keras import losses as losses
from estimator.tf.keras import metrics as metrics
from estimator.tf.keras import models as models
from estimator.tf.keras import optimizers as optimizers
from estimator.tf.keras import preprocessing as preprocessing
from estimator.tf.keras import regularizers as regularizers
from estimator.tf.keras import saving as saving
from estimator.tf.keras import utils as utils
