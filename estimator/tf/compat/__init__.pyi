"""Written by `make stub` from the table in __init__.py; do not edit."""

from estimator.core.texts import as_bytes as as_bytes
from estimator.core.texts import as_str as as_str
from estimator.core.texts import as_str_any as as_str_any
from estimator.core.texts import as_text as as_text
from estimator.tf.compat import v1 as v1
