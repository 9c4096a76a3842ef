"""Written by `make stub` from the table in __init__.py; do not edit."""

from estimator.core.dtypes import complex_types as complex_types
from estimator.core.dtypes import integral_types as integral_types
from estimator.core.dtypes import real_types as real_types
from estimator.core.interface import forward_compatibility_horizon as forward_compatibility_horizon
from estimator.core.interface import forward_compatible as forward_compatible
from estimator.core.shapes import dimension_at_index as dimension_at_index
from estimator.core.shapes import dimension_value as dimension_value
from estimator.core.texts import as_bytes as as_bytes
from estimator.core.texts import as_str as as_str
from estimator.core.texts import as_str_any as as_str_any
from estimator.core.texts import as_text as as_text
from estimator.core.texts import bytes_or_text_types as bytes_or_text_types
from estimator.core.texts import path_to_str as path_to_str
from estimator.tf.compat import v1 as v1
