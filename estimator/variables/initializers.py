"""What variables start with: callables ``initializer(shape, dtype)`` that give a tensor.

The formulas are TensorFlow's. With fan_in inputs and fan_out outputs of a unit:

=================== ============================== ===========================================
name                distribution                   scale
=================== ============================== ===========================================
glorot_uniform      uniform in ±sqrt(3 v)          v = 2 / (fan_in + fan_out), at least 1 each
glorot_normal       truncated normal, variance v   the same
he_*                                               v = 2 / fan_in
lecun_*                                            v = 1 / fan_in
=================== ============================== ===========================================

The truncated normals of this table have their standard deviation corrected by 1 / 0.8796, so that
the variance after truncation is v; :class:`TruncatedNormal` itself is not corrected.
"""

from __future__ import annotations

import inspect
import math
from collections.abc import Mapping, Sequence
from typing import Any, Protocol, TypeVar

import numpy as np

from estimator.core.constancy import Unchanging
from estimator.core.dtypes import DType, as_dtype, float32
from estimator.core.keywords import near_keywords, near_keywords_of_functions
from estimator.core.shapes import as_dims
from estimator.functions.arrays import ones, transpose, zeros
from estimator.functions.seeds import op_seeds
from estimator.graph import build as b
from estimator.graph.constant import to_array
from estimator.graph.graph import get_default_graph
from estimator.graph.tensor import Tensor

C = TypeVar("C", bound="ConfiguredInitializer")

# The standard deviation of a unit normal cut off at two standard deviations.
TRUNCATED_STDDEV = 0.87962566103423978


class Initializer(Protocol):
    """Gives the first value of a variable."""

    def __call__(self, shape: Sequence[int], dtype: Any = None, partition_info: Any = None) -> Tensor:
        """A tensor of that shape and type."""


class ConfiguredInitializer(Unchanging):
    """An initializer whose arguments can be told as plain values, and made of them again; scripts derive theirs of it.

    Source
    ------
    tf.keras.initializers.Initializer, TF 1.15 init_ops.py
    """

    def __call__(self, shape: Any, dtype: Any = None, partition_info: Any = None) -> Tensor:
        """A tensor of that shape and type.

        Raises
        ------
        NotImplementedError
            Where a subclass does not define it.
        """
        raise NotImplementedError(
            f"{type(self).__name__} must define __call__(shape, dtype, partition_info)."
        )

    def get_config(self) -> dict[str, Any]:
        """The arguments, by name."""
        names = [name for name in inspect.signature(type(self)).parameters if hasattr(self, name)]
        found = {name: getattr(self, name) for name in names}
        return found | {"dtype": self.dtype.name} if hasattr(self, "dtype") else found

    @classmethod
    def from_config(cls: type[C], config: Mapping[str, Any]) -> C:
        """The initializer of such arguments."""
        return cls(**config)


def _sizes(shape: Any) -> tuple[int, ...]:
    return as_dims(shape) or ()  # type: ignore[return-value]


@near_keywords
class Zeros(ConfiguredInitializer):
    """All zeros.

    Source
    ------
    tf.zeros_initializer, TF 1.15 init_ops.py
    """

    def __init__(self, dtype: Any = float32) -> None:
        self.dtype = as_dtype(dtype)

    def __call__(self, shape: Sequence[int], dtype: Any = None, partition_info: Any = None) -> Tensor:
        return zeros(_sizes(shape), as_dtype(dtype or self.dtype))


@near_keywords
class Ones(ConfiguredInitializer):
    """All ones.

    Source
    ------
    tf.ones_initializer, TF 1.15 init_ops.py
    """

    def __init__(self, dtype: Any = float32) -> None:
        self.dtype = as_dtype(dtype)

    def __call__(self, shape: Sequence[int], dtype: Any = None, partition_info: Any = None) -> Tensor:
        return ones(_sizes(shape), as_dtype(dtype or self.dtype))


@near_keywords
class Constant(ConfiguredInitializer):
    """A given number everywhere, or given values filled in row by row; the last value fills the rest.

    Raises
    ------
    ValueError
        If there are more values than the variable has.
    TypeError
        If the value has another shape, with ``verify_shape``.

    Source
    ------
    tf.constant_initializer, TF 1.15 init_ops.py
    """

    def __init__(self, value: Any = 0, dtype: Any = float32, verify_shape: bool = False) -> None:
        self.value, self.dtype, self._verify_shape = value, as_dtype(dtype), verify_shape

    def __call__(
        self,
        shape: Sequence[int],
        dtype: Any = None,
        partition_info: Any = None,
        verify_shape: bool | None = None,
    ) -> Tensor:
        kind, sizes = as_dtype(dtype or self.dtype), _sizes(shape)
        values = to_array(self.value, kind)
        if (self._verify_shape if verify_shape is None else verify_shape) and values.shape != sizes:
            raise TypeError(
                f"constant initializer: the value has shape {values.shape}, the variable {sizes}."
            )
        count = math.prod(sizes)
        if values.size > count or (values.size == 0 and count):
            raise ValueError(
                f"constant initializer: {values.size} values do not fill a variable of shape {sizes}."
            )
        return get_default_graph().constant(values, kind, "Const", shape=sizes)


