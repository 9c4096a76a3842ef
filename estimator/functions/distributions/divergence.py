"""How far one distribution is from another, by formulas that are registered for pairs of classes.

A formula takes two distributions and a name, and serves subclasses too::

    @RegisterKL(Normal, Normal)
    def _kl_normal_normal(a, b, name=None): ...
"""

from __future__ import annotations

from collections.abc import Callable
from operator import itemgetter
from typing import Any

from estimator.core.keywords import near_keywords, near_keywords_of_functions
from estimator.functions.arguments import function_scope
from estimator.functions.arrays import identity
from estimator.functions.grouping import with_dependencies
from estimator.functions.logic import is_nan, logical_not
from estimator.functions.reductions import reduce_any
from estimator.functions.scoping import Assert
from estimator.graph.graph import get_default_graph
from estimator.graph.tensor import Tensor

Formula = Callable[..., Tensor]

_FORMULAS: dict[tuple[type, type], Formula] = {}


@near_keywords
class RegisterKL:
    """The decorator of a function that computes the divergence of two classes of distributions.

    Parameters
    ----------
    dist_cls_a, dist_cls_b : type
        The classes of its first two arguments; its third is ``name=None``.

    Raises
    ------
    TypeError
        If it decorates what cannot be called.
    ValueError
        If there is a function for these two classes already.

    Source
    ------
    tf.distributions.RegisterKL, TF 1.15 kullback_leibler.py
    """

    def __init__(self, dist_cls_a: type, dist_cls_b: type) -> None:
        self._key = (dist_cls_a, dist_cls_b)

    def __call__(self, kl_fn: Formula) -> Formula:
        """Register the function, and give it back."""
        if not callable(kl_fn):
            raise TypeError(f"RegisterKL decorates a function, given: {kl_fn!r}.")
        if self._key in _FORMULAS:
            left, right = (kind.__name__ for kind in self._key)
            raise ValueError(
                f"the divergence of {left} and {right} is registered already: {_FORMULAS[self._key]}."
            )
        _FORMULAS[self._key] = kl_fn
        return kl_fn


def _nearest_formula(kind_a: type, kind_b: type) -> Formula | None:
    """That of the closest base classes, by the sum of both steps; of equal ones that closer to the first class."""
    found = [
        (steps_a + steps_b, _FORMULAS[base_a, base_b])
        for steps_a, base_a in enumerate(kind_a.__mro__)
        for steps_b, base_b in enumerate(kind_b.__mro__)
        if (base_a, base_b) in _FORMULAS
    ]
    return min(found, key=itemgetter(0))[1] if found else None


def kl_divergence(
    distribution_a: Any, distribution_b: Any, allow_nan_stats: bool = True, name: str | None = None
) -> Tensor:
    """The Kullback-Leibler divergence of b from a, E[log(a(X) / b(X))] for X of a.

    Parameters
    ----------
    distribution_a, distribution_b : Distribution
        Their batches broadcast.
    allow_nan_stats : bool
        Whether it may be NaN where it is not defined; else it fails there.
    name : str, optional
        Of the formula's name scope.

    Shape
    -----
    -> batch

    Raises
    ------
    NotImplementedError
        If no formula is registered for their classes; see :class:`RegisterKL`.
    InvalidArgumentError
        When it runs, if it is NaN and must not be.

    Source
    ------
    tf.distributions.kl_divergence, TF 1.15 kullback_leibler.py
    """
    formula = _nearest_formula(type(distribution_a), type(distribution_b))
    if formula is None:
        kinds = f"{type(distribution_a).__name__} and {type(distribution_b).__name__}"
        raise NotImplementedError(
            f"there is no formula for the divergence of {kinds}; register one: "
            f"@tf.distributions.RegisterKL({kinds.replace(' and', ',')})."
        )
    with get_default_graph().name_scope("KullbackLeibler"):
        divergence = formula(distribution_a, distribution_b, name=name)
        if allow_nan_stats:
            return divergence
        divergence = identity(divergence, name="kl")
        between = f"the divergence of {distribution_a.name} and {distribution_b.name} is NaN somewhere:"
        check = Assert(logical_not(reduce_any(is_nan(divergence))), [between, divergence])
        return with_dependencies([check], divergence, name="checked_kl")


def cross_entropy(ref: Any, other: Any, allow_nan_stats: bool = True, name: str | None = None) -> Tensor:
    """The cross entropy E[-log other(X)] for X of `ref`: the entropy of `ref` and its divergence from `other`."""
    with function_scope(name, "cross_entropy"):
        return ref.entropy() + kl_divergence(ref, other, allow_nan_stats=allow_nan_stats)


near_keywords_of_functions(__name__)
