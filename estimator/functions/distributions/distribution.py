"""What all distributions have, and what one of your own must define.

A distribution is of a *batch* of independent random variables with parameters of their own; what one of them draws
is an *event*: a number, or a vector of several. A method called ``log_prob`` opens a name scope, makes a tensor of
its argument and calls the ``_log_prob`` of the subclass, so that a distribution of your own is a class such as::

    class Triangle(Distribution):
        def __init__(self, width, name="Triangle"):
            with tf.name_scope(name) as scope:
                self._width = tf.convert_to_tensor(width)
            super().__init__(
                dtype=self._width.dtype, reparameterization_type=FULLY_REPARAMETERIZED, validate_args=False,
                allow_nan_stats=True, parameters={"width": width}, graph_parents=[self._width], name=scope,
            )
        def _batch_shape(self): return self._width.shape
        def _event_shape(self): return tf.TensorShape([])
        def _prob(self, value): return tf.maximum(1.0 - abs(value) / self._width, 0.0) / self._width
        def _sample_n(self, n, seed=None): ...

It then has ``log_prob`` as well, the logarithm of ``prob``.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from estimator.core.dtypes import DType, as_dtype, int32
from estimator.core.keywords import near_keywords, near_keywords_of_methods
from estimator.core.shapes import TensorShape
from estimator.functions import arrays
from estimator.functions.distributions.divergence import cross_entropy, kl_divergence
from estimator.functions.logic import equal
from estimator.functions.math import exp, log, log1p, sqrt, square
from estimator.functions.reductions import reduce_prod
from estimator.graph.graph import get_default_graph, graph_of
from estimator.graph.likes import TensorLike
from estimator.graph.static import static_value
from estimator.graph.tensor import Tensor

if TYPE_CHECKING:
    from typing import Self


@near_keywords
class ReparameterizationType:
    """Whether gradients flow from samples to the parameters; there are two, which are told by ``is``.

    Source
    ------
    tf.distributions.ReparameterizationType, TF 1.15 distribution.py
    """

    def __init__(self, rep_type: str) -> None:
        self._rep_type = rep_type

    def __repr__(self) -> str:
        return f"<Reparameterization Type: {self._rep_type}>"


FULLY_REPARAMETERIZED = ReparameterizationType("FULLY_REPARAMETERIZED")
NOT_REPARAMETERIZED = ReparameterizationType("NOT_REPARAMETERIZED")


def _first_there(wanted: Callable[[], Tensor], instead: Callable[[], Tensor]) -> Tensor:
    """What the one gives, or else the other; if neither is there, the error names what was wanted."""
    try:
        return wanted()
    except NotImplementedError as missing:
        try:
            return instead()
        except NotImplementedError:
            raise missing from None


@near_keywords_of_methods
class Distribution:
    """A batch of independent random variables; the base class, see the module for one of your own.

    Parameters
    ----------
    dtype : DType
        The type of what it draws.
    reparameterization_type : ReparameterizationType
        FULLY_REPARAMETERIZED if gradients flow through samples, else NOT_REPARAMETERIZED.
    validate_args : bool
        Whether parameters and values are checked when the graph runs.
    allow_nan_stats : bool
        Whether a mean, a mode and the like that is not defined is NaN; else it fails when it runs.
    parameters : dict, optional
        The arguments of the subclass's constructor, for :meth:`copy`; ``dict(locals())`` at its head.
    graph_parents : list of Tensor, optional
        The tensors it is made of.
    name : str, optional
        Of the name scope of all that it adds, with a slash as it stands; by default that of the class.

    Raises
    ------
    ValueError
        If a graph parent is no tensor.

    Source
    ------
    tf.distributions.Distribution, TF 1.15 distribution.py
    """

    def __init__(
        self,
        dtype: Any,
        reparameterization_type: ReparameterizationType,
        validate_args: bool,
        allow_nan_stats: bool,
        parameters: Mapping[str, Any] | None = None,
        graph_parents: Sequence[Tensor] | None = None,
        name: str | None = None,
    ) -> None:
        self._graph_parents = list(graph_parents or ())
        for place, parent in enumerate(self._graph_parents):
            if not isinstance(parent, Tensor):
                raise ValueError(
                    f"graph_parents[{place}] of a distribution must be a tensor, given: {parent!r}."
                )
        self._dtype = None if dtype is None else as_dtype(dtype)
        self._reparameterization_type = reparameterization_type
        self._validate_args, self._allow_nan_stats = validate_args, allow_nan_stats
        self._parameters = dict(parameters or {})
        self._name = name if name and name.endswith("/") else self._new_scope(name or type(self).__name__)

    def _new_scope(self, name: str) -> str:
        with get_default_graph().name_scope(name) as scope:
            return scope

    # -- what it is ----------------------------------------------------------------------------------------------------

    @property
    def name(self) -> str:
        """The name scope of all that it adds, with its slash."""
        return self._name

    @property
    def dtype(self) -> DType:
        """The type of what it draws."""
        return self._dtype  # type: ignore[return-value]  # None only for a class that takes any values

    @property
    def parameters(self) -> dict[str, Any]:
        """The arguments that it was made of."""
        return {
            key: value
            for key, value in self._parameters.items()
            if key != "self" and not key.startswith("__")
        }

    @property
    def reparameterization_type(self) -> ReparameterizationType:
        """Whether gradients flow through samples."""
        return self._reparameterization_type

    @property
    def allow_nan_stats(self) -> bool:
        """Whether a mean, a mode and the like that is not defined is NaN; else it fails."""
        return self._allow_nan_stats

    @property
    def validate_args(self) -> bool:
        """Whether parameters and values are checked when the graph runs."""
        return self._validate_args

    def copy(self, **override_parameters_kwargs: Any) -> Self:
        """A new distribution of the same arguments, but for those that are given."""
        return type(self)(**{**self.parameters, **override_parameters_kwargs})

    def __str__(self) -> str:
        return f'tf.distributions.{type(self).__name__}("{self.name}", {self._described()})'

    def __repr__(self) -> str:
        return f"<tf.distributions.{type(self).__name__} '{self.name}' {self._described()}>"

    def _described(self) -> str:
        kind = None if self._dtype is None else self._dtype.name
        return f"batch_shape={self.batch_shape}, event_shape={self.event_shape}, dtype={kind}"

    # -- shapes --------------------------------------------------------------------------------------------------------

    @classmethod
    def param_shapes(
        cls, sample_shape: TensorLike, name: str = "DistributionParamShapes"
    ) -> dict[str, Tensor]:
        """By the name of each parameter a shape with which ``sample()`` has this one."""
        with get_default_graph().name_scope(name):
            return cls._param_shapes(sample_shape)

    @classmethod
    def param_static_shapes(cls, sample_shape: Any) -> dict[str, TensorShape]:
        """As :meth:`param_shapes`, for a shape that is known.

        Raises
        ------
        ValueError
            If it is not.
        """
        unknown = ValueError(f"sample_shape must be fully defined, given: {sample_shape!r}.")
        if isinstance(sample_shape, TensorShape):
            if not sample_shape.is_fully_defined():
                raise unknown
            sample_shape = sample_shape.as_list()
        static = {}
        for parameter, size in cls.param_shapes(sample_shape).items():
            value = static_value(size)
            if value is None:
                raise unknown
            static[parameter] = TensorShape(value.tolist())
        return static

    @property
    def batch_shape(self) -> TensorShape:
        """The static shape of the batch of random variables, as far as it is known."""
        return TensorShape(self._batch_shape())

    @property
    def event_shape(self) -> TensorShape:
        """The static shape of what one of them draws, as far as it is known."""
        return TensorShape(self._event_shape())

    def batch_shape_tensor(self, name: str = "batch_shape_tensor") -> Tensor:
        """The shape of the batch of random variables: -> [rank]"""
        with self._name_scope(name):
            return self._shape_tensor(self.batch_shape, self._batch_shape_tensor, "batch_shape")

    def event_shape_tensor(self, name: str = "event_shape_tensor") -> Tensor:
        """The shape of what one of them draws: -> [rank]"""
        with self._name_scope(name):
            return self._shape_tensor(self.event_shape, self._event_shape_tensor, "event_shape")

    def _shape_tensor(self, static: TensorShape, computed: Callable[[], Tensor], name: str) -> Tensor:
        if static.is_fully_defined():
            return get_default_graph().constant(static.as_list(), int32, name)
        return computed()

    def is_scalar_batch(self, name: str = "is_scalar_batch") -> Tensor:
        """Whether the batch is one random variable."""
        with self._name_scope(name):
            return self._is_scalar(self.batch_shape, self.batch_shape_tensor, "is_scalar_batch")

    def is_scalar_event(self, name: str = "is_scalar_event") -> Tensor:
        """Whether it draws numbers."""
        with self._name_scope(name):
            return self._is_scalar(self.event_shape, self.event_shape_tensor, "is_scalar_event")

    def _is_scalar(self, static: TensorShape, computed: Callable[[], Tensor], name: str) -> Tensor:
        if static.rank is not None:
            return get_default_graph().constant(static.rank == 0, name=name)
        return equal(arrays.size(computed()), 0, name=name)

    # -- samples -------------------------------------------------------------------------------------------------------

    def sample(self, sample_shape: TensorLike = (), seed: int | None = None, name: str = "sample") -> Tensor:
        """Independent draws.

        Parameters
        ----------
        sample_shape : int, list of int, or Tensor
            One draw by default.
        seed : int, optional
            With it, or with a seed of the graph, every program draws the same.

        Shape
        -----
        -> [sample_shape..., batch..., event...]
        """
        with self._name_scope(name, [sample_shape]):
            size, known = self._as_vector(sample_shape)
            count = reduce_prod(size) if known is None else np.prod(known, dtype=np.int32)
            draws = self._sample_n(count, seed)
            result = arrays.reshape(draws, arrays.concat([size, arrays.shape(draws)[1:]], 0))
            result.set_shape(TensorShape(known).concatenate(self.batch_shape).concatenate(self.event_shape))
            return result

    def _as_vector(self, sample_shape: TensorLike) -> tuple[Tensor, list[int] | None]:
        """A shape, which may be one number, as a vector, and its value if it is known."""
        graph = get_default_graph()
        size = graph.convert(sample_shape, int32, "sample_shape")
        if size.dims is not None and len(size.dims) > 1:
            raise ValueError(f"sample_shape must be a number or a vector, given: {sample_shape!r}.")
        value = static_value(size)
        if value is not None:
            known = [int(number) for number in value.reshape(-1)]
            return graph.constant(known, int32, "sample_shape") if value.ndim == 0 else size, known
        is_vector = size.dims is not None and len(size.dims) == 1
        return size if is_vector else arrays.reshape(size, [-1]), None

    # -- functions of values -------------------------------------------------------------------------------------------

    def log_prob(self, value: TensorLike, name: str = "log_prob") -> Tensor:
        """The logarithm of the probability, or of its density, at the value.

        Shape
        -----
        value [..., event...], which broadcasts with the batch -> [..., batch...]
        """
        with self._name_scope(name, [value]):
            x = self._as_tensor(value)
            return _first_there(lambda: self._log_prob(x), lambda: log(self._prob(x)))

    def prob(self, value: TensorLike, name: str = "prob") -> Tensor:
        """The probability, or its density, at the value; see :meth:`log_prob`."""
        with self._name_scope(name, [value]):
            x = self._as_tensor(value)
            return _first_there(lambda: self._prob(x), lambda: exp(self._log_prob(x)))

    def log_cdf(self, value: TensorLike, name: str = "log_cdf") -> Tensor:
        """The logarithm of :meth:`cdf`."""
        with self._name_scope(name, [value]):
            x = self._as_tensor(value)
            return _first_there(lambda: self._log_cdf(x), lambda: log(self._cdf(x)))

    def cdf(self, value: TensorLike, name: str = "cdf") -> Tensor:
        """The probability to draw the value or less."""
        with self._name_scope(name, [value]):
            x = self._as_tensor(value)
            return _first_there(lambda: self._cdf(x), lambda: exp(self._log_cdf(x)))

    def log_survival_function(self, value: TensorLike, name: str = "log_survival_function") -> Tensor:
        """The logarithm of :meth:`survival_function`."""
        with self._name_scope(name, [value]):
            x = self._as_tensor(value)
            return _first_there(lambda: self._log_survival_function(x), lambda: log1p(-self.cdf(x)))

    def survival_function(self, value: TensorLike, name: str = "survival_function") -> Tensor:
        """The probability to draw more than the value."""
        with self._name_scope(name, [value]):
            x = self._as_tensor(value)
            return _first_there(lambda: self._survival_function(x), lambda: 1.0 - self.cdf(x))

    def quantile(self, value: TensorLike, name: str = "quantile") -> Tensor:
        """What the distribution does not exceed with the probability `value`: the inverse of :meth:`cdf`."""
        with self._name_scope(name, [value]):
            return self._quantile(self._as_tensor(value))

    # -- statistics ----------------------------------------------------------------------------------------------------

    def entropy(self, name: str = "entropy") -> Tensor:
        """The entropy E[-log_prob(X)], in nats: -> batch"""
        with self._name_scope(name):
            return self._entropy()

    def mean(self, name: str = "mean") -> Tensor:
        """The mean: -> [batch..., event...]"""
        with self._name_scope(name):
            return self._mean()

    def variance(self, name: str = "variance") -> Tensor:
        """The variance of each number: -> [batch..., event...]"""
        with self._name_scope(name):
            return _first_there(self._variance, lambda: square(self._stddev()))

    def stddev(self, name: str = "stddev") -> Tensor:
        """The standard deviation of each number: -> [batch..., event...]"""
        with self._name_scope(name):
            return _first_there(self._stddev, lambda: sqrt(self._variance()))

    def covariance(self, name: str = "covariance") -> Tensor:
        """The covariances of the numbers of an event: -> [batch..., k, k]"""
        with self._name_scope(name):
            return self._covariance()

    def mode(self, name: str = "mode") -> Tensor:
        """The most probable event: -> [batch..., event...]"""
        with self._name_scope(name):
            return self._mode()

    def cross_entropy(self, other: Distribution, name: str = "cross_entropy") -> Tensor:
        """The cross entropy E[-other.log_prob(X)]; see :meth:`kl_divergence`."""
        with self._name_scope(name):
            return self._cross_entropy(other)

    def kl_divergence(self, other: Distribution, name: str = "kl_divergence") -> Tensor:
        """The Kullback-Leibler divergence E[log_prob(X) - other.log_prob(X)]: -> both batches, broadcast

        Raises
        ------
        NotImplementedError
            If there is no formula for the two classes; see :class:`RegisterKL`.
        """
        with self._name_scope(name):
            return self._kl_divergence(other)

    # -- what a subclass defines ---------------------------------------------------------------------------------------

    def _lacks(self, method: str) -> NotImplementedError:
        return NotImplementedError(f"{method} is not implemented: {type(self).__name__}")

    @classmethod
    def _param_shapes(cls, sample_shape: TensorLike) -> dict[str, Tensor]:
        raise NotImplementedError(f"param_shapes is not implemented: {cls.__name__}")

    def _batch_shape(self) -> Any:
        return None

    def _event_shape(self) -> Any:
        return None

    def _batch_shape_tensor(self) -> Tensor:
        raise self._lacks("batch_shape_tensor")

    def _event_shape_tensor(self) -> Tensor:
        raise self._lacks("event_shape_tensor")

    def _sample_n(self, n: Any, seed: int | None = None) -> Tensor:
        raise self._lacks("sample")

    def _log_prob(self, value: Tensor) -> Tensor:
        raise self._lacks("log_prob")

    def _prob(self, value: Tensor) -> Tensor:
        raise self._lacks("prob")

    def _log_cdf(self, value: Tensor) -> Tensor:
        raise self._lacks("log_cdf")

    def _cdf(self, value: Tensor) -> Tensor:
        raise self._lacks("cdf")

    def _log_survival_function(self, value: Tensor) -> Tensor:
        raise self._lacks("log_survival_function")

    def _survival_function(self, value: Tensor) -> Tensor:
        raise self._lacks("survival_function")

    def _quantile(self, value: Tensor) -> Tensor:
        raise self._lacks("quantile")

    def _entropy(self) -> Tensor:
        raise self._lacks("entropy")

    def _mean(self) -> Tensor:
        raise self._lacks("mean")

    def _variance(self) -> Tensor:
        raise self._lacks("variance")

    def _stddev(self) -> Tensor:
        raise self._lacks("stddev")

    def _covariance(self) -> Tensor:
        raise self._lacks("covariance")

    def _mode(self) -> Tensor:
        raise self._lacks("mode")

    def _cross_entropy(self, other: Distribution) -> Tensor:
        return cross_entropy(self, other, allow_nan_stats=self.allow_nan_stats)

    def _kl_divergence(self, other: Distribution) -> Tensor:
        return kl_divergence(self, other, allow_nan_stats=self.allow_nan_stats)

    @contextlib.contextmanager
    def _name_scope(self, name: str | None = None, values: Sequence[Any] | None = None) -> Iterator[str]:
        """The scope of a method, below that of the distribution."""
        graph = graph_of([*(values or ()), *self._graph_parents])
        with graph.as_default(), graph.name_scope(self.name), graph.name_scope(name) as scope:
            yield scope

    def _as_tensor(self, value: TensorLike) -> Tensor:
        """The tensor of a value: Python numbers take the type of the distribution if they can."""
        graph = get_default_graph()
        found = graph.as_tensor(value, "value")
        if isinstance(found, Tensor) or self._dtype is None:
            return graph.convert(found, name="value")
        try:
            return graph.constant(found, self._dtype, "value")
        except (TypeError, ValueError):
            return graph.constant(found, name="value")