@near_keywords
class RandomUniform(ConfiguredInitializer):
    """Uniform in [minval, maxval).

    Source
    ------
    tf.random_uniform_initializer, TF 1.15 init_ops.py
    """

    def __init__(
        self, minval: Any = 0.0, maxval: Any = None, seed: int | None = None, dtype: Any = float32
    ) -> None:
        self.minval, self.maxval, self.seed, self.dtype = minval, maxval, seed, as_dtype(dtype)

    def __call__(self, shape: Sequence[int], dtype: Any = None, partition_info: Any = None) -> Tensor:
        kind = as_dtype(dtype or self.dtype)
        if self.maxval is None and kind.is_integer:
            raise ValueError(
                f"random uniform initializer: integers ({kind.name}) need a maxval, which is excluded."
            )
        low = 0 if isinstance(self.minval, float) and self.minval == 0 else self.minval  # of any type
        return _uniform(shape, low, 1.0 if self.maxval is None else self.maxval, kind, self.seed)


@near_keywords
class RandomNormal(ConfiguredInitializer):
    """Normal with mean and standard deviation.

    Source
    ------
    tf.random_normal_initializer, TF 1.15 init_ops.py
    """

    def __init__(
        self, mean: Any = 0.0, stddev: Any = 1.0, seed: int | None = None, dtype: Any = float32
    ) -> None:
        self.mean, self.stddev, self.seed, self.dtype = mean, stddev, seed, _floating(dtype)

    def __call__(self, shape: Sequence[int], dtype: Any = None, partition_info: Any = None) -> Tensor:
        kind = as_dtype(dtype or self.dtype)
        return _normal(
            "random_normal", "RandomStandardNormal", shape, self.mean, self.stddev, kind, self.seed
        )


@near_keywords
class TruncatedNormal(ConfiguredInitializer):
    """Normal, values more than two standard deviations from the mean drawn again.

    Source
    ------
    tf.truncated_normal_initializer, TF 1.15 init_ops.py
    """

    def __init__(
        self, mean: Any = 0.0, stddev: Any = 1.0, seed: int | None = None, dtype: Any = float32
    ) -> None:
        self.mean, self.stddev, self.seed, self.dtype = mean, stddev, seed, _floating(dtype)

    def __call__(self, shape: Sequence[int], dtype: Any = None, partition_info: Any = None) -> Tensor:
        kind = as_dtype(dtype or self.dtype)
        return _normal("truncated_normal", "TruncatedNormal", shape, self.mean, self.stddev, kind, self.seed)


@near_keywords
class VarianceScaling(ConfiguredInitializer):
    """Random with variance ``scale / n``, n by mode: fan_in, fan_out or their average.

    Raises
    ------
    ValueError
        If scale is not positive, or mode or distribution is unknown.

    Source
    ------
    tf.variance_scaling_initializer, TF 1.15 init_ops.py
    """

    def __init__(
        self,
        scale: float = 1.0,
        mode: str = "fan_in",
        distribution: str = "truncated_normal",
        seed: int | None = None,
        dtype: Any = float32,
    ) -> None:
        if scale <= 0:
            raise ValueError(f"variance scaling: scale must be positive, given: {scale}.")
        if mode not in ("fan_in", "fan_out", "fan_avg"):
            raise ValueError(
                f"variance scaling: mode must be 'fan_in', 'fan_out' or 'fan_avg', not {mode!r}."
            )
        distribution = "truncated_normal" if distribution == "normal" else distribution
        if distribution not in ("uniform", "truncated_normal", "untruncated_normal"):
            raise ValueError(
                "variance scaling: distribution must be 'uniform', 'truncated_normal' or "
                f"'untruncated_normal', given: {distribution!r}."
            )
        self.scale, self.mode, self.distribution, self.seed, self.dtype = (
            scale,
            mode,
            distribution,
            seed,
            _floating(dtype),
        )

    def __call__(self, shape: Sequence[int], dtype: Any = None, partition_info: Any = None) -> Tensor:
        kind = as_dtype(dtype or self.dtype)
        fan_in, fan_out = fans(_sizes(shape if partition_info is None else partition_info.full_shape))
        n = {"fan_in": fan_in, "fan_out": fan_out, "fan_avg": (fan_in + fan_out) / 2}[self.mode]
        variance = self.scale / max(1.0, n)
        if self.distribution == "uniform":
            limit = math.sqrt(3.0 * variance)
            return _uniform(shape, -limit, limit, kind, self.seed)
        if self.distribution == "truncated_normal":
            stddev = math.sqrt(variance) / TRUNCATED_STDDEV
            return _normal("truncated_normal", "TruncatedNormal", shape, 0.0, stddev, kind, self.seed)
        return _normal(
            "random_normal", "RandomStandardNormal", shape, 0.0, math.sqrt(variance), kind, self.seed
        )


