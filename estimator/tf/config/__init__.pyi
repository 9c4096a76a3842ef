"""Written by `make stub` from the table in __init__.py; do not edit."""

from estimator.settings.devices import LogicalDevice as LogicalDevice
from estimator.settings.devices import LogicalDeviceConfiguration as LogicalDeviceConfiguration
from estimator.settings.devices import PhysicalDevice as PhysicalDevice
from estimator.settings.devices import functions_run_eagerly as experimental_functions_run_eagerly
from estimator.settings.devices import run_functions_eagerly as experimental_run_functions_eagerly
from estimator.settings.devices import functions_run_eagerly as functions_run_eagerly
from estimator.settings.devices import get_logical_device_configuration as get_logical_device_configuration
from estimator.settings.devices import get_soft_device_placement as get_soft_device_placement
from estimator.settings.devices import get_visible_devices as get_visible_devices
from estimator.settings.devices import list_logical_devices as list_logical_devices
from estimator.settings.devices import list_physical_devices as list_physical_devices
from estimator.settings.devices import run_functions_eagerly as run_functions_eagerly
from estimator.settings.devices import set_logical_device_configuration as set_logical_device_configuration
from estimator.settings.devices import set_soft_device_placement as set_soft_device_placement
from estimator.settings.devices import set_visible_devices as set_visible_devices
from estimator.tf.config import experimental as experimental
from estimator.tf.config import optimizer as optimizer
from estimator.tf.config import threading as threading
