"""Files, under the names of tf.io.gfile."""

from __future__ import annotations

from estimator.core.facade import lazy_names

__all__, __getattr__, __dir__ = lazy_names(
    __name__,
    {
        "estimator.files.gfile": "GFile",
        "estimator.files.tree": (
            "copy exists get_registered_schemes glob isdir join listdir makedirs mkdir remove rename rmtree stat walk"
        ),
    },
)