@near_keywords
class GlorotUniform(VarianceScaling):
    """Uniform in ±sqrt(6 / (fan_in + fan_out)): what dense layers start with."""

    def __init__(self, seed: int | None = None, dtype: Any = float32) -> None:
        super().__init__(1.0, "fan_avg", "uniform", seed, dtype)


@near_keywords
class GlorotNormal(VarianceScaling):
    """Truncated normal of variance 2 / (fan_in + fan_out)."""

    def __init__(self, seed: int | None = None, dtype: Any = float32) -> None:
        super().__init__(1.0, "fan_avg", "truncated_normal", seed, dtype)


@near_keywords
class UniformUnitScaling(ConfiguredInitializer):
    """Uniform in ±factor · sqrt(3 / inputs), the inputs of a unit being all sizes but the last: it keeps variance.

    Source
    ------
    tf.uniform_unit_scaling_initializer, TF 1.15 init_ops.py
    """

    def __init__(self, factor: float = 1.0, seed: int | None = None, dtype: Any = float32) -> None:
        self.factor, self.seed, self.dtype = factor, seed, _floating(dtype)

    def __call__(self, shape: Sequence[int], dtype: Any = None, partition_info: Any = None) -> Tensor:
        whole = _sizes(shape if partition_info is None else partition_info.full_shape)
        limit = self.factor * math.sqrt(3.0 / max(math.prod(whole[:-1]), 1))
        return _uniform(shape, -limit, limit, as_dtype(dtype or self.dtype), self.seed)


def he_normal(seed: int | None = None) -> VarianceScaling:
    """Truncated normal of variance 2 / fan_in."""
    return VarianceScaling(2.0, "fan_in", "truncated_normal", seed)


def he_uniform(seed: int | None = None) -> VarianceScaling:
    """Uniform of variance 2 / fan_in."""
    return VarianceScaling(2.0, "fan_in", "uniform", seed)


def lecun_normal(seed: int | None = None) -> VarianceScaling:
    """Truncated normal of variance 1 / fan_in."""
    return VarianceScaling(1.0, "fan_in", "truncated_normal", seed)


def lecun_uniform(seed: int | None = None) -> VarianceScaling:
    """Uniform of variance 1 / fan_in."""
    return VarianceScaling(1.0, "fan_in", "uniform", seed)


@near_keywords
class Identity(ConfiguredInitializer):
    """`gain` on the diagonal of a matrix, zero elsewhere.

    Source
    ------
    tf.initializers.identity, TF 1.15 init_ops.py
    """

    def __init__(self, gain: float = 1.0, dtype: Any = float32) -> None:
        self.gain, self.dtype = gain, _floating(dtype)

    def __call__(self, shape: Sequence[int], dtype: Any = None, partition_info: Any = None) -> Tensor:
        from estimator.functions.diagonals import eye

        sizes, kind = _sizes(shape), as_dtype(dtype or self.dtype)
        if len(sizes) != 2:
            raise ValueError(f"the identity initializer is for matrices, given the shape {sizes}.")
        if partition_info is None:
            return b.Mul(self.gain, eye(sizes[0], sizes[1], dtype=kind), name="mul")
        rows, columns = partition_info.full_shape
        whole = eye(rows, columns, dtype=kind)
        return b.Mul(self.gain, b.Slice(whole, list(partition_info.var_offset), list(sizes)), name="mul")


