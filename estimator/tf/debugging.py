"""Checks of values, shapes and types: tf.debugging."""

from __future__ import annotations

from estimator.core.facade import lazy_names

__all__, __getattr__, __dir__ = lazy_names(
    __name__,
    {
        "estimator.functions.checks": (
            "assert_all_finite=verify_tensor_all_finite assert_equal assert_greater assert_greater_equal "
            "assert_integer assert_less assert_less_equal assert_near assert_negative assert_non_negative "
            "assert_non_positive assert_none_equal assert_positive assert_proper_iterable assert_rank "
            "assert_rank_at_least assert_rank_in assert_same_float_dtype assert_scalar assert_type "
            "check_numerics is_numeric_tensor"
        ),
        "estimator.functions.logic": "is_finite is_inf is_nan",
        "estimator.functions.ordering": "is_non_decreasing is_strictly_increasing",
        "estimator.functions.scoping": "Assert",
    },
)
