"""What weights begin with, by name: keras.initializers."""

from __future__ import annotations

from estimator.core.facade import lazy_names

__all__, __getattr__, __dir__ = lazy_names(
    __name__,
    {
        "estimator.keras.initializers.by_name": "deserialize get serialize",
        "estimator.keras.initializers.classes": (
            "Constant GlorotNormal GlorotUniform HeNormal HeUniform Identity Initializer LecunNormal "
            "LecunUniform Ones Orthogonal RandomNormal RandomUniform TruncatedNormal VarianceScaling "
            "Zeros constant=Constant glorot_normal=GlorotNormal glorot_uniform=GlorotUniform "
            "he_normal=HeNormal he_uniform=HeUniform identity=Identity lecun_normal=LecunNormal "
            "lecun_uniform=LecunUniform normal=RandomNormal ones=Ones orthogonal=Orthogonal "
            "random_normal=RandomNormal random_uniform=RandomUniform truncated_normal=TruncatedNormal "
            "uniform=RandomUniform variance_scaling=VarianceScaling zeros=Zeros"
        ),
    },
)