@near_keywords
class Orthogonal(ConfiguredInitializer):
    """`gain` times a random matrix with orthonormal columns, or rows if these are fewer; of further axes one is made.

    The signs of a QR decomposition of normal numbers are turned so that R's diagonal is positive: only then is every
    such matrix equally likely.

    Raises
    ------
    ValueError
        If the type is not floating point or, when called, the shape has less than two sizes.

    Source
    ------
    tf.orthogonal_initializer, TF 1.15 init_ops.py
    """

    def __init__(self, gain: float = 1.0, seed: int | None = None, dtype: Any = float32) -> None:
        self.gain, self.seed, self.dtype = gain, seed, _floating(dtype)

    def __call__(self, shape: Sequence[int], dtype: Any = None, partition_info: Any = None) -> Tensor:
        kind, sizes = _floating(dtype or self.dtype), _sizes(shape)
        if len(sizes) < 2:
            raise ValueError(
                f"the orthogonal initializer is for shapes of at least two sizes, given: {list(sizes)}."
            )
        rows, columns = math.prod(sizes[:-1]), sizes[-1]
        flat = (max(rows, columns), min(rows, columns))
        q, r = b.Qr(_normal("random_normal", "RandomStandardNormal", flat, 0.0, 1.0, kind, self.seed))
        q = b.Mul(q, b.Sign(b.DiagPart(r)), name="mul")
        if rows < columns:
            q = transpose(q, name="matrix_transpose/transpose")
        return b.Mul(self.gain, b.Reshape(q, sizes), name="mul")


def _floating(dtype: Any) -> DType:
    kind = as_dtype(dtype)
    if not kind.is_floating:
        raise ValueError(f"Argument `dtype` is expected to be floating point. Received: {kind.name}.")
    return kind


def fans(sizes: Sequence[int]) -> tuple[float, float]:
    """fan_in and fan_out of a weight of that shape; the leading sizes are a convolution's window."""
    if not sizes:
        return 1.0, 1.0
    if len(sizes) == 1:
        return float(sizes[0]), float(sizes[0])
    window = math.prod(sizes[:-2])
    return float(sizes[-2] * window), float(sizes[-1] * window)


def default_initializer(name: str, dtype: DType) -> Initializer:
    """What a variable starts with if nobody says: glorot_uniform; zeros, False or empty texts for others.

    Raises
    ------
    ValueError
        For complex numbers.
    """
    if dtype.is_floating:
        return GlorotUniform()
    if dtype.is_integer or dtype.name in ("bool", "string"):
        return Zeros(dtype)
    raise ValueError(f"an initializer for variable {name} of {dtype.name} is required.")


def _random(op_type: str, shape: Any, dtype: DType, seed: int | None) -> Tensor:
    graph = get_default_graph()
    seeds = op_seeds(graph, seed, graph.unique_name(op_type, mark_as_used=False))
    sizes = np.array(_sizes(shape), np.int32)
    result: Tensor = graph.apply(op_type, (sizes,), {"dtype": dtype, "name": op_type, **seeds})
    return result


def _uniform(shape: Any, low: Any, high: Any, dtype: DType, seed: int | None) -> Tensor:
    graph = get_default_graph()
    with graph.name_scope("random_uniform") as scope:
        if dtype.is_integer:
            limits = [
                graph.constant(limit, dtype, name=name) for limit, name in ((low, "min"), (high, "max"))
            ]
            seeds = op_seeds(graph, seed, scope)
            sizes = np.array(_sizes(shape), np.int32)
            result: Tensor = graph.apply("RandomUniformInt", (sizes, *limits), {"name": scope, **seeds})
            return result
        unit = _random("RandomUniform", shape, dtype, seed)
        width = graph.constant(high - low, dtype, name="sub")
        scaled = b.Mul(unit, width, name="mul")
        return b.AddV2(scaled, graph.constant(low, dtype, name="min"), name=scope)


def _normal(
    name: str, op_type: str, shape: Any, mean: Any, stddev: Any, dtype: DType, seed: int | None
) -> Tensor:
    graph = get_default_graph()
    with graph.name_scope(name) as scope:
        unit = _random(op_type, shape, dtype, seed)
        spread = b.Mul(unit, graph.constant(stddev, dtype, name="stddev"), name="mul")
        return b.AddV2(spread, graph.constant(mean, dtype, name="mean"), name=scope)


# TensorFlow's names of the same.
zeros_initializer = Zeros
ones_initializer = Ones
constant_initializer = Constant
random_uniform_initializer = RandomUniform
random_normal_initializer = RandomNormal
truncated_normal_initializer = TruncatedNormal
uniform_unit_scaling_initializer = UniformUnitScaling
variance_scaling_initializer = VarianceScaling
glorot_uniform_initializer = GlorotUniform
glorot_normal_initializer = GlorotNormal
orthogonal_initializer = Orthogonal


near_keywords_of_functions(__name__)
