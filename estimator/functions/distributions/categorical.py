"""The categorical distribution."""

from __future__ import annotations

from typing import Any

from estimator.core.dtypes import int32, int64
from estimator.core.keywords import near_keywords
from estimator.core.shapes import is_static
from estimator.functions.arguments import function_scope
from estimator.functions.arrays import concat, ones, ones_like, reshape, shape, transpose, zeros_like
from estimator.functions.distributions.distribution import NOT_REPARAMETERIZED
from estimator.functions.distributions.divergence import RegisterKL
from estimator.functions.distributions.numbers import VectorDistribution
from estimator.functions.distributions.probabilities import logits_and_probs
from estimator.functions.distributions.validation import whole_numbers
from estimator.functions.indexing import sequence_mask
from estimator.functions.logic import where
from estimator.functions.math import cast
from estimator.functions.nn import log_softmax, softmax, sparse_softmax_cross_entropy_with_logits
from estimator.functions.random import multinomial
from estimator.functions.reductions import argmax, reduce_sum
from estimator.graph.graph import get_default_graph
from estimator.graph.tensor import Tensor


@near_keywords
class Categorical(VectorDistribution):
    """Categorical distributions: the number of a class, from 0 on, each with its probability.

    ``cdf(k)`` is the probability of a class before k, as TensorFlow has it: that of class k is not part of it.

    Parameters
    ----------
    logits, probs : Tensor, shape [batch..., classes]
        One of them: logarithms of probabilities, whose exponentials need not have the sum 1; or probabilities.
    dtype : DType
        Of what it draws.
    validate_args, allow_nan_stats, name : optional
        See :class:`~estimator.functions.distributions.distribution.Distribution`.

    Raises
    ------
    ValueError
        If both are given, or none; with `validate_args` if it is known that there is one class, or that there are
        more than the type can number.
    TypeError
        If their type is no floating point type, or a value neither floating point nor integer.
    InvalidArgumentError
        With `validate_args`: if probabilities are negative or do not have the sum 1, or a value is no whole number.
        Also without, if a value whose probability is asked for is no class.

    Source
    ------
    tf.distributions.Categorical, TF 1.15 categorical.py
    """

    def __init__(
        self,
        logits: Any = None,
        probs: Any = None,
        dtype: Any = int32,
        validate_args: bool = False,
        allow_nan_stats: bool = True,
        name: str = "Categorical",
    ) -> None:
        parameters = dict(locals())
        with function_scope(name, "Categorical", logits, probs) as (graph, scope):
            self._logits, self._probs = logits_and_probs(logits, probs, True, validate_args)
            self._pattern = self._logits
            size = None if self._logits.dims is None else self._logits.dims[-1]
            if size is None:
                with graph.name_scope("event_size"):
                    self._event_size = shape(self._logits)[-1]
            else:
                self._event_size = graph.constant(size, int32, "event_size")
        super().__init__(
            dtype=dtype,
            reparameterization_type=NOT_REPARAMETERIZED,
            validate_args=validate_args,
            allow_nan_stats=allow_nan_stats,
            parameters=parameters,
            graph_parents=[self._logits, self._probs],
            name=scope,
        )

    @property
    def event_size(self) -> Tensor:
        """The number of classes."""
        return self._event_size

    @property
    def logits(self) -> Tensor:
        """The logarithms of the probabilities, plus any number for all classes."""
        return self._logits

    @property
    def probs(self) -> Tensor:
        """The probabilities."""
        return self._probs

    def _event_shape(self) -> Any:
        return ()

    def _event_shape_tensor(self) -> Tensor:
        return get_default_graph().constant([], int32)

    def _sample_n(self, n: Any, seed: int | None = None) -> Tensor:
        has_rows = self.logits.dims is not None and len(self.logits.dims) == 2
        rows = self.logits if has_rows else reshape(self.logits, [-1, self.event_size])
        draws = multinomial(rows, n, seed=seed, output_dtype=int64 if self.dtype.size > 4 else int32)
        ordered = reshape(transpose(draws), concat([[n], self.batch_shape_tensor()], 0))
        return cast(ordered, self.dtype)

    def _log_prob(self, value: Tensor) -> Tensor:
        classes, logits = self._for_each(value, self.logits)
        return -sparse_softmax_cross_entropy_with_logits(labels=classes, logits=logits)

    def _cdf(self, value: Tensor) -> Tensor:
        classes, probs = self._for_each(value, self.probs)
        rows = reshape(probs, [-1, self.event_size])
        before = sequence_mask(reshape(classes, [-1]), self.event_size)
        return reshape(reduce_sum(where(before, rows, zeros_like(rows)), -1), shape(classes))

    def _entropy(self) -> Tensor:
        return -reduce_sum(log_softmax(self.logits) * self.probs, -1)

    def _mode(self) -> Tensor:
        return cast(argmax(self.logits, -1), self.dtype)

    def _for_each(self, value: Tensor, parameter: Tensor) -> tuple[Tensor, Tensor]:
        """The classes as integers, and for each of them the parameter of its distribution: both broadcast."""
        classes = whole_numbers(value, int32) if self.validate_args else value
        if classes.dtype.is_floating:
            classes = cast(classes, int32)
        elif not classes.dtype.is_integer:
            raise TypeError(f"classes are integers, or {self.dtype.name}; given: {classes.dtype.name}.")
        batch = None if parameter.dims is None else parameter.dims[:-1]
        if batch == classes.dims and is_static(batch):
            return classes, parameter
        parameter = parameter * ones_like(classes[..., None], dtype=parameter.dtype)
        classes = classes * ones(shape(parameter)[:-1], dtype=classes.dtype)
        if parameter.dims is not None:
            classes.set_shape(parameter.dims[:-1])
        return classes, parameter


@RegisterKL(Categorical, Categorical)
def _kl_categorical_categorical(a: Categorical, b: Categorical, name: str | None = None) -> Tensor:
    with function_scope(name, "kl_categorical_categorical", a.logits, b.logits):
        difference = log_softmax(a.logits) - log_softmax(b.logits)
        return reduce_sum(softmax(a.logits) * difference, -1)
