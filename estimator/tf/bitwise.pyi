"""Written by `make stub` from the table in bitwise.py; do not edit."""

from estimator.functions.bitwise import bitwise_and as bitwise_and
from estimator.functions.bitwise import bitwise_or as bitwise_or
from estimator.functions.bitwise import bitwise_xor as bitwise_xor
from estimator.functions.bitwise import invert as invert
from estimator.functions.bitwise import left_shift as left_shift
from estimator.functions.bitwise import right_shift as right_shift
