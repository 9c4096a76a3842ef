"""Types of tensors: tf.dtypes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from estimator.core.dtypes import (
    DType,
    as_dtype,
    bfloat16,
    bool,
    complex64,
    complex128,
    double,
    float16,
    float32,
    float64,
    half,
    int8,
    int16,
    int32,
    int64,
    resource,
    string,
    uint8,
    uint16,
    uint32,
    uint64,
    variant,
)
from estimator.core.facade import fixed_names
from estimator.functions.math import cast, saturate_cast
from estimator.functions.strings import as_string

__all__ = [
    "DType",
    "as_dtype",
    "as_string",
    "bfloat16",
    "bool",
    "cast",
    "complex128",
    "complex64",
    "double",
    "float16",
    "float32",
    "float64",
    "half",
    "int16",
    "int32",
    "int64",
    "int8",
    "resource",
    "saturate_cast",
    "string",
    "uint16",
    "uint32",
    "uint64",
    "uint8",
    "variant",
]

if not TYPE_CHECKING:
    __getattr__, __dir__ = fixed_names(__name__)
