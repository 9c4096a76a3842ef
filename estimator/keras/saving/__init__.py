"""Models in files, and the names of own classes there: keras.saving."""

from __future__ import annotations

from estimator.core.facade import lazy_names

__all__, __getattr__, __dir__ = lazy_names(
    __name__,
    {
        "estimator.keras.saving.api": "load_model save_model",
        "estimator.keras.serialization": (
            "custom_object_scope deserialize_keras_object=deserialize get_custom_objects "
            "get_registered_name=registered_name get_registered_object=registered_object "
            "register_keras_serializable serialize_keras_object=serialize"
        ),
    },
)
