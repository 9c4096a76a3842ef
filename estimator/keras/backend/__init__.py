"""What is below models: functions of tensors, sessions, the learning phase: keras.backend."""

from __future__ import annotations

from estimator.core.facade import lazy_names

__all__, __getattr__, __dir__ = lazy_names(
    __name__,
    {
        "estimator.functions.arrays": "shape stop_gradient",
        "estimator.functions.logic": "equal greater greater_equal less less_equal not_equal",
        "estimator.functions.math": "abs cos exp log maximum minimum round sigmoid sign sin square tanh",
        "estimator.functions.nn": "softplus softsign",
        "estimator.keras.backend.functions": (
            "all any arange argmax argmin batch_dot batch_flatten cast clip concatenate constant cumsum dot dtype "
            "expand_dims flatten gather int_shape is_sparse l2_normalize max mean min ndim one_hot "
            "permute_dimensions placeholder pow prod repeat repeat_elements reverse softmax sqrt squeeze stack std "
            "sum switch tile transpose var"
        ),
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
