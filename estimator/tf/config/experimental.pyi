"""Written by `make stub` from the table in experimental.py; do not edit."""

from estimator.settings.devices import LogicalDeviceConfiguration as VirtualDeviceConfiguration
from estimator.settings.devices import get_memory_growth as get_memory_growth
from estimator.settings.devices import get_logical_device_configuration as get_virtual_device_configuration
from estimator.settings.devices import get_visible_devices as get_visible_devices
from estimator.settings.devices import list_logical_devices as list_logical_devices
from estimator.settings.devices import list_physical_devices as list_physical_devices
from estimator.settings.devices import set_memory_growth as set_memory_growth
from estimator.settings.devices import set_logical_device_configuration as set_virtual_device_configuration
from estimator.settings.devices import set_visible_devices as set_visible_devices
