"""Layers with scopes, activations and lists of their own, and what trains them: tf.contrib.layers."""

from __future__ import annotations

from estimator.core.facade import lazy_names

__all__, __getattr__, __dir__ = lazy_names(
    __name__,
    {
        "estimator.columns.bucketized": "bucketized_column",
        "estimator.columns.contrib": (
            "create_feature_spec_for_parsing embedding_column one_hot_column real_valued_column "
            "sparse_column_with_hash_bucket sparse_column_with_integerized_feature sparse_column_with_keys "
            "sparse_column_with_vocabulary_file weighted_sparse_column"
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
        "estimator.optimizers.optimize_loss": "optimize_loss OPTIMIZER_CLS_NAMES OPTIMIZER_SUMMARIES",
        "estimator.summaries.tensors": (
            "summarize_activation summarize_activations summarize_collection summarize_tensor summarize_tensors"
        ),
        "estimator.variables.embedding": "safe_embedding_lookup_sparse",
        "estimator.variables.regularizers": (
            "apply_regularization l1_l2_regularizer l1_regularizer l2_regularizer sum_regularizer"
        ),
    },
    modules="estimator.tf.contrib.slim.utils",
)
