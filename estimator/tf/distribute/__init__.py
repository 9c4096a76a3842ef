"""Replicas, which are processes: tf.distribute."""

from __future__ import annotations

from estimator.core.facade import lazy_names

__all__, __getattr__, __dir__ = lazy_names(
    __name__,
    {
        "estimator.settings.input_context": "InputContext",
        "estimator.settings.replicas": (
            "get_loss_reduction get_replica_context get_strategy has_strategy in_cross_replica_context "
            "MirroredStrategy MultiWorkerMirroredStrategy OneDeviceStrategy ReduceOp ReplicaContext Strategy"
        ),
    },
    modules="estimator.tf.distribute.cluster_resolver estimator.tf.distribute.experimental",
)
