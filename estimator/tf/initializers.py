"""Initial values of variables: tf.initializers."""

from __future__ import annotations

from estimator.core.facade import lazy_names

__all__, __getattr__, __dir__ = lazy_names(
    __name__,
    {
        "estimator.functions.table_initializers": "tables_initializer",
        "estimator.variables.initializers": (
            "constant=Constant glorot_normal=GlorotNormal glorot_uniform=GlorotUniform he_normal he_uniform "
            "identity=Identity lecun_normal lecun_uniform ones=Ones orthogonal=Orthogonal random_normal=RandomNormal "
            "random_uniform=RandomUniform truncated_normal=TruncatedNormal uniform_unit_scaling=UniformUnitScaling "
            "variance_scaling=VarianceScaling zeros=Zeros"
        ),
        "estimator.variables.variable": (
            "global_variables=global_variables_initializer local_variables=local_variables_initializer "
            "variables=variables_initializer"
        ),
    },
)
