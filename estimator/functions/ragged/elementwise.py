"""Functions of single values, applied to those of ragged tensors: tables of what is one, and Python's operators."""

from __future__ import annotations

import functools
import inspect
from collections.abc import Callable
from typing import Any

from estimator.core.overloads import overload
from estimator.functions import arrays, bitwise, checks, clipping, complex, logic, math, nn, special, strings
from estimator.functions.arguments import function_scope
from estimator.functions.ragged.broadcasting import broadcast
from estimator.functions.ragged.tensor import RaggedTensor

_OF_ONE: dict[Any, str] = {
    arrays: "ones_like zeros_like",
    bitwise: "invert",
    checks: "check_numerics verify_tensor_all_finite",
    clipping: "clip_by_value",
    complex: "angle conj imag real",
    logic: "is_finite is_inf is_nan logical_not",
    math: (
        "abs acos acosh asin asinh atan atanh ceil cos cosh erf erfc exp expm1 floor log log1p log_sigmoid negative "
        "reciprocal rint round rsqrt saturate_cast sigmoid sign sin sinh sqrt square tan tanh"
    ),
    nn: "elu gelu leaky_relu relu relu6 selu softplus softsign swish",
    special: (
        "bessel_i0 bessel_i0e bessel_i1 bessel_i1e digamma erfcinv erfinv lgamma ndtri reciprocal_no_nan"
    ),
    strings: (
        "as_string regex_full_match regex_replace string_length string_lower string_strip string_to_hash_bucket "
        "string_to_hash_bucket_fast string_to_hash_bucket_strong string_to_number string_upper substr"
    ),
}
_OF_TWO: dict[Any, str] = {
    bitwise: "bitwise_and bitwise_or bitwise_xor left_shift right_shift",
    complex: "complex",
    logic: "equal greater greater_equal less less_equal logical_and logical_or logical_xor not_equal",
    math: (
        "add atan2 div divide divide_no_nan floordiv floormod maximum minimum multiply multiply_no_nan pow "
        "realdiv squared_difference subtract truediv truncatediv truncatemod"
    ),
    special: "nextafter xdivy xlog1py xlogy zeta",
}


def _elementwise(function: Callable[..., Any], n_operands: int) -> Callable[..., Any]:
    """The function of the flat values of its first arguments, repeated to one shape; their rows stay."""
    signature = inspect.signature(function)
    names = list(signature.parameters)[:n_operands]

    @functools.wraps(function)
    def of_values(*args: Any, **kwargs: Any) -> RaggedTensor:
        given = signature.bind(*args, **kwargs)
        operands = [name for name in names if name in given.arguments]
        ragged = [given.arguments[name] for name in operands]
        parts = [tensor for value in ragged if isinstance(value, RaggedTensor) for tensor in value.tensors]
        with function_scope(None, f"Ragged{function.__name__.title().replace('_', '')}", *parts):
            values, rows = broadcast(ragged)
        given.arguments.update(zip(operands, values, strict=True))
        return rows.with_flat_values(function(*given.args, **given.kwargs))

    return of_values


for _table, _count in ((_OF_ONE, 1), (_OF_TWO, 2)):
    for _module, _names in _table.items():
        for _name in _names.split():
            _function = getattr(_module, _name)
            overload(RaggedTensor, _function)(_elementwise(_function, _count))
overload(RaggedTensor, logic.where_v2)(_elementwise(logic.where_v2, 3))


# -- operators ---------------------------------------------------------------------------------------


def _operator(function: Callable[..., Any]) -> Callable[..., Any]:
    return lambda self, *others: function(self, *others)


def _reflected(function: Callable[..., Any]) -> Callable[..., Any]:
    return lambda self, other: function(other, self)


_OPERATORS: dict[str, Callable[..., Any]] = {
    "add": math.add, "sub": math.subtract, "mul": math.multiply, "truediv": math.truediv,
    "floordiv": math.floordiv, "mod": math.floormod, "pow": math.pow,
    "and": logic.logical_and, "or": logic.logical_or, "xor": logic.logical_xor,
}  # fmt: skip
_WITHOUT_REFLECTION: dict[str, Callable[..., Any]] = {
    "lt": logic.less, "le": logic.less_equal, "gt": logic.greater, "ge": logic.greater_equal,
    "neg": math.negative, "abs": math.abs, "invert": logic.logical_not,
}  # fmt: skip

for _name, _meaning in {**_OPERATORS, **_WITHOUT_REFLECTION}.items():
    setattr(RaggedTensor, f"__{_name}__", _operator(_meaning))
for _name, _meaning in _OPERATORS.items():
    setattr(RaggedTensor, f"__r{_name}__", _reflected(_meaning))
