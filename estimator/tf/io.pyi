"""Written by `make stub` from the table in io.py; do not edit."""

from estimator.functions.files import matching_files as matching_files
from estimator.functions.files import read_file as read_file
from estimator.functions.files import write_file as write_file
from estimator.functions.parsing import FixedLenFeature as FixedLenFeature
from estimator.functions.parsing import FixedLenSequenceFeature as FixedLenSequenceFeature
from estimator.functions.parsing import SparseFeature as SparseFeature
from estimator.functions.parsing import VarLenFeature as VarLenFeature
from estimator.functions.parsing import decode_raw as decode_raw
