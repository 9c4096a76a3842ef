"""Types of tensors: tf.dtypes."""

from __future__ import annotations

from estimator.core.facade import lazy_names

__all__, __getattr__, __dir__ = lazy_names(
    __name__,
    {
        "estimator.core.dtypes": (
            "as_dtype bfloat16 bool complex128 complex64 double DType float16 float32 float64 half int16 "
            "int32 int64 int8 resource string uint16 uint32 uint64 uint8 variant"
        ),
        "estimator.functions.complex": "complex",
        "estimator.functions.math": "cast saturate_cast",
        "estimator.functions.strings": "as_string",
    },
)
