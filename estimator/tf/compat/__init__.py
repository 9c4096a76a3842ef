"""tf.compat: version 1 of the interface, which is the one there is, and texts as bytes and as text."""

from __future__ import annotations

from estimator.core.facade import lazy_names

__all__, __getattr__, __dir__ = lazy_names(
    __name__,
    {
        "estimator.core.dtypes": "complex_types integral_types real_types",
        "estimator.core.interface": "forward_compatibility_horizon forward_compatible",
        "estimator.core.shapes": "dimension_at_index dimension_value",
        "estimator.core.texts": "as_bytes as_str as_str_any as_text bytes_or_text_types path_to_str",
    },
    modules=("estimator.tf.compat.v1"),
)
