"""Operations that fail where something does not hold, under TensorFlow's names: tf.assert_equal and its kind.

What is known before the graph runs is checked at once, and an error says so there. The rest is an Assert, which runs
where something waits for it::

    with tf.control_dependencies([tf.assert_positive(x)]):
        y = tf.log(x)

Source: names and arguments of tf.assert_* and tf.debugging.* in TensorFlow 1.15.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any

import numpy as np

from estimator.core.dtypes import DType, DTypeLike, as_dtype, float32
from estimator.core.errors import InvalidArgumentError
from estimator.core.keywords import near_keywords_of_functions
from estimator.functions.arguments import function_scope, renamed, tensor_of, tensors_of
from estimator.functions.grouping import no_op, with_dependencies
from estimator.functions.reductions import reduce_all
from estimator.functions.scoping import Assert
from estimator.graph import build as b
from estimator.graph.composite import Composite
from estimator.graph.likes import TensorLike
from estimator.graph.sparse import SparseTensor
from estimator.graph.static import static_value
from estimator.graph.tensor import Operation, Tensor

Value = Any  # a tensor, a variable, an array, or a Python number or nested list
Check = Callable[..., Operation]

# -- comparisons -------------------------------------------------------------------------------------------------------


def _comparison(name: str, sign: str, op: str, static: Callable[[Any, Any], Any]) -> Check:
    def check(
        x: Value,
        y: Value,
        data: Sequence[Any] | None = None,
        summarize: int | None = None,
        message: str | None = None,
        name: str | None = None,
    ) -> Operation:
        with function_scope(name, check.__name__, x, y, *(data or ())):
            left, right = tensors_of(x=x, y=y)
            shown = data or [f"Condition x {sign} y did not hold element-wise:", *_named(x=left, y=right)]
            _demand(left, right, static, message, shown)
            return Assert(reduce_all(getattr(b, op)(left, right)), _with(message, shown), summarize)

    check.__name__ = check.__qualname__ = name
    check.__doc__ = f"""Assert ``x {sign} y``, element by element, with broadcasting.

    Parameters
    ----------
    data : list, optional
        Tensors and texts that the error shows; x and y by default.
    summarize : int, optional
        How many values of each tensor it shows.
    message : str, optional
        What it begins with.

    Raises
    ------
    InvalidArgumentError
        If it is known not to hold; else when it runs.
    """
    return check


def _named(**tensors: Tensor) -> list[Any]:
    return [part for label, x in tensors.items() for part in (f"{label} ({x.name}) = ", x)]


def _with(message: str | None, data: Sequence[Any]) -> list[Any]:
    return [message or "", *data]


def _demand(
    x: Tensor, y: Tensor, static: Callable[[Any, Any], Any], message: str | None, data: Sequence[Any]
) -> None:
    """Fail at once, if both are known and it does not hold.

    Raises
    ------
    InvalidArgumentError
        With the message and the values.
    """
    left, right = static_value(x), static_value(y)
    if left is None or right is None or np.all(static(left, right)):
        return
    shown = [str(static_value(part)) if isinstance(part, Tensor) else str(part) for part in data]
    raise InvalidArgumentError("\n".join([*([message] if message else []), *shown]))


assert_equal = _comparison("assert_equal", "==", "Equal", np.equal)
assert_none_equal = _comparison("assert_none_equal", "!=", "NotEqual", np.not_equal)
assert_less = _comparison("assert_less", "<", "Less", np.less)
assert_less_equal = _comparison("assert_less_equal", "<=", "LessEqual", np.less_equal)
assert_greater = _comparison("assert_greater", ">", "Greater", np.greater)
assert_greater_equal = _comparison("assert_greater_equal", ">=", "GreaterEqual", np.greater_equal)


def _sign(name: str, words: str, sign: str, compared: Callable[[Any, Any], tuple[Check, Any, Any]]) -> Check:
    def check(
        x: Value,
        data: Sequence[Any] | None = None,
        summarize: int | None = None,
        message: str | None = None,
        name: str | None = None,
    ) -> Operation:
        with function_scope(name, check.__name__, x, *(data or ())):
            tensor = tensor_of(x, name="x")
            shown = data or [f"Condition x {sign} 0 did not hold element-wise:", *_named(x=tensor)]
            comparison, left, right = compared(tensor, tensor.graph.at_work().constant(0, tensor.dtype))
            return comparison(left, right, data=_with(message, shown), summarize=summarize)

    check.__name__ = check.__qualname__ = name
    check.__doc__ = f"""Assert that all values of x are {words}; the arguments are those of :func:`assert_equal`.

    Raises
    ------
    InvalidArgumentError
        If it is known not to hold; else when it runs.
    """
    return check


assert_negative = _sign("assert_negative", "below 0", "<", lambda x, zero: (assert_less, x, zero))
assert_positive = _sign("assert_positive", "above 0", ">", lambda x, zero: (assert_less, zero, x))
assert_non_negative = _sign(
    "assert_non_negative", "0 or above", ">=", lambda x, zero: (assert_less_equal, zero, x)
)
assert_non_positive = _sign(
    "assert_non_positive", "0 or below", "<=", lambda x, zero: (assert_less_equal, x, zero)
)


def assert_near(
    x: Value,
    y: Value,
    rtol: TensorLike | None = None,
    atol: TensorLike | None = None,
    data: Sequence[Any] | None = None,
    summarize: int | None = None,
    message: str | None = None,
    name: str | None = None,
) -> Operation:
    """Assert ``|x - y| <= atol + rtol |y|``, element by element, with broadcasting.

    Parameters
    ----------
    rtol, atol : float or Tensor, optional
        10 times the precision of the type by default.

    Raises
    ------
    InvalidArgumentError
        When it runs, if it does not hold.
    """
    with function_scope(name, "assert_near", x, y, rtol, atol, *(data or ())) as (graph, _):
        left, right = tensors_of(x=x, y=y)
        eps = float(np.finfo(left.dtype.np).eps) * 10
        relative, absolute = (
            graph.convert(eps if bound is None else bound, left.dtype.real_dtype) for bound in (rtol, atol)
        )
        words = ["x and y not equal to tolerance rtol = ", relative, ", atol = ", absolute]
        shown = data or [*words, *_named(x=left, y=right)]
        near = b.LessEqual(abs(left - right), absolute + relative * abs(right))
        return Assert(reduce_all(near), _with(message, shown), summarize)


# -- shapes ------------------------------------------------------------------------------------------------------------


def assert_rank(
    x: Value,
    rank: Any,
    data: Sequence[Any] | None = None,
    summarize: int | None = None,
    message: str | None = None,
    name: str | None = None,
) -> Operation:
    """Assert that x has `rank` dimensions; the other arguments are those of :func:`assert_equal`.

    Raises
    ------
    ValueError
        If it is known to have another number of dimensions.
    """
    return _rank_check("assert_rank", x, [rank], data, summarize, message, name)


def assert_rank_at_least(
    x: Value,
    rank: Any,
    data: Sequence[Any] | None = None,
    summarize: int | None = None,
    message: str | None = None,
    name: str | None = None,
) -> Operation:
    """Assert that x has `rank` dimensions or more; the other arguments are those of :func:`assert_equal`.

    Raises
    ------
    ValueError
        If it is known to have less.
    """
    return _rank_check("assert_rank_at_least", x, [rank], data, summarize, message, name)


def assert_rank_in(
    x: Value,
    ranks: Iterable[Any],
    data: Sequence[Any] | None = None,
    summarize: int | None = None,
    message: str | None = None,
    name: str | None = None,
) -> Operation:
    """Assert that the number of dimensions of x is in `ranks`; the other arguments are those of :func:`assert_equal`.

    Raises
    ------
    ValueError
        If it is known not to be.
    """
    return _rank_check("assert_rank_in", x, list(ranks), data, summarize, message, name)


def _rank_check(
    label: str,
    x: Value,
    ranks: list[Any],
    data: Sequence[Any] | None,
    summarize: int | None,
    message: str | None,
    name: str | None,
) -> Operation:
    with function_scope(name, label, x, *ranks, *(data or ())) as (graph, _):
        dims = x.dense_shape.dims if isinstance(x, SparseTensor) else tensor_of(x, name="x").dims
        wanted = [graph.convert(rank, "int32", "rank") for rank in ranks]
        known = [static_value(rank) for rank in wanted]
        least = label == "assert_rank_at_least"
        words = f"{'at least ' if least else ''}{' or '.join(str(rank) for rank in known)}"
        if any(rank is not None and rank.ndim for rank in known):
            raise ValueError(f"{message or ''} rank must be a scalar, given: {ranks}.".lstrip())
        if dims is not None and None not in known:
            have = int(dims[0] or 0) if isinstance(x, SparseTensor) else len(dims)
            if not any(have >= rank if least else have == rank for rank in known):  # type: ignore[operator]
                raise ValueError(f"{message or ''} {x} must have rank {words}, given: {have}.".lstrip())
            return no_op("static_checks_determined_all_ok")
        own = b.Size(x.dense_shape) if isinstance(x, SparseTensor) else b.Rank(x)
        fits = [b.GreaterEqual(own, rank) if least else b.Equal(own, rank) for rank in wanted]
        holds = b.Any(b.Pack(fits), 0)
        return Assert(
            holds, _with(message, data or [f"Tensor must have rank {words}. Received rank:", own]), summarize
        )


def assert_scalar(tensor: Value, name: str | None = None, message: str | None = None) -> Tensor:
    """The tensor, which must not be known to have dimensions.

    Raises
    ------
    ValueError
        If it has some.
    """
    with function_scope(name, "assert_scalar", tensor):
        x = tensor_of(tensor)
        if x.dims:
            raise ValueError(
                f"{message or ''} Expected scalar shape for {x.name}, saw shape: {x.shape}.".lstrip()
            )
        return x


# -- types -------------------------------------------------------------------------------------------------------------


def assert_type(
    tensor: Value, tf_type: Any, message: str | None = None, name: str | None = None
) -> Operation:
    """Check the type of a tensor at once; the operation does nothing.

    Raises
    ------
    TypeError
        If it has another type.
    """
    wanted = as_dtype(tf_type)
    values = tensor.tensors if isinstance(tensor, Composite) else (tensor,)
    with function_scope(name, "assert_type", *values):
        own = tensor if isinstance(tensor, Composite) else tensor_of(tensor)
        if own.dtype is not wanted:
            raise TypeError(f"{message or ''} {own} must be of type {wanted!r}; got {own.dtype!r}.".lstrip())
        return no_op("statically_determined_correct_type")


def assert_integer(x: Value, message: str | None = None, name: str | None = None) -> Operation:
    """Check at once that x is of an integer type; the operation does nothing.

    Raises
    ------
    TypeError
        If it is not.
    """
    with function_scope(name, "assert_integer", x):
        tensor = tensor_of(x, name="x")
        if not tensor.dtype.is_integer:
            raise TypeError(
                f"{message or ''} Expected {tensor.name} to be of an integer type, got {tensor.dtype!r}.".lstrip()
            )
        return no_op("statically_determined_was_integer")


def assert_same_float_dtype(tensors: Sequence[Value] | None = None, dtype: DTypeLike | None = None) -> DType:
    """The floating point type that the tensors share, float32 if there are none.

    Raises
    ------
    ValueError
        If they differ, or their type is no floating point type.
    """
    kind: DType | None = None if dtype is None else as_dtype(dtype)
    if kind is not None and not kind.is_floating:
        raise ValueError(f"a floating point type is wanted, given: {kind.name}.")
    for tensor in tensors or ():
        own = as_dtype(tensor.dtype)
        if not own.is_floating:
            raise ValueError(f"{tensor} is {own.name}, but a floating point type is wanted.")
        if kind is not None and own is not kind:
            raise ValueError(f"{tensor} is {own.name}, but {kind.name} is wanted; use tf.cast.")
        kind = own
    return kind or float32


def assert_proper_iterable(values: Any) -> None:
    """Check that `values` is a list or the like: no tensor, array or text, which can be iterated too.

    Raises
    ------
    TypeError
        If it is.
    """
    if isinstance(values, (Tensor, Composite, np.ndarray, bytes, str)) or hasattr(values, "as_tensor"):
        raise TypeError(f"expected an iterable of values, not a {type(values).__name__}: {values!r}.")
    if not isinstance(values, Iterable):
        raise TypeError(f"expected an iterable of values, given: {values!r}.")


def is_numeric_tensor(tensor: Any) -> bool:
    """Whether it is a tensor of numbers."""
    kind = tensor.dtype if isinstance(tensor, Tensor) else None
    return kind is not None and (kind.is_floating or kind.is_integer or kind.is_complex)


# -- what is finite ----------------------------------------------------------------------------------------------------


def check_numerics(tensor: Value, message: str, name: str | None = None) -> Tensor:
    """The tensor, which fails with the message where it is infinite or not a number.

    Raises
    ------
    InvalidArgumentError
        When it runs.
    """
    return b.CheckNumerics(tensor, message=message, name=name)


def verify_tensor_all_finite(
    t: Value = None,
    msg: str | None = None,
    name: str | None = None,
    x: Value = None,
    message: str | None = None,
) -> Tensor:
    """The tensor, which fails with the message where it is infinite or not a number; see :func:`check_numerics`.

    Parameters
    ----------
    t, msg : optional
        Older names of `x` and `message`.
    """
    value, words = renamed("x", x, "t", t), renamed("message", message, "msg", msg)
    with function_scope(name, "VerifyFinite", value):
        tensor = tensor_of(value, name="x")
        return with_dependencies([b.CheckNumerics(tensor, message=words)], tensor)


near_keywords_of_functions(__name__)
