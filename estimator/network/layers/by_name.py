"""Names that may stand for the functions a layer is given: ``activation="relu"``, ``kernel_initializer="zeros"``.

The names are those that tf.compat.v1.layers takes, which are Keras'; ``random_normal`` and its kin have Keras'
standard deviation 0.05.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cache
from typing import Any, TypeAlias

from estimator.core.errors import raise_problems
from estimator.core.keywords import near_keywords_of_functions
from estimator.core.named_tuple import NamedTuple
from estimator.core.registry import did_you_mean
from estimator.functions import math, nn
from estimator.graph.tensor import Tensor
from estimator.variables import initializers

_SPREAD = 0.05  # of Keras' random initializers without parameters


def linear(x: Any) -> Any:
    """The input itself."""
    return x


def hard_sigmoid(x: Any) -> Tensor:
    """A sigmoid of three straight lines: 0 below -2.5, 1 above 2.5, and ``0.2 x + 0.5`` between."""
    from estimator.functions.clipping import clip_by_value

    return clip_by_value(0.2 * x + 0.5, 0.0, 1.0)


def mish(x: Any) -> Tensor:
    """``x tanh(softplus(x))``."""
    result: Tensor = x * math.tanh(nn.softplus(x))
    return result


_ACTIVATIONS: dict[str, Callable[..., Any]] = {
    function.__name__: function
    for function in (
        linear, nn.relu, nn.relu6, nn.elu, nn.selu, math.tanh, math.sigmoid, hard_sigmoid, nn.softplus, nn.softsign,
        nn.silu, nn.gelu, mish, nn.leaky_relu, nn.softmax, nn.log_softmax,
    )
} | {"exponential": math.exp, "swish": nn.silu}  # fmt: skip

_INITIALIZERS: dict[str, Callable[[], Any]] = {
    "zeros": initializers.Zeros,
    "ones": initializers.Ones,
    "constant": initializers.Constant,
    "identity": initializers.Identity,
    "orthogonal": initializers.Orthogonal,
    "random_normal": lambda: initializers.RandomNormal(stddev=_SPREAD),
    "random_uniform": lambda: initializers.RandomUniform(-_SPREAD, _SPREAD),
    "truncated_normal": lambda: initializers.TruncatedNormal(stddev=_SPREAD),
    "variance_scaling": initializers.VarianceScaling,
    "glorot_normal": initializers.GlorotNormal,
    "glorot_uniform": initializers.GlorotUniform,
    "he_normal": initializers.he_normal,
    "he_uniform": initializers.he_uniform,
    "lecun_normal": initializers.lecun_normal,
    "lecun_uniform": initializers.lecun_uniform,
}
_OLD_NAMES = {
    "zero": _INITIALIZERS["zeros"],
    "one": _INITIALIZERS["ones"],
    "normal": _INITIALIZERS["random_normal"],
    "uniform": _INITIALIZERS["random_uniform"],
}


@cache
def _initializers() -> dict[str, Callable[[], Any]]:
    return _with_class_names(_INITIALIZERS) | _OLD_NAMES


@cache
def _regularizers() -> dict[str, Callable[[], Any]]:
    from estimator.variables import regularizers  # which few layers have, as they have constraints

    return {
        "l1": regularizers.L1,
        "l2": regularizers.L2,
        "l1_l2": regularizers.l1_l2,
        "orthogonal_regularizer": regularizers.OrthogonalRegularizer,
        "L1": regularizers.L1,
        "L2": regularizers.L2,
        "L1L2": regularizers.L1L2,
    }


@cache
def _constraints() -> dict[str, Callable[[], Any]]:
    from estimator.variables import constraints

    return _with_class_names(
        {
            "non_neg": constraints.NonNeg,
            "max_norm": constraints.MaxNorm,
            "unit_norm": constraints.UnitNorm,
            "min_max_norm": constraints.MinMaxNorm,
        }
    )


def _with_class_names(makers: dict[str, Callable[[], Any]]) -> dict[str, Callable[[], Any]]:
    """Every name in its second spelling too: ``random_normal`` is also ``RandomNormal``."""
    return makers | {name.title().replace("_", ""): make for name, make in makers.items()}


class _Kind(NamedTuple):
    """What an argument of this kind may be: the functions by name, which a call gives, and one as an example."""

    what: str
    known: Callable[[], Mapping[str, Callable[..., Any]]]
    example: str


_KINDS = {
    kind.what: kind
    for kind in (
        _Kind("activation", lambda: _ACTIVATIONS, "tf.nn.relu"),
        _Kind("initializer", _initializers, "tf.glorot_uniform_initializer()"),
        _Kind("regularizer", _regularizers, "tf.regularizers.l2_regularizer(0.01)"),
        _Kind("constraint", _constraints, "lambda w: tf.clip_by_norm(w, 1.0)"),
    )
}


# A function, or the name of one; a class of layers may be an activation, other classes are called without arguments.
ActivationLike: TypeAlias = "Callable[[Any], Any] | str | None"
InitializerLike: TypeAlias = "Callable[..., Any] | str | None"
RegularizerLike: TypeAlias = "Callable[[Any], Any] | str | None"
ConstraintLike: TypeAlias = "Callable[[Any], Any] | str | None"


def functions_of(owner: str, **given: Any) -> dict[str, Any]:
    """The functions that were given or named, by argument.

    Parameters
    ----------
    owner : str
        Whose arguments they are, for the message.
    **given
        Functions, names or None. A word of an argument's name says what it is: ``activation_fn``,
        ``kernel_initializer``, ``bias_regularizer``, ``gamma_constraint``.

    Raises
    ------
    ValueError
        If a name is not known, or something is neither a name nor a function; the message lists all of them.
    """
    kinds = {argument: _kind_of(argument) for argument in given}
    problems = [_problem(argument, kinds[argument], value) for argument, value in given.items()]
    raise_problems(owner, [problem for problem in problems if problem])
    return {argument: _function(kinds[argument], value) for argument, value in given.items()}


def _kind_of(argument: str) -> _Kind:
    return next(kind for what, kind in _KINDS.items() if what in argument.split("_"))


def _function(kind: _Kind, value: Any) -> Any:
    if kind.what == "activation":  # a class of layers may be one: called with the input
        return kind.known()[value] if isinstance(value, str) else value
    make = kind.known()[value] if isinstance(value, str) else value
    return make() if isinstance(value, (str, type)) else value


def _problem(argument: str, kind: _Kind, value: Any) -> str | None:
    if isinstance(value, str) and value not in (known := kind.known()):
        hint = did_you_mean(value, known) or f" Known: {', '.join(filter(str.islower, known))}."
        return f"{argument}={value!r}: no {kind.what} has this name.{hint}"
    if value is None or isinstance(value, str) or callable(value):
        return None
    return f"{argument} must be a function such as {kind.example}, or the name of one; given: {value!r}."


near_keywords_of_functions(__name__)
