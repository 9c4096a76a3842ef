"""Functions beside models: keras.utils."""

from __future__ import annotations

from estimator.core.facade import lazy_names

__all__, __getattr__, __dir__ = lazy_names(
    __name__,
    {
        "estimator.files.fetching": "get_file",
        "estimator.keras.callbacks.progress_bar": "Progbar",
        "estimator.keras.seeds": "set_random_seed",
        "estimator.keras.texts.padding": "pad_sequences",
        "estimator.keras.texts.vectors": "normalize to_categorical",
        "estimator.keras.training.sequence": "Sequence",
        "estimator.keras.serialization": (
            "CustomObjectScope=custom_object_scope custom_object_scope "
            "deserialize_keras_object=deserialize get_custom_objects get_registered_name=registered_name "
            "get_registered_object=registered_object register_keras_serializable "
            "serialize_keras_object=serialize"
        ),
    },
)
