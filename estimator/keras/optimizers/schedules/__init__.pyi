"""Written by `make stub` from the table in __init__.py; do not edit."""

from estimator.keras.optimizers.schedules.by_name import deserialize as deserialize
from estimator.keras.optimizers.schedules.by_name import serialize as serialize
from estimator.keras.optimizers.schedules.decays import CosineDecay as CosineDecay
from estimator.keras.optimizers.schedules.decays import CosineDecayRestarts as CosineDecayRestarts
from estimator.keras.optimizers.schedules.decays import ExponentialDecay as ExponentialDecay
from estimator.keras.optimizers.schedules.decays import InverseTimeDecay as InverseTimeDecay
from estimator.keras.optimizers.schedules.decays import PiecewiseConstantDecay as PiecewiseConstantDecay
from estimator.keras.optimizers.schedules.decays import PolynomialDecay as PolynomialDecay
from estimator.keras.optimizers.schedules.schedule import LearningRateSchedule as LearningRateSchedule
