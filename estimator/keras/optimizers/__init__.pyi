"""Written by `make stub` from the table in __init__.py; do not edit."""

from estimator.keras.optimizers.adagrad import Adadelta as Adadelta
from estimator.keras.optimizers.adagrad import Adagrad as Adagrad
from estimator.keras.optimizers.adagrad import Ftrl as Ftrl
from estimator.keras.optimizers.adam import Adam as Adam
from estimator.keras.optimizers.adam import AdamW as AdamW
from estimator.keras.optimizers.adam import Adamax as Adamax
from estimator.keras.optimizers.by_name import deserialize as deserialize
from estimator.keras.optimizers.by_name import get as get
from estimator.keras.optimizers.by_name import serialize as serialize
from estimator.keras.optimizers import legacy as legacy
from estimator.keras.optimizers.nadam import Nadam as Nadam
from estimator.keras.optimizers.optimizer import Optimizer as Optimizer
from estimator.keras.optimizers.rmsprop import RMSprop as RMSprop
from estimator.keras.optimizers import schedules as schedules
from estimator.keras.optimizers.sgd import SGD as SGD
