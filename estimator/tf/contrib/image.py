"""Images turned, moved and seen from elsewhere: tf.contrib.image."""

from __future__ import annotations

from estimator.core.facade import lazy_names

__all__, __getattr__, __dir__ = lazy_names(
    __name__,
    {
        "estimator.functions.image.projecting": (
            "angles_to_projective_transforms compose_transforms flat_transforms_to_matrices "
            "matrices_to_flat_transforms rotate transform translate translations_to_projective_transforms"
        ),
    },
)
