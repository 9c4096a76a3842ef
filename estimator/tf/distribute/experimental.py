"""Several devices or machines, of which there are none: tf.distribute.experimental."""

from __future__ import annotations

from estimator.core.facade import lazy_names

__all__, __getattr__, __dir__ = lazy_names(
    __name__,
    {
        "estimator.core.unavailable": (
            "CentralStorageStrategy CollectiveCommunication ParameterServerStrategy TPUStrategy"
        ),
        "estimator.settings.replicas": "MultiWorkerMirroredStrategy",
    },
)
