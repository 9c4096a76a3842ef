"""Element types under TensorFlow's names and numbers.

A :class:`DType` knows its number in TensorFlow's files (``DataType`` of types.proto) and its numpy
dtype. numpy has no bfloat16: those tensors are kept as the ``uint16`` bits. Strings are object
arrays of ``bytes``, since numpy's ``S`` drops trailing NUL bytes.
"""

from __future__ import annotations

import builtins  # bool is a DType here
import numbers
from typing import Any, TypeAlias

import numpy as np


class DType:
    """One element type; there is exactly one object for each, so ``is`` compares.

    Parameters
    ----------
    name : str
        TensorFlow's name, for example ``"float32"``.
    number : int
        The value of enum DataType.
    numpy_type : type
        What numpy stores it as.
    """

    __slots__ = ("as_numpy_dtype", "as_datatype_enum", "name", "_np")

    def __init__(self, name: str, number: int, numpy_type: type) -> None:
        self.name = name
        self.as_datatype_enum = number
        self.as_numpy_dtype = numpy_type
        self._np = np.dtype(numpy_type)

    @property
    def np(self) -> np.dtype[Any]:  # the element type is only known at run time
        """The numpy dtype that arrays of this type have."""
        return self._np

    @property
    def proto_name(self) -> str:
        """The enum's name in text files, for example ``DT_FLOAT``."""
        return _PROTO_NAMES[self.name]

    @property
    def size(self) -> int:
        """Bytes of one element; 0 if it has no fixed size."""
        return 0 if self._np == object else self._np.itemsize

    @property
    def base_dtype(self) -> DType:
        """The type itself; here for scripts that ask for the non-reference type."""
        return self

    @property
    def real_dtype(self) -> DType:
        """The type of the parts of a complex number; of other types the type itself."""
        return {"complex64": float32, "complex128": float64}.get(self.name, self)

    @property
    def is_floating(self) -> builtins.bool:
        """Whether it is a real floating point type."""
        return self.name in ("float16", "bfloat16", "float32", "float64")

    @property
    def is_integer(self) -> builtins.bool:
        """Whether it is a signed or unsigned integer type."""
        return self._np.kind in "iu" and self.name != "bfloat16"

    @property
    def is_bool(self) -> builtins.bool:
        """Whether it is bool."""
        return self.name == "bool"

    @property
    def is_complex(self) -> builtins.bool:
        """Whether it is complex."""
        return self._np.kind == "c"

    @property
    def is_unsigned(self) -> builtins.bool:
        """Whether it is an unsigned integer type."""
        return self.is_integer and self._np.kind == "u"

    @property
    def is_quantized(self) -> builtins.bool:
        """False: there are no quantized types."""
        return False

    @property
    def is_numpy_compatible(self) -> builtins.bool:
        """Whether arrays have such elements: all have but handles."""
        return self.name not in ("resource", "variant")

    def is_compatible_with(self, other: Any) -> builtins.bool:
        """Whether a tensor of the other type may stand where this one is wanted: it is the same type."""
        return self is as_dtype(other)

    @property
    def limits(self) -> tuple[Any, Any]:
        """The range of an image's intensities: from 0 to the greatest integer, True, or 1.0.

        Raises
        ------
        ValueError
            If images have no such elements.
        """
        if self.is_integer:
            return 0, int(self.max)
        if self.is_bool:
            return 0, True
        if self.name not in ("float32", "float64"):
            raise ValueError(f"{self.name} does not have defined limits.")
        return 0, 1

    @property
    def min(self) -> Any:
        """The least finite value."""
        return self._limits()[0]

    @property
    def max(self) -> Any:
        """The greatest finite value."""
        return self._limits()[1]

    def _limits(self) -> tuple[Any, Any]:
        if not (self.is_integer or self.is_floating):
            raise TypeError(f"{self.name} has no least and greatest value.")
        if self.name == "bfloat16":
            return -float.fromhex("0x1.FEp127"), float.fromhex("0x1.FEp127")
        info: Any = np.iinfo(self._np) if self.is_integer else np.finfo(self._np)
        return info.min, info.max

    def __repr__(self) -> str:
        return f"tf.{self.name}"

    def __str__(self) -> str:
        return f"<dtype: '{self.name}'>"

    def __int__(self) -> int:
        return self.as_datatype_enum

    def __eq__(self, other: object) -> builtins.bool:
        if isinstance(other, DType):
            return self is other
        try:
            return self is as_dtype(other)
        except TypeError:
            return False

    def __hash__(self) -> int:
        return hash(self.name)

    def __reduce__(self) -> tuple[Any, ...]:
        return as_dtype, (self.name,)


