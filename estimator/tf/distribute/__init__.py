"""Several devices or machines, of which there are none: tf.distribute."""

from __future__ import annotations

from estimator.core.facade import lazy_names

__all__, __getattr__, __dir__ = lazy_names(
    __name__,
    {
        "estimator.core.unavailable": "MirroredStrategy OneDeviceStrategy Strategy",
        "estimator.settings.input_context": "InputContext",
        "estimator.settings.replicas": (
            "get_loss_reduction get_replica_context get_strategy has_strategy in_cross_replica_context "
            "ReduceOp ReplicaContext"
        ),
    },
    modules="estimator.tf.distribute.cluster_resolver estimator.tf.distribute.experimental",
)
