"""Several devices or machines, of which there are none: tf.contrib.distribute."""

from __future__ import annotations

from estimator.core.facade import lazy_names

__all__, __getattr__, __dir__ = lazy_names(
    __name__,
    {
        "estimator.core.unavailable": ("ParameterServerStrategy TPUStrategy"),
        "estimator.settings.replicas": "CollectiveAllReduceStrategy MirroredStrategy OneDeviceStrategy",
    },
)
