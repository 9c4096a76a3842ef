"""Written by `make stub` from the table in sets.py; do not edit."""

from estimator.functions.sets import difference as difference
from estimator.functions.sets import intersection as intersection
from estimator.functions.sets import difference as set_difference
from estimator.functions.sets import intersection as set_intersection
from estimator.functions.sets import size as set_size
from estimator.functions.sets import union as set_union
from estimator.functions.sets import size as size
from estimator.functions.sets import union as union
