"""Written by `make stub` from the table in dtypes.py; do not edit."""

from estimator.core.dtypes import DType as DType
from estimator.core.dtypes import as_dtype as as_dtype
from estimator.core.dtypes import bfloat16 as bfloat16
from estimator.core.dtypes import bool as bool
from estimator.core.dtypes import complex128 as complex128
from estimator.core.dtypes import complex64 as complex64
from estimator.core.dtypes import double as double
from estimator.core.dtypes import float16 as float16
from estimator.core.dtypes import float32 as float32
from estimator.core.dtypes import float64 as float64
from estimator.core.dtypes import half as half
from estimator.core.dtypes import int16 as int16
from estimator.core.dtypes import int32 as int32
from estimator.core.dtypes import int64 as int64
from estimator.core.dtypes import int8 as int8
from estimator.core.dtypes import resource as resource
from estimator.core.dtypes import string as string
from estimator.core.dtypes import uint16 as uint16
from estimator.core.dtypes import uint32 as uint32
from estimator.core.dtypes import uint64 as uint64
from estimator.core.dtypes import uint8 as uint8
from estimator.core.dtypes import variant as variant
from estimator.functions.complex import complex as complex
from estimator.functions.math import cast as cast
from estimator.functions.math import saturate_cast as saturate_cast
from estimator.functions.strings import as_string as as_string
