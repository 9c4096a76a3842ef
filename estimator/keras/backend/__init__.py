"""What is below models: sessions, the learning phase, few functions: keras.backend."""

from __future__ import annotations

from estimator.core.facade import lazy_names

__all__, __getattr__, __dir__ = lazy_names(
    __name__,
    {
        "estimator.keras.backend.settings": (
            "backend epsilon floatx image_data_format set_epsilon set_floatx set_image_data_format"
        ),
        "estimator.keras.backend.values": (
            "batch_get_value batch_set_value clear_session eval function get_session get_value "
            "manual_variable_initialization set_session set_value update update_add update_sub"
        ),
        "estimator.keras.learning_phase": "learning_phase set_learning_phase",
        "estimator.keras.naming": "get_uid reset_uids",
    },
)
