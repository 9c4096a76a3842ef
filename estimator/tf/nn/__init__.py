"""Activations, convolutions, pools, normalization and cross entropies: tf.nn."""

from __future__ import annotations

from estimator.core.facade import lazy_names

__all__, __getattr__, __dir__ = lazy_names(
    __name__,
    {
        "estimator.functions.blocks": "depth_to_space space_to_batch space_to_depth with_space_to_batch",
        "estimator.functions.candidates": (
            "all_candidate_sampler compute_accidental_hits fixed_unigram_candidate_sampler "
            "log_uniform_candidate_sampler uniform_candidate_sampler"
        ),
        "estimator.functions.convolution": (
            "atrous_conv2d conv1d conv2d conv2d_backprop_filter conv3d conv3d_backprop_filter "
            "conv3d_backprop_filter_v2 convolution"
        ),
        "estimator.functions.depthwise": (
            "depthwise_conv2d depthwise_conv2d_backprop_filter depthwise_conv2d_backprop_input "
            "depthwise_conv2d_native depthwise_conv2d_native_backprop_filter depthwise_conv2d_native_backprop_input "
            "separable_conv2d"
        ),
        "estimator.functions.dilation": "dilation2d erosion2d",
        "estimator.functions.indexing": "in_top_k top_k",
        "estimator.functions.linalg": "l2_loss",
        "estimator.functions.math": "sigmoid tanh",
        "estimator.functions.moments": "normalize_moments sufficient_statistics weighted_moments",
        "estimator.functions.nn": (
            "bias_add crelu dropout elu leaky_relu log_poisson_loss log_softmax relu relu6 relu_layer selu "
            "sigmoid_cross_entropy_with_logits silu softmax softmax_cross_entropy_with_logits "
            "softmax_cross_entropy_with_logits_v2 softplus softsign "
            "sparse_softmax_cross_entropy_with_logits swish weighted_cross_entropy_with_logits xw_plus_b "
            "zero_fraction"
        ),
        "estimator.functions.normalization": (
            "batch_norm_with_global_normalization batch_normalization fused_batch_norm l2_normalize "
            "local_response_normalization lrn=local_response_normalization moments"
        ),
        "estimator.functions.pooling": (
            "avg_pool avg_pool1d avg_pool2d avg_pool3d avg_pool_v2 max_pool max_pool1d max_pool2d max_pool3d "
            "max_pool_v2 max_pool_with_argmax pool"
        ),
        "estimator.functions.transposed": (
            "atrous_conv2d_transpose conv1d_transpose conv2d_backprop_input conv2d_transpose conv3d_transpose "
            "conv_transpose"
        ),
        "estimator.network.recurrent.bidirectional": "bidirectional_dynamic_rnn static_bidirectional_rnn",
        "estimator.network.recurrent.dynamic": "dynamic_rnn",
        "estimator.network.recurrent.raw": "raw_rnn",
        "estimator.network.recurrent.static": "static_rnn static_state_saving_rnn",
        "estimator.network.sampled_losses": "nce_loss sampled_softmax_loss",
        "estimator.variables.embedding": "embedding_lookup embedding_lookup_sparse safe_embedding_lookup_sparse",
    },
    modules="estimator.tf.nn.rnn_cell",
)
