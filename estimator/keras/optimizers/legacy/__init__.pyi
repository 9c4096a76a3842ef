"""Written by `make stub` from the table in __init__.py; do not edit."""

from estimator.keras.optimizers.legacy.optimizer import Optimizer as Optimizer
from estimator.keras.optimizers.legacy.updates import Adadelta as Adadelta
from estimator.keras.optimizers.legacy.updates import Adagrad as Adagrad
from estimator.keras.optimizers.legacy.updates import Adam as Adam
from estimator.keras.optimizers.legacy.updates import Adamax as Adamax
from estimator.keras.optimizers.legacy.updates import Ftrl as Ftrl
from estimator.keras.optimizers.legacy.updates import Nadam as Nadam
from estimator.keras.optimizers.legacy.updates import RMSprop as RMSprop
from estimator.keras.optimizers.legacy.updates import SGD as SGD
