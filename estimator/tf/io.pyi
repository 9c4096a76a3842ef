"""Written by `make stub` from the table in io.py; do not edit."""

from estimator.functions.parsing import FixedLenFeature as FixedLenFeature
from estimator.functions.parsing import FixedLenSequenceFeature as FixedLenSequenceFeature
from estimator.functions.parsing import SparseFeature as SparseFeature
from estimator.functions.parsing import VarLenFeature as VarLenFeature
