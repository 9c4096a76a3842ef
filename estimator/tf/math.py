"""Arithmetic, comparisons, reductions: tf.math."""

from __future__ import annotations

from estimator.core.facade import lazy_names

__all__, __getattr__, __dir__ = lazy_names(
    __name__,
    {
        "estimator.functions.complex": "angle conj imag real",
        "estimator.functions.counting": "bincount confusion_matrix count_nonzero",
        "estimator.functions.indexing": "in_top_k top_k",
        "estimator.functions.logic": (
            "equal greater greater_equal is_finite is_inf is_nan less less_equal logical_and logical_not "
            "logical_or logical_xor not_equal"
        ),
        "estimator.functions.math": (
            "abs accumulate_n acos acosh add add_n asin asinh atan atan2 atanh ceil cos cosh divide "
            "divide_no_nan erf erfc exp expm1 floor floordiv floormod log log1p log_sigmoid maximum minimum "
            "mod multiply multiply_no_nan negative pow reciprocal rint round rsqrt scalar_mul sigmoid sign sin sinh "
            "sqrt square squared_difference subtract tan tanh truediv"
        ),
        "estimator.functions.nn": "log_softmax softmax softplus softsign zero_fraction",
        "estimator.functions.normalization": "l2_normalize",
        "estimator.functions.ordering": "is_non_decreasing is_strictly_increasing",
        "estimator.functions.rearranging": "invert_permutation",
        "estimator.functions.reductions": (
            "argmax argmin cumprod cumsum cumulative_logsumexp reduce_all reduce_any reduce_euclidean_norm "
            "reduce_logsumexp reduce_max reduce_mean reduce_min reduce_prod reduce_std reduce_sum "
            "reduce_variance"
        ),
        "estimator.functions.segments": (
            "segment_max segment_mean segment_min segment_prod segment_sum unsorted_segment_max unsorted_segment_mean "
            "unsorted_segment_min unsorted_segment_prod unsorted_segment_sqrt_n unsorted_segment_sum"
        ),
        "estimator.functions.special": (
            "bessel_i0 bessel_i0e bessel_i1 bessel_i1e betainc digamma erfcinv erfinv igamma igammac lbeta "
            "lgamma ndtri nextafter polygamma polyval reciprocal_no_nan xdivy xlog1py xlogy zeta"
        ),
    },
)
