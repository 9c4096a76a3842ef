"""What may still change in TensorFlow: tf.config.experimental."""

from __future__ import annotations

from estimator.core.facade import lazy_names

__all__, __getattr__, __dir__ = lazy_names(
    __name__,
    {
        "estimator.settings.devices": (
            "get_memory_growth get_virtual_device_configuration=get_logical_device_configuration get_visible_devices "
            "list_logical_devices list_physical_devices set_memory_growth set_visible_devices "
            "set_virtual_device_configuration=set_logical_device_configuration "
            "VirtualDeviceConfiguration=LogicalDeviceConfiguration"
        ),
    },
)
