"""TensorFlow 1's layout of names: ``from estimator import tf`` instead of ``import tensorflow as tf``.

Nothing is defined here. Each name is imported from where it lives when it is first used; a namespace
such as ``tf.layers`` is a module of this folder. A new name is one word in the table; ``make stub`` then
tells type checkers, and the snapshot of public names wants to know.
"""

from __future__ import annotations

from estimator.core.facade import lazy_names
from estimator.core.interface import VERSION as __version__  # noqa: F401  scripts compare it

__all__, __getattr__, __dir__ = lazy_names(
    __name__,
    {
        "estimator.checkpoint.graph_files": "import_graph_def",
        "estimator.core.dtypes": (
            "as_dtype bfloat16 bool complex128 complex64 double DType float16 float32 float64 half int16 "
            "int32 int64 int8 resource string uint16 uint32 uint64 uint8 variant"
        ),
        "estimator.core.errors": "OpError",
        "estimator.core.interface": (
            "COMPILER_VERSION GIT_VERSION GRAPH_DEF_VERSION GRAPH_DEF_VERSION_MIN_CONSUMER "
            "GRAPH_DEF_VERSION_MIN_PRODUCER VERSION"
        ),
        "estimator.core.log": "get_logger",
        "estimator.core.shapes": "Dimension dimension_at_index dimension_value TensorShape",
        "estimator.core.unavailable": (
            "ConditionalAccumulator ConditionalAccumulatorBase delete_session_tensor get_session_handle "
            "get_session_tensor load_file_system_library load_library load_op_library SparseConditionalAccumulator"
        ),
        "estimator.formats.messages": (
            "AttrValue ConfigProto Event GPUOptions GraphDef GraphOptions HistogramProto LogMessage MetaGraphDef "
            "NameAttrList NodeDef OptimizerOptions RunMetadata RunOptions SessionLog Summary SummaryMetadata TensorInfo"
        ),
        "estimator.functions.arrays": (
            "broadcast_to concat constant expand_dims fill identity lin_space=linspace linspace "
            "ones ones_like pad placeholder placeholder_with_default range rank reshape reverse "
            "reverse_sequence reverse_v2=reverse shape shape_n size split squeeze stack stop_gradient tile "
            "transpose unstack zeros zeros_like"
        ),
        "estimator.functions.checks": (
            "assert_equal assert_greater assert_greater_equal assert_integer assert_less assert_less_equal "
            "assert_near assert_negative assert_non_negative assert_non_positive assert_none_equal "
            "assert_positive assert_proper_iterable assert_rank assert_rank_at_least assert_rank_in "
            "assert_same_float_dtype assert_scalar assert_type check_numerics is_numeric_tensor "
            "verify_tensor_all_finite"
        ),
        "estimator.functions.blocks": (
            "batch_to_space batch_to_space_nd depth_to_space extract_image_patches "
            "required_space_to_batch_paddings space_to_batch space_to_batch_nd space_to_depth"
        ),
        "estimator.functions.clipping": (
            "clip_by_average_norm clip_by_global_norm clip_by_norm clip_by_value global_norm"
        ),
        "estimator.functions.complex": "angle complex conj imag real",
        "estimator.functions.control_flow.case": "case switch_case",
        "estimator.functions.control_flow.cond": "cond",
        "estimator.functions.control_flow.folding": "foldl foldr scan",
        "estimator.functions.control_flow.map_fn": "map_fn",
        "estimator.functions.control_flow.tensor_array": "TensorArray",
        "estimator.functions.control_flow.vectorized_map": "vectorized_map",
        "estimator.functions.control_flow.while_loop": "while_loop",
        "estimator.functions.counting": (
            "bincount confusion_matrix count_nonzero edit_distance histogram_fixed_width "
            "histogram_fixed_width_bins"
        ),
        "estimator.functions.custom_gradient": "custom_gradient grad_pass_through recompute_grad",
        "estimator.functions.diagonals": (
            "diag=tensor_diag diag_part=tensor_diag_part eye matrix_band_part matrix_diag=diag "
            "matrix_diag_part=diag_part matrix_set_diag=set_diag trace"
        ),
        "estimator.functions.einsum": "einsum tensordot",
        "estimator.functions.files": "matching_files read_file write_file",
        "estimator.functions.function": "function",
        "estimator.functions.grouping": "group no_op tuple",
        "estimator.functions.gradient_tape": "GradientTape",
        "estimator.functions.hessians": "hessians",
        "estimator.functions.image.cropping": "random_crop",
        "estimator.functions.indexing": (
            "boolean_mask dynamic_partition dynamic_stitch gather gather_nd one_hot "
            "scatter_nd sequence_mask slice strided_slice unique unique_with_counts"
        ),
        "estimator.functions.linalg": "cross matmul matrix_transpose norm",
        "estimator.functions.logic": (
            "equal greater greater_equal is_finite is_inf is_nan less less_equal logical_and logical_not "
            "logical_or logical_xor not_equal where where_v2"
        ),
        "estimator.functions.math": (
            "abs accumulate_n acos acosh add add_n asin asinh atan atan2 atanh cast ceil cos cosh div "
            "div_no_nan=divide_no_nan divide erf erfc exp expm1 floor floor_div=floordiv floordiv floormod "
            "log log1p log_sigmoid maximum minimum mod multiply negative pow realdiv reciprocal rint round "
            "rsqrt saturate_cast scalar_mul sigmoid sign sin sinh sqrt square squared_difference subtract "
            "tan tanh to_bfloat16 to_complex128 to_complex64 to_double to_float to_int32 to_int64 truediv "
            "truncatediv truncatemod"
        ),
        "estimator.functions.ordering": (
            "argsort is_non_decreasing is_strictly_increasing searchsorted setdiff1d sort"
        ),
        "estimator.functions.parse_example": "parse_example parse_single_example",
        "estimator.functions.parse_sequence_example": "parse_single_sequence_example",
        "estimator.functions.parsing": (
            "decode_csv decode_raw FixedLenFeature FixedLenSequenceFeature parse_tensor serialize_tensor "
            "SparseFeature VarLenFeature"
        ),
        "estimator.functions.protos": "make_ndarray make_tensor_proto",
        "estimator.functions.printing": "Print print=print_v2 timestamp",
        "estimator.functions.py_func": "numpy_function py_func py_function",
        "estimator.functions.quantization": (
            "fake_quant_with_min_max_args fake_quant_with_min_max_args_gradient fake_quant_with_min_max_vars "
            "fake_quant_with_min_max_vars_gradient fake_quant_with_min_max_vars_per_channel "
            "fake_quant_with_min_max_vars_per_channel_gradient"
        ),
        "estimator.functions.queue_base": "QueueBase",
        "estimator.functions.queues": "FIFOQueue PaddingFIFOQueue PriorityQueue RandomShuffleQueue",
        "estimator.functions.ragged.splitting": "string_split",
        "estimator.functions.ragged.tensor": "RaggedTensor",
        "estimator.functions.random": (
            "get_seed multinomial random_gamma random_normal random_poisson random_shuffle random_uniform "
            "set_random_seed truncated_normal"
        ),
        "estimator.functions.readers": (
            "FixedLengthRecordReader IdentityReader ReaderBase TextLineReader TFRecordReader WholeFileReader"
        ),
        "estimator.functions.rearranging": (
            "batch_gather bitcast broadcast_dynamic_shape broadcast_static_shape ensure_shape guarantee_const "
            "identity_n invert_permutation meshgrid parallel_stack repeat roll tensor_scatter_add "
            "tensor_scatter_nd_add=tensor_scatter_add tensor_scatter_nd_max=tensor_scatter_max "
            "tensor_scatter_nd_min=tensor_scatter_min tensor_scatter_nd_sub=tensor_scatter_sub "
            "tensor_scatter_nd_update=tensor_scatter_update tensor_scatter_sub tensor_scatter_update "
            "unravel_index"
        ),
        "estimator.functions.reductions": (
            "arg_max arg_min argmax argmin cumprod cumsum reduce_all reduce_any "
            "reduce_logsumexp reduce_max reduce_mean reduce_min reduce_prod reduce_sum"
        ),
        "estimator.functions.scoping": (
            "add_to_collection add_to_collections Assert colocate_with container control_dependencies "
            "control_flow_v2_enabled convert_to_tensor convert_to_tensor_or_indexed_slices "
            "convert_to_tensor_or_sparse_tensor "
            "device disable_control_flow_v2 disable_eager_execution disable_resource_variables "
            "disable_v2_behavior "
            "enable_control_flow_v2 enable_resource_variables executing_eagerly "
            "executing_eagerly_outside_functions get_collection "
            "get_collection_ref get_default_session get_static_value init_scope is_tensor name_scope op_scope "
            "resource_variables_enabled"
        ),
        "estimator.functions.segments": (
            "segment_max segment_mean segment_min segment_prod segment_sum sparse_segment_mean sparse_segment_sqrt_n "
            "sparse_segment_sum unsorted_segment_max unsorted_segment_mean "
            "unsorted_segment_min unsorted_segment_prod unsorted_segment_sqrt_n unsorted_segment_sum"
        ),
        "estimator.functions.signal": "fft fft2d fft3d ifft ifft2d ifft3d",
        "estimator.functions.solving": (
            "cholesky cholesky_solve matrix_determinant=det matrix_inverse=inv matrix_solve=solve "
            "matrix_solve_ls=lstsq matrix_triangular_solve=triangular_solve qr self_adjoint_eig=eigh "
            "self_adjoint_eigvals=eigvalsh svd"
        ),
        "estimator.functions.sparse": (
            "sparse_concat sparse_fill_empty_rows sparse_merge sparse_placeholder sparse_reorder sparse_reset_shape "
            "sparse_reshape sparse_retain sparse_slice sparse_split sparse_tensor_to_dense sparse_to_dense "
            "sparse_to_indicator sparse_transpose SparseTensor SparseTensorValue"
        ),
        "estimator.functions.sparse_math": (
            "sparse_add sparse_mask sparse_maximum sparse_minimum sparse_reduce_max "
            "sparse_reduce_max_sparse sparse_reduce_sum sparse_reduce_sum_sparse "
            "sparse_softmax sparse_tensor_dense_matmul IndexedSlices"
        ),
        "estimator.functions.special": "betainc digamma igamma igammac lbeta lgamma polygamma zeta",
        "estimator.functions.strings": (
            "as_string decode_base64 encode_base64 fingerprint reduce_join regex_replace string_join string_strip "
            "string_to_hash_bucket string_to_hash_bucket_fast string_to_hash_bucket_strong string_to_number "
            "substr"
        ),
        "estimator.functions.table_initializers": (
            "initialize_all_tables=tables_initializer tables_initializer"
        ),
        "estimator.graph.conversion": "register_tensor_conversion_function",
        "estimator.graph.gradients": "AggregationMethod gradients UnconnectedGradients",
        "estimator.graph.graph": "get_default_graph Graph reset_default_graph",
        "estimator.graph.keys": "GraphKeys",
        "estimator.graph.registered_gradients": (
            "NoGradient=NotDifferentiable NotDifferentiable RegisterGradient no_gradient=NotDifferentiable"
        ),
        "estimator.graph.tensor": "Operation Tensor",
        "estimator.pipeline.specs": "RaggedTensorSpec SparseTensorSpec TensorSpec TypeSpec=Spec type_spec_from_value",
        "estimator.runtime.interactive": "InteractiveSession",
        "estimator.runtime.session": "Session",
        "estimator.variables.creators": "variable_creator_scope",
        "estimator.variables.distribution_options": "VariableAggregation VariableSynchronization",
        "estimator.variables.get_variable": "get_local_variable get_variable",
        "estimator.variables.initializers": (
            "constant_initializer glorot_normal_initializer glorot_uniform_initializer ones_initializer "
            "orthogonal_initializer random_normal_initializer random_uniform_initializer truncated_normal_initializer "
            "uniform_unit_scaling_initializer variance_scaling_initializer zeros_initializer"
        ),
        "estimator.variables.module": "Module",
        "estimator.variables.partitioners": (
            "fixed_size_partitioner min_max_variable_partitioner variable_axis_size_partitioner"
        ),
        "estimator.variables.regularizers": "no_regularizer",
        "estimator.variables.rows": (
            "batch_scatter_update scatter_add scatter_div scatter_max scatter_min scatter_mul scatter_nd_add "
            "scatter_nd_sub scatter_nd_update scatter_sub scatter_update"
        ),
        "estimator.variables.scopes": "AUTO_REUSE get_variable_scope variable_op_scope variable_scope VariableScope",
        "estimator.variables.template": "make_template",
        "estimator.variables.uninitialized": "assert_variables_initialized report_uninitialized_variables",
        "estimator.variables.variable": (
            "all_variables=global_variables assign assign_add assign_sub count_up_to global_variables "
            "global_variables_initializer initialize_all_variables=global_variables_initializer "
            "initialize_local_variables=local_variables_initializer initialize_variables=variables_initializer "
            "is_variable_initialized local_variables local_variables_initializer model_variables "
            "moving_average_variables trainable_variables Variable variables_initializer"
        ),
        "numpy": "newaxis",
    },
    modules=(
        "estimator.tf.app estimator.tf.audio estimator.tf.autograph estimator.tf.bitwise estimator.tf.compat "
        "estimator.tf.config "
        "estimator.tf.contrib estimator.tf.data "
        "estimator.tf.debugging estimator.tf.distribute "
        "estimator.tf.distributions estimator.tf.dtypes estimator.tf.errors "
        "estimator.tf.estimator "
        "estimator.tf.examples estimator.tf.feature_column estimator.tf.flags estimator.tf.gfile "
        "estimator.tf.graph_util estimator.tf.image "
        "estimator.tf.initializers estimator.tf.io estimator.tf.keras estimator.tf.layers estimator.tf.linalg "
        "estimator.tf.logging estimator.tf.lookup estimator.tf.losses estimator.tf.manip "
        "estimator.tf.math estimator.tf.metrics estimator.tf.nest estimator.tf.nn "
        "estimator.tf.profiler estimator.tf.python_io estimator.tf.quantization "
        "estimator.tf.queue estimator.tf.ragged "
        "estimator.tf.random estimator.tf.raw_ops estimator.tf.regularizers estimator.tf.resource_loader "
        "estimator.tf.saved_model estimator.tf.sets estimator.tf.signal "
        "estimator.tf.sparse estimator.tf.spectral estimator.tf.strings estimator.tf.summary estimator.tf.test "
        "estimator.tf.tpu estimator.tf.train estimator.tf.version"
    ),
)
