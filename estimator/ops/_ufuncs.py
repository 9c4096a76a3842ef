"""The row form of an op that is one numpy ufunc: ``unary("Sinh", np.sinh, "The hyperbolic sine.", gradient)``.

The kernel calls the function of that name of whatever array module it gets, the plan the ufunc itself on
its buffers. A gradient is a formula of the inputs, the output and what flows back into it, so that a
table of rows can be read and compared at a glance::

    unary("Sinh", np.sinh, "The hyperbolic sine.", lambda b, x, y, dy: b.Mul(dy, b.Cosh(x)))
    binary("Sub", np.subtract, "x - y.", lambda b, x, y, z, dz: (dz, b.Neg(dz)))

What a binary gradient gives is summed down to the shapes of the inputs. A row without a gradient is not
differentiable. For complex numbers the formula is that of real ones with inputs and output conjugated, which is how
TensorFlow defines gradients of what is differentiable there.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from estimator.graph import rules
from estimator.graph.broadcasting import fit_gradients
from estimator.graph.op import OpDef, ShapeRule, op


def unary(
    name: str,
    ufunc: Any,
    meaning: str,
    gradient: Callable[..., Any] | None = None,
    *,
    signature: str = "x: T -> y: T",
    source: str = "math_ops.cc",
    conjugates: bool = False,
) -> OpDef:
    """Declare an op of one tensor.

    Parameters
    ----------
    name : str
        TensorFlow's op type.
    ufunc : numpy ufunc
    meaning : str
        What it computes, for the documentation.
    gradient : callable, optional
        ``(build, x, y, dy) -> dx``.
    signature : str
        TensorFlow's, if it is not that of most.
    source : str
        The file of TensorFlow's core/ops that declares it.
    conjugates : bool
        Whether the op that the gradient consists of conjugates complex numbers itself.
    """
    definition = _declare(
        name, signature, ufunc, f"{meaning}\n\n    Source  TF op {name}, {source}", rules.like_first
    )
    if gradient is None:
        definition.differentiable = False
    else:
        prepared = (lambda b, tensors: tensors) if conjugates else conjugated
        definition.gradient(lambda b, op, dy: gradient(b, *prepared(b, [*op.inputs, *op.outputs]), dy))
    return definition


def binary(
    name: str,
    ufunc: Any,
    meaning: str,
    gradient: Callable[..., Any] | None = None,
    *,
    signature: str = "x: T, y: T -> z: T",
    attrs: Mapping[str, Any] | None = None,
    source: str = "math_ops.cc",
) -> OpDef:
    """Declare an op of two tensors of shapes that broadcast; see :func:`unary`.

    Parameters
    ----------
    gradient : callable, optional
        ``(build, x, y, z, dz) -> (dx, dy)``, of the shape of z.
    attrs : mapping, optional
        Attributes that do not change what is computed.
    """
    text = f"{meaning}\n\n    Source  TF op {name}, {source}"
    definition = _declare(name, signature, ufunc, text, rules.broadcasting, attrs)
    if gradient is None:
        definition.differentiable = False
    else:
        definition.gradient(
            lambda b, op, dz: fit_gradients(
                b, op, *gradient(b, *conjugated(b, [*op.inputs, *op.outputs]), dz)
            )
        )
    return definition


def conjugated(b: Any, tensors: Sequence[Any]) -> list[Any]:
    """The tensors, complex ones as their conjugates."""
    return [b.Conj(tensor) if tensor.dtype.is_complex else tensor for tensor in tensors]


def conjugate(xp: Any, x: Any) -> Any:
    """An array, of complex numbers the conjugates."""
    return xp.conjugate(x) if x.dtype.kind == "c" else x


def _declare(
    name: str, signature: str, ufunc: Any, text: str, shape: ShapeRule, attrs: Mapping[str, Any] | None = None
) -> OpDef:
    def kernel(xp: Any, *arrays: Any) -> Any:
        return getattr(xp, ufunc.__name__)(*arrays)

    kernel.__doc__ = text
    return op(name, signature, shape=shape, attrs=attrs, ufunc=ufunc)(kernel)
