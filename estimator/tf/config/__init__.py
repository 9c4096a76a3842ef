"""What computes, and what a program asks of it: tf.config."""

from __future__ import annotations

from estimator.core.facade import lazy_names

__all__, __getattr__, __dir__ = lazy_names(
    __name__,
    {
        "estimator.settings.devices": (
            "experimental_functions_run_eagerly=functions_run_eagerly "
            "experimental_run_functions_eagerly=run_functions_eagerly functions_run_eagerly "
            "get_logical_device_configuration get_soft_device_placement get_visible_devices list_logical_devices "
            "list_physical_devices LogicalDevice LogicalDeviceConfiguration PhysicalDevice run_functions_eagerly "
            "set_logical_device_configuration set_soft_device_placement set_visible_devices"
        ),
    },
    modules="estimator.tf.config.experimental estimator.tf.config.optimizer estimator.tf.config.threading",
)
