"""Written by `make stub` from the table in nest.py; do not edit."""

from estimator.functions.nest import assert_same_structure as assert_same_structure
from estimator.functions.nest import flatten as flatten
from estimator.functions.nest import is_nested as is_nested
from estimator.functions.nest import map_structure as map_structure
from estimator.functions.nest import pack_sequence_as as pack_sequence_as