float32 = DType("float32", 1, np.float32)
float64 = DType("float64", 2, np.float64)
int32 = DType("int32", 3, np.int32)
uint8 = DType("uint8", 4, np.uint8)
int16 = DType("int16", 5, np.int16)
int8 = DType("int8", 6, np.int8)
string = DType("string", 7, np.object_)
complex64 = DType("complex64", 8, np.complex64)
int64 = DType("int64", 9, np.int64)
bool = DType("bool", 10, np.bool_)  # TensorFlow's name, as in tf.bool
bfloat16 = DType("bfloat16", 14, np.uint16)
uint16 = DType("uint16", 17, np.uint16)
complex128 = DType("complex128", 18, np.complex128)
float16 = DType("float16", 19, np.float16)
resource = DType("resource", 20, np.object_)
variant = DType("variant", 21, np.object_)
uint32 = DType("uint32", 22, np.uint32)
uint64 = DType("uint64", 23, np.uint64)

half, double = float16, float64

_ALL = (
    float32, float64, int32, uint8, int16, int8, string, complex64, int64, bool, bfloat16, uint16,
    complex128, float16, resource, variant, uint32, uint64,
)  # fmt: skip
_PROTO_NAMES = {dtype.name: f"DT_{dtype.name.upper()}" for dtype in _ALL} | {
    "float32": "DT_FLOAT",
    "float64": "DT_DOUBLE",
    "float16": "DT_HALF",
}
_BY_NUMBER = {dtype.as_datatype_enum: dtype for dtype in _ALL}
_BY_NAME = {dtype.name: dtype for dtype in _ALL} | {"half": float16, "double": float64, "float": float32}
_BY_NUMPY = {dtype.np: dtype for dtype in _ALL if dtype not in (bfloat16, resource, variant)}


DTypeLike: TypeAlias = "DType | str | int | type | np.dtype[Any]"  # what as_dtype takes


def as_dtype(type_value: object) -> DType:
    """The DType that a DType, name, number, numpy dtype or Python type stands for.

    Raises
    ------
    TypeError
        If it stands for none.
    """
    if isinstance(type_value, DType):
        return type_value
    if isinstance(type_value, int) and not isinstance(type_value, np.bool_):
        found = _BY_NUMBER.get(type_value % 100)  # 101...123 are the same types as references
        if found is not None:
            return found
    elif isinstance(type_value, str) and type_value.removesuffix("_ref") in _BY_NAME:
        return _BY_NAME[type_value.removesuffix("_ref")]
    elif type_value is float:
        return float32  # as TensorFlow reads Python's float
    elif type_value is int:
        return int32
    elif type_value is str or type_value is bytes:
        return string
    elif type_value is not None:
        try:
            numpy_dtype = np.dtype(type_value)  # type: ignore[call-overload]
        except TypeError:
            numpy_dtype = None
        if numpy_dtype is not None:
            if numpy_dtype.kind in "SUO":
                return string
            found = _BY_NUMPY.get(numpy_dtype.newbyteorder("="))
            if found is not None:
                return found
    raise TypeError(f"{type_value!r} is not a dtype. Known: {', '.join(sorted(_BY_NAME))}.")


# What of Python and of numpy counts as a number: tf.compat.
integral_types = (numbers.Integral, np.integer)
real_types = (numbers.Real, np.integer, np.floating)
complex_types = (numbers.Complex, np.number)
