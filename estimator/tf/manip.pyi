"""Written by `make stub` from the table in manip.py; do not edit."""

from estimator.functions.arrays import reshape as reshape
from estimator.functions.arrays import reverse as reverse
from estimator.functions.arrays import tile as tile
from estimator.functions.indexing import gather_nd as gather_nd
from estimator.functions.indexing import scatter_nd as scatter_nd
from estimator.functions.rearranging import roll as roll
