"""Which types an op takes: TensorFlow's lists, beside this module in ``type_limits.txt``.

A line has types, a colon, and the type attributes that take these and no others: ``float32 float64: Exp.T ...``. An
attribute that stands nowhere takes every type. Real TensorFlow writes the list (``tests/interop/tf_type_limits.py``).
"""

from __future__ import annotations

from collections import defaultdict
from functools import lru_cache

from estimator.core.dtypes import DType, as_dtype
from estimator.core.files import text_beside


@lru_cache(maxsize=1)
def type_limits() -> dict[str, dict[str, frozenset[DType]]]:
    """Op type to its type attributes, to the types that they take."""
    return parse(text_beside(__name__, "type_limits.txt"))


def parse(text: str) -> dict[str, dict[str, frozenset[DType]]]:
    """The limits that lines such as ``float32 float64: Exp.T Log.T`` state."""
    limits: dict[str, dict[str, frozenset[DType]]] = defaultdict(dict)
    for line in text.splitlines():
        types, _, places = line.partition(":")
        allowed = frozenset(map(as_dtype, types.split()))
        for place in places.split():
            op_type, _, attr = place.partition(".")
            limits[op_type][attr] = allowed
    return dict(limits)
