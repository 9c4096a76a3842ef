"""What is below models: functions of tensors, sessions, the learning phase: keras.backend."""

from __future__ import annotations

from estimator.core.facade import lazy_names

__all__, __getattr__, __dir__ = lazy_names(
    __name__,
    {
        "estimator.functions.arrays": "reshape shape stop_gradient",
        "estimator.functions.control_flow.folding": "foldl foldr",
        "estimator.functions.control_flow.map_fn": "map_fn",
        "estimator.functions.indexing": "in_top_k",
        "estimator.functions.logic": "equal greater greater_equal less less_equal not_equal",
        "estimator.functions.math": "abs cos exp log maximum minimum round sigmoid sign sin square tanh",
        "estimator.functions.nn": "bias_add softplus softsign",
        "estimator.functions.reductions": "cumprod",
        "estimator.functions.scoping": "name_scope",
        "estimator.keras.activations.functions": "elu relu",
        "estimator.keras.backend.functions": (
            "all any arange argmax argmin batch_dot batch_flatten cast clip concatenate constant cumsum dot dtype "
            "expand_dims flatten gather int_shape is_sparse l2_normalize max mean min ndim one_hot "
            "permute_dimensions placeholder pow prod repeat repeat_elements reverse softmax sqrt squeeze stack std "
            "sum switch tile transpose var"
        ),
        "estimator.keras.backend.making": (
            "cast_to_floatx count_params eye ones ones_like random_bernoulli random_normal random_normal_variable "
            "random_uniform random_uniform_variable truncated_normal variable zeros zeros_like"
        ),
        "estimator.keras.backend.phases": (
            "binary_crossentropy categorical_crossentropy dropout gradients in_test_phase in_train_phase "
            "is_keras_tensor learning_phase_scope moving_average_update print_tensor "
            "sparse_categorical_crossentropy"
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
        "estimator.network.layers.by_name": "hard_sigmoid",
    },
)
