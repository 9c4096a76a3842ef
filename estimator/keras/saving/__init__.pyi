"""Written by `make stub` from the table in __init__.py; do not edit."""

from estimator.keras.saving.api import load_model as load_model
from estimator.keras.saving.api import save_model as save_model
from estimator.keras.serialization import custom_object_scope as custom_object_scope
from estimator.keras.serialization import deserialize as deserialize_keras_object
from estimator.keras.serialization import get_custom_objects as get_custom_objects
from estimator.keras.serialization import registered_name as get_registered_name
from estimator.keras.serialization import registered_object as get_registered_object
from estimator.keras.serialization import register_keras_serializable as register_keras_serializable
from estimator.keras.serialization import serialize as serialize_keras_object
