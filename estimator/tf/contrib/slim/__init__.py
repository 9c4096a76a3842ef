"""The layers of tf.contrib.layers with what belongs to them, under one name: tf.contrib.slim."""

from __future__ import annotations

from estimator.core.facade import lazy_names

__all__, __getattr__, __dir__ = lazy_names(
    __name__,
    {
        "estimator.checkpoint.assign_from_checkpoint": (
            "assign_from_checkpoint assign_from_checkpoint_fn assign_from_values assign_from_values_fn"
        ),
        "estimator.core.arg_scope": (
            "add_arg_scope arg_scope arg_scope_func_key arg_scoped_arguments current_arg_scope has_arg_scope"
        ),
        "estimator.network.slim.batch_norm": "batch_norm",
        "estimator.network.slim.bias_add": "bias_add",
        "estimator.network.slim.convolution": (
            "conv1d conv2d conv2d_in_plane conv3d convolution convolution1d convolution2d convolution2d_in_plane "
            "convolution3d"
        ),
        "estimator.network.slim.embedding": "bow_encoder embed_sequence embedding_lookup_unique",
        "estimator.network.slim.fully_connected": "elu fully_connected linear relu relu6",
        "estimator.network.slim.group_norm": "group_norm instance_norm",
        "estimator.network.slim.initializers": (
            "variance_scaling_initializer xavier_initializer xavier_initializer_conv2d=xavier_initializer"
        ),
        "estimator.network.slim.layer_norm": "layer_norm",
        "estimator.network.slim.pooling": "avg_pool2d avg_pool3d max_pool2d max_pool3d",
        "estimator.network.slim.separable": "separable_conv2d separable_convolution2d",
        "estimator.network.slim.spatial_softmax": "spatial_softmax",
        "estimator.network.slim.stacking": "repeat stack",
        "estimator.network.slim.transposed": (
            "conv2d_transpose conv3d_transpose convolution2d_transpose convolution3d_transpose"
        ),
        "estimator.network.slim.weightless": (
            "dense_to_sparse dropout flatten maxout one_hot_encoding scale_gradient softmax unit_norm"
        ),
        "estimator.optimizers.optimize_loss": (
            "adaptive_clipping_fn optimize_loss OPTIMIZER_CLS_NAMES OPTIMIZER_SUMMARIES"
        ),
        "estimator.summaries.tensors": (
            "summarize_activation summarize_activations summarize_collection summarize_tensor summarize_tensors"
        ),
        "estimator.variables.embedding": "safe_embedding_lookup_sparse",
        "estimator.variables.global_step": (
            "assert_global_step create_global_step get_global_step get_or_create_global_step"
        ),
        "estimator.variables.model_variables": (
            "add_model_variable filter_variables get_local_variables get_model_variables get_trainable_variables "
            "get_unique_variable get_variable_full_name get_variables get_variables_by_name get_variables_by_suffix "
            "get_variables_to_restore global_variable local_variable model_variable variable"
        ),
        "estimator.variables.regularizers": (
            "apply_regularization l1_l2_regularizer l1_regularizer l2_regularizer sum_regularizer"
        ),
    },
    modules="estimator.tf.contrib.losses estimator.tf.contrib.slim.learning estimator.tf.contrib.slim.utils",
)
