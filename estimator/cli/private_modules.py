"""Where public names live inside TensorFlow: ``tensorflow.python.ops.array_ops`` has names of ``tf``.

Packages import from there what they could have from ``tf``. Each namespace is listed with the modules of TensorFlow 1
(and of 2, whose modules were cut smaller) that define its names; a module that is not listed is not found, since an
empty one in its place would let a package believe that it has what it asked for. Names that are not public have a
table of their own.
"""

from __future__ import annotations

from functools import lru_cache

TF = "estimator.tf"
_INSIDE = "estimator.cli.inside"
GENERATED = f"{_INSIDE}.generated"

# below tensorflow.python
_PYTHON = {
    TF: (
        "client.session compat.v2_compat eager.backprop eager.context framework.constant_op framework.device "
        "framework.device_spec framework.dtypes framework.function framework.importer "
        "framework.indexed_slices framework.ops framework.random_seed framework.sparse_tensor "
        "framework.tensor framework.tensor_conversion framework.tensor_shape framework.tensor_spec "
        "framework.tensor_util framework.versions ops.array_ops ops.array_ops_stack ops.batch_ops "
        "ops.clip_ops ops.cond ops.confusion_matrix ops.control_flow_assert ops.control_flow_case "
        "ops.control_flow_ops ops.control_flow_switch_case ops.control_flow_v2_toggles ops.custom_gradient "
        "ops.data_flow_ops ops.functional_ops ops.gradients ops.gradients_impl ops.gradients_util "
        "ops.histogram_ops ops.io_ops ops.linalg_ops ops.logging_ops ops.manip_ops ops.map_fn ops.math_ops "
        "ops.numerics ops.partitioned_variables ops.random_crop_ops ops.resource_variable_ops ops.script_ops "
        "ops.session_ops ops.sort_ops ops.special_math_ops ops.standard_ops ops.state_ops ops.template "
        "ops.tensor_array_ops ops.unconnected_gradients ops.variable_scope ops.variable_v1 ops.variables "
        "ops.while_loop"
    ),
    f"{TF}.app": "platform.app",
    f"{TF}.autograph.experimental": "autograph.impl.api autograph.lang.directives",
    f"{TF}.bitwise": "ops.bitwise_ops",
    f"{TF}.compat": "compat.compat util.compat",
    f"{TF}.config": "eager.context framework.config",
    f"{TF}.config.experimental": "framework.config",
    f"{TF}.config.threading": "framework.config",
    f"{TF}.data": (
        "data data.ops.dataset_ops data.ops.iterator_ops data.ops.multi_device_iterator_ops data.ops.options "
        "data.ops.readers"
    ),
    f"{TF}.data.experimental": (
        "data.experimental data.experimental.ops.batching data.experimental.ops.cardinality "
        "data.experimental.ops.counter data.experimental.ops.enumerate_ops data.experimental.ops.error_ops "
        "data.experimental.ops.get_single_element data.experimental.ops.grouping "
        "data.experimental.ops.interleave_ops data.experimental.ops.iterator_ops "
        "data.experimental.ops.parsing_ops data.experimental.ops.prefetching_ops "
        "data.experimental.ops.readers data.experimental.ops.scan_ops data.experimental.ops.shuffle_ops "
        "data.experimental.ops.unique data.ops.options"
    ),
    f"{TF}.debugging": "ops.check_ops",
    f"{TF}.distribute": (
        "distribute.distribute_lib distribute.distribute_utils distribute.distribution_strategy_context "
        "distribute.reduce_util"
    ),
    f"{TF}.distributions": (
        "ops.distributions ops.distributions.bernoulli ops.distributions.beta ops.distributions.categorical "
        "ops.distributions.dirichlet ops.distributions.distribution ops.distributions.exponential "
        "ops.distributions.gamma ops.distributions.kullback_leibler ops.distributions.laplace "
        "ops.distributions.multinomial ops.distributions.normal ops.distributions.student_t "
        "ops.distributions.uniform"
    ),
    f"{TF}.dtypes": "framework.dtypes",
    f"{TF}.errors": "framework.errors framework.errors_impl",
    f"{TF}.feature_column": (
        "feature_column.feature_column feature_column.feature_column_lib feature_column.feature_column_v2 "
        "feature_column.sequence_feature_column"
    ),
    f"{TF}.flags": "platform.flags",
    f"{TF}.gfile": "platform.gfile lib.io.file_io",
    f"{TF}.image": "ops.image_ops ops.image_ops_impl",
    f"{TF}.initializers": "ops.init_ops ops.init_ops_v2",
    f"{TF}.io": "lib.io.python_io lib.io.tf_record ops.parsing_config ops.parsing_ops framework.graph_io",
    f"{TF}.keras": "keras",
    f"{TF}.keras.activations": "keras.activations",
    f"{TF}.keras.backend": "keras.backend",
    f"{TF}.keras.callbacks": "keras.callbacks",
    f"{TF}.keras.constraints": "keras.constraints",
    f"{TF}.keras.datasets": "keras.datasets",
    f"{TF}.keras.estimator": "keras.estimator",
    f"{TF}.keras.initializers": (
        "keras.initializers keras.initializers.initializers_v1 keras.initializers.initializers_v2"
    ),
    f"{TF}.keras.layers": (
        "keras.engine.base_layer keras.engine.input_layer keras.layers keras.layers.advanced_activations "
        "keras.layers.convolutional keras.layers.core keras.layers.embeddings keras.layers.merge keras.layers.noise "
        "keras.layers.normalization keras.layers.pooling keras.layers.recurrent keras.layers.serialization "
        "keras.layers.wrappers"
    ),
    f"{TF}.keras.losses": "keras.losses",
    f"{TF}.keras.metrics": "keras.metrics",
    f"{TF}.keras.models": (
        "keras.engine.functional keras.engine.network keras.engine.sequential keras.engine.training keras.models"
    ),
    f"{TF}.keras.optimizers": (
        "keras.optimizer_v2 keras.optimizer_v2.adagrad keras.optimizer_v2.adam keras.optimizer_v2.gradient_descent "
        "keras.optimizer_v2.optimizer_v2 keras.optimizer_v2.rmsprop keras.optimizers"
    ),
    f"{TF}.keras.preprocessing": "keras.preprocessing",
    f"{TF}.keras.regularizers": "keras.regularizers",
    f"{TF}.keras.saving": "keras.saving keras.saving.save",
    f"{TF}.keras.utils": "keras.utils keras.utils.data_utils keras.utils.generic_utils keras.utils.np_utils",
    f"{TF}.layers": (
        "keras.engine.input_spec layers.base layers.convolutional layers.core layers.layers "
        "layers.normalization layers.pooling"
    ),
    f"{TF}.linalg": "ops.linalg.linalg ops.linalg.linalg_impl",
    f"{TF}.logging": "platform.tf_logging",
    f"{TF}.contrib.lookup": "ops.lookup_ops",
    f"{TF}.lookup": "ops.lookup_ops",
    f"{TF}.losses": "ops.losses.losses ops.losses.losses_impl ops.losses.util",
    f"{TF}.math": "ops.math_ops ops.special_math_ops ops.confusion_matrix ops.bincount_ops",
    f"{TF}.metrics": "ops.metrics ops.metrics_impl",
    f"{TF}.nest": "util.nest data.util.nest",
    f"{TF}.nn": (
        "ops.candidate_sampling_ops ops.ctc_ops ops.embedding_ops ops.nn ops.nn_impl ops.nn_ops ops.rnn "
        "ops.rnn_cell ops.rnn_cell_impl"
    ),
    f"{TF}.nn.rnn_cell": "ops.rnn_cell ops.rnn_cell_impl",
    f"{TF}.profiler": "profiler.model_analyzer profiler.option_builder",
    f"{TF}.ragged": (
        "ops.ragged ops.ragged.ragged_array_ops ops.ragged.ragged_concat_ops ops.ragged.ragged_factory_ops "
        "ops.ragged.ragged_functional_ops ops.ragged.ragged_math_ops ops.ragged.ragged_tensor "
        "ops.ragged.ragged_tensor_value ops.ragged.segment_id_ops"
    ),
    f"{TF}.random": "ops.random_ops ops.stateless_random_ops framework.random_seed",
    f"{TF}.resource_loader": "platform.resource_loader",
    f"{TF}.saved_model": "saved_model.saved_model saved_model.simple_save",
    f"{TF}.saved_model.builder": "saved_model.builder saved_model.builder_impl",
    f"{TF}.saved_model.constants": "saved_model.constants",
    f"{TF}.saved_model.loader": "saved_model.loader saved_model.loader_impl",
    f"{TF}.saved_model.main_op": "saved_model.main_op saved_model.main_op_impl",
    f"{TF}.saved_model.signature_constants": "saved_model.signature_constants",
    f"{TF}.saved_model.signature_def_utils": (
        "saved_model.method_name_updater saved_model.signature_def_utils saved_model.signature_def_utils_impl"
    ),
    f"{TF}.saved_model.tag_constants": "saved_model.tag_constants",
    f"{TF}.saved_model.utils": "saved_model.utils saved_model.utils_impl",
    f"{TF}.sets": "ops.sets ops.sets_impl",
    f"{TF}.signal": (
        "ops.signal.dct_ops ops.signal.fft_ops ops.signal.mel_ops ops.signal.mfcc_ops "
        "ops.signal.reconstruction_ops ops.signal.shape_ops ops.signal.signal ops.signal.spectral_ops "
        "ops.signal.window_ops ops.spectral_ops"
    ),
    f"{TF}.sparse": "ops.sparse_ops",
    f"{TF}.strings": "ops.string_ops ops.ragged.ragged_string_ops",
    f"{TF}.summary": "summary.summary summary.writer.writer summary.writer.writer_cache summary.summary_iterator",
    f"{TF}.test": "framework.test_util ops.gradient_checker platform.googletest platform.test",
    f"{TF}.tpu": "tpu.tpu_optimizer",
    f"{TF}.train": (
        "checkpoint.checkpoint checkpoint.checkpoint_management framework.graph_io summary.summary_iterator "
        "training.adadelta training.adagrad training.adagrad_da training.adam training.basic_loops "
        "training.basic_session_run_hooks training.checkpoint_management training.checkpoint_ops "
        "training.checkpoint_state_pb2 training.checkpoint_utils training.coordinator training.device_setter "
        "training.ftrl training.gradient_descent training.input training.learning_rate_decay "
        "training.momentum training.monitored_session training.moving_averages training.optimizer "
        "training.proximal_adagrad training.proximal_gradient_descent training.py_checkpoint_reader "
        "training.queue_runner training.queue_runner_impl training.rmsprop training.saver "
        "training.server_lib training.session_manager training.session_run_hook training.slot_creator "
        "training.supervisor training.sync_replicas_optimizer training.tracking.util training.training "
        "training.training_util training.warm_starting_util"
    ),
}

# The modules that TensorFlow generates of its ops, and those that import all names of such a module; below
# tensorflow.python.
_OF_OPS = {
    GENERATED: (
        "ops.array_ops ops.batch_ops ops.bitwise_ops ops.clustering_ops ops.control_flow_ops ops.data_flow_ops "
        "ops.gen_array_ops ops.gen_bitwise_ops ops.gen_candidate_sampling_ops ops.gen_clustering_ops "
        "ops.gen_control_flow_ops ops.gen_ctc_ops ops.gen_data_flow_ops ops.gen_dataset_ops ops.gen_functional_ops "
        "ops.gen_image_ops ops.gen_io_ops ops.gen_linalg_ops ops.gen_list_ops ops.gen_logging_ops ops.gen_lookup_ops "
        "ops.gen_manip_ops ops.gen_math_ops ops.gen_nn_ops ops.gen_optional_ops ops.gen_parsing_ops "
        "ops.gen_ragged_array_ops ops.gen_ragged_conversion_ops ops.gen_ragged_math_ops ops.gen_random_ops "
        "ops.gen_resource_variable_ops ops.gen_script_ops ops.gen_set_ops ops.gen_sparse_ops "
        "ops.gen_special_math_ops ops.gen_spectral_ops ops.gen_state_ops ops.gen_stateless_random_ops "
        "ops.gen_string_ops ops.gen_training_ops ops.image_ops ops.io_ops ops.linalg_ops ops.list_ops "
        "ops.logging_ops ops.lookup_ops ops.math_ops ops.nn_ops ops.parsing_ops ops.random_ops "
        "ops.resource_variable_ops ops.sparse_ops ops.state_ops ops.string_ops training.gen_training_ops "
        "training.training_ops"
    ),
}

# below tensorflow.python and below tensorflow_estimator.python
_ESTIMATOR = {
    f"{TF}.estimator": (
        "estimator estimator.canned.baseline estimator.canned.dnn estimator.canned.dnn_linear_combined "
        "estimator.canned.linear estimator.canned.parsing_utils estimator.estimator estimator.estimator_lib "
        "estimator.exporter estimator.extenders estimator.head.base_head estimator.head.binary_class_head "
        "estimator.head.multi_class_head estimator.head.multi_head estimator.head.multi_label_head "
        "estimator.head.regression_head estimator.mode_keys estimator.model_fn estimator.run_config "
        "estimator.training"
    ),
    f"{TF}.estimator.experimental": "estimator.canned.kmeans estimator.early_stopping estimator.hooks.hooks",
    f"{TF}.estimator.export": "estimator.export.export estimator.export.export_lib estimator.export.export_output",
    f"{TF}.estimator.inputs": (
        "estimator.inputs.inputs estimator.inputs.numpy_io estimator.inputs.pandas_io estimator.inputs.queues"
    ),
    f"{TF}.estimator.tpu": "estimator.tpu.tpu_config estimator.tpu.tpu_context estimator.tpu.tpu_estimator",
}

# below tensorflow.contrib
_CONTRIB = {
    f"{TF}.contrib.crf": "crf.python.ops.crf",
    f"{TF}.contrib.data": (
        "data.python.ops.batching data.python.ops.dataset_ops data.python.ops.grouping "
        "data.python.ops.interleave_ops data.python.ops.readers data.python.ops.shuffle_ops"
    ),
    f"{TF}.contrib.estimator": (
        "estimator.python.estimator.extenders estimator.python.estimator.head "
        "estimator.python.estimator.multi_head estimator.python.estimator.replicate_model_fn"
    ),
    f"{TF}.contrib.framework": (
        "framework.python.framework.tensor_util framework.python.ops framework.python.ops.arg_scope "
        "framework.python.ops.variables"
    ),
    f"{TF}.contrib.layers": (
        "layers.python.layers layers.python.layers.embedding_ops layers.python.layers.feature_column "
        "layers.python.layers.initializers layers.python.layers.layers layers.python.layers.optimizers "
        "layers.python.layers.regularizers layers.python.layers.summaries layers.python.layers.utils"
    ),
    f"{TF}.contrib.factorization": "factorization.python.ops.clustering_ops factorization.python.ops.kmeans",
    f"{TF}.contrib.learn": (
        "learn.python.learn learn.python.learn.estimators learn.python.learn.estimators.constants "
        "learn.python.learn.estimators.estimator learn.python.learn.estimators.model_fn "
        "learn.python.learn.estimators.run_config learn.python.learn.experiment "
        "learn.python.learn.export_strategy learn.python.learn.metric_spec learn.python.learn.utils "
        "learn.python.learn.utils.input_fn_utils learn.python.learn.utils.saved_model_export_utils"
    ),
    f"{TF}.contrib.learn.learn_runner": "learn.python.learn.learn_runner",
    f"{TF}.contrib.learn.io": "learn.python.learn.learn_io",
    f"{TF}.contrib.learn.datasets": "learn.python.learn.datasets",
    f"{TF}.contrib.learn.datasets.base": "learn.python.learn.datasets.base",
    f"{TF}.contrib.learn.datasets.mnist": "learn.python.learn.datasets.mnist",
    f"{TF}.contrib.legacy_seq2seq": "legacy_seq2seq.python.ops.seq2seq",
    f"{TF}.contrib.losses": "losses.python.losses losses.python.losses.loss_ops",
    f"{TF}.contrib.losses.metric_learning": "losses.python.metric_learning",
    f"{TF}.contrib.metrics": "metrics.python.ops.metric_ops",
    f"{TF}.contrib.opt": "opt.python.training",
    f"{TF}.contrib.rnn": (
        "rnn.python.ops.core_rnn_cell rnn.python.ops.fused_rnn_cell rnn.python.ops.gru_ops "
        "rnn.python.ops.lstm_ops rnn.python.ops.rnn rnn.python.ops.rnn_cell"
    ),
    f"{TF}.contrib.seq2seq": (
        "seq2seq.python.ops.attention_wrapper seq2seq.python.ops.basic_decoder "
        "seq2seq.python.ops.beam_search_decoder seq2seq.python.ops.decoder seq2seq.python.ops.helper "
        "seq2seq.python.ops.loss"
    ),
    f"{TF}.contrib.tpu": (
        "tpu.python.tpu tpu.python.tpu.tpu_config tpu.python.tpu.tpu_estimator tpu.python.tpu.tpu_function "
        "tpu.python.tpu.tpu_optimizer"
    ),
    f"{TF}.contrib.training": (
        "training.python.training.device_setter training.python.training.evaluation "
        "training.python.training.hparam training.python.training.training"
    ),
}

# below tensorflow.core, where each protobuf file is a module
_CORE = {
    "estimator.formats.messages": (
        "example.example_pb2 example.feature_pb2 framework.attr_value_pb2 framework.function_pb2 "
        "framework.graph_pb2 framework.node_def_pb2 framework.op_def_pb2 framework.step_stats_pb2 "
        "framework.summary_pb2 framework.tensor_pb2 framework.tensor_shape_pb2 framework.types_pb2 "
        "framework.variable_pb2 framework.versions_pb2 protobuf.cluster_pb2 protobuf.config_pb2 "
        "protobuf.meta_graph_pb2 protobuf.queue_runner_pb2 protobuf.rewriter_config_pb2 "
        "protobuf.saved_model_pb2 protobuf.saver_pb2 util.event_pb2"
    ),
}

_INITIALIZERS = {
    "estimator.variables.initializers": "Initializer=ConfiguredInitializer",
    f"{TF}.initializers": (
        "Constant=constant GlorotNormal=glorot_normal GlorotUniform=glorot_uniform Identity=identity "
        "Ones=ones Orthogonal=orthogonal RandomNormal=random_normal RandomUniform=random_uniform "
        "TruncatedNormal=truncated_normal UniformUnitScaling=uniform_unit_scaling "
        "VarianceScaling=variance_scaling Zeros=zeros"
    ),
}
_COLUMNS = {
    "estimator.columns.embedding": "EmbeddingColumn _EmbeddingColumn=EmbeddingColumn",
    "estimator.columns.indicator": "IndicatorColumn _IndicatorColumn=IndicatorColumn",
    "estimator.columns.numeric": "NumericColumn _NumericColumn=NumericColumn",
    "estimator.columns.sequence": "SequenceCategoricalColumn",
    "estimator.columns.sequence_numeric": "SequenceNumericColumn",
}

_ARGUMENTS = {f"{_INSIDE}.decorators": "fn_args has_kwargs"}
_BRANCHES = {"estimator.functions.control_flow.smart_cond": "smart_cond smart_constant_value"}
_DEBUGGER = {
    f"{_INSIDE}.debugger": (
        "DebugDumpDir DumpingDebugHook DumpingDebugWrapperSession GrpcDebugHook GrpcDebugWrapperSession "
        "LocalCLIDebugHook LocalCLIDebugWrapperSession TensorBoardDebugHook TensorBoardDebugWrapperSession "
        "has_inf_or_nan"
    )
}

# Module below tensorflow (or tensorflow_estimator) to names that are not public: where they are, ``theirs=ours``.
PRIVATE_NAMES: dict[str, dict[str, str]] = {
    "contrib.learn.python.learn.estimators.dynamic_rnn_estimator": {
        f"{TF}.contrib.learn": "DynamicRnnEstimator",
        "estimator.estimators.learn.rnn_common": "PredictionType",
    },
    "contrib.learn.python.learn.estimators.rnn_common": {
        "estimator.estimators.learn.rnn_common": (
            "PredictionType RNNKeys mask_activations_and_labels select_last_activations"
        )
    },
    "python.client.timeline": {f"{_INSIDE}.timeline": "Timeline"},
    "python.client.device_lib": {f"{_INSIDE}.devices": "list_local_devices"},
    "python.data.ops.dataset_ops": {
        f"{TF}.data": (
            "DatasetV2=Dataset get_legacy_output_classes=get_output_classes "
            "get_legacy_output_shapes=get_output_shapes get_legacy_output_types=get_output_types"
        ),
        f"{TF}.data.experimental": "get_structure",
    },
    "python.data.ops.iterator_ops": {f"{TF}.data.experimental": "get_next_as_optional"},
    "python.debug": _DEBUGGER,
    "python.debug.lib.debug_data": {f"{_INSIDE}.debugger": "DebugDumpDir has_inf_or_nan"},
    "python.debug.wrappers.hooks": _DEBUGGER,
    "python.estimator.canned.head": {
        f"{_INSIDE}.heads": (
            "_Head=HeadOfV1 _binary_logistic_head_with_sigmoid_cross_entropy_loss=binary_logistic_head "
            "_binary_logistic_or_multi_class_head=binary_logistic_or_multi_class_head "
            "_multi_class_head_with_softmax_cross_entropy_loss=multi_class_head _regression_head=regression_head "
            "_regression_head_with_mean_squared_error_loss=regression_head"
        ),
    },
    "python.estimator.canned.dnn": {
        f"{TF}.estimator.experimental": ("_dnn_logit_fn_builder=dnn_logit_fn_builder dnn_logit_fn_builder")
    },
    "python.estimator.canned.linear": {
        f"{TF}.estimator.experimental": (
            "_linear_logit_fn_builder=linear_logit_fn_builder linear_logit_fn_builder"
        )
    },
    "python.estimator.canned.optimizers": {
        "estimator.optimizers.by_name": "get_optimizer_instance=as_optimizer"
    },
    "python.estimator.canned.kmeans": {f"{TF}.estimator.experimental": "KMeansClustering=KMeans"},
    "python.estimator.estimator": {f"{TF}.estimator": "EstimatorV2=Estimator"},
    "python.estimator.util": _ARGUMENTS,
    "python.feature_column.feature_column": _COLUMNS,
    "python.feature_column.feature_column_lib": _COLUMNS,
    "python.feature_column.feature_column_v2": _COLUMNS,
    "python.framework.config": {
        f"{TF}.config.optimizer": (
            "get_optimizer_experimental_options=get_experimental_options get_optimizer_jit=get_jit "
            "set_optimizer_experimental_options=set_experimental_options set_optimizer_jit=set_jit"
        )
    },
    "python.framework.function": {f"{_INSIDE}.defun": "Defun"},
    "python.framework.ops": {
        TF: (
            "_colocate_with=colocate_with internal_convert_to_tensor=convert_to_tensor "
            "is_dense_tensor_like=is_tensor"
        ),
        "estimator.graph.graph": "_get_graph_from_inputs=graph_of",
        f"{_INSIDE}.framework": "EagerTensor uid",
    },
    "python.framework.smart_cond": _BRANCHES,
    "python.framework.tensor_shape": {f"{_INSIDE}.framework": "unknown_shape"},
    "python.framework.tensor_util": {
        TF: "MakeNdarray=make_ndarray constant_value=get_static_value is_tf_type=is_tensor"
    },
    "python.framework.test_util": {f"{TF}.test": "TensorFlowTestCase=TestCase"},
    "python.layers.convolutional": {
        f"{TF}.layers": (
            "Convolution1D=Conv1D Convolution2D=Conv2D Convolution2DTranspose=Conv2DTranspose "
            "Convolution3D=Conv3D Convolution3DTranspose=Conv3DTranspose "
            "SeparableConvolution2D=SeparableConv2D"
        )
    },
    "python.layers.utils": {
        f"{_INSIDE}.layers": (
            "conv_input_length conv_output_length convert_data_format deconv_output_length "
            "normalize_data_format normalize_padding normalize_tuple"
        ),
        "estimator.functions.control_flow.smart_cond": "constant_value=smart_constant_value smart_cond",
    },
    "python.lib.io.file_io": {
        f"{TF}.gfile": (
            "FileIO=GFile copy=Copy create_dir=MkDir delete_file=Remove delete_recursively=DeleteRecursively "
            "file_exists=Exists get_matching_files=Glob is_directory=IsDirectory "
            "list_directory=ListDirectory recursive_create_dir=MakeDirs rename=Rename stat=Stat walk=Walk"
        ),
        f"{TF}.io.gfile": (
            "copy_v2=copy create_dir_v2=mkdir delete_file_v2=remove delete_recursively_v2=rmtree "
            "file_exists_v2=exists get_matching_files_v2=glob is_directory_v2=isdir get_registered_schemes "
            "join list_directory_v2=listdir recursive_create_dir_v2=makedirs rename_v2=rename stat_v2=stat "
            "walk_v2=walk"
        ),
        f"{_INSIDE}.files": "read_file_to_string write_string_to_file",
    },
    "python.ops.array_ops": {
        TF: "where_v2",
        f"{_INSIDE}.framework": "shape_internal",
        f"{TF}.linalg": "tensor_diag tensor_diag_part",
    },
    "python.ops.control_flow_ops": {"estimator.functions.grouping": "with_dependencies"},
    "python.ops.control_flow_util": {
        f"{_INSIDE}.devices": "GetContainingXLAContext GraphOrParentsInXlaContext IsInXLAContext"
    },
    "python.ops.image_ops_impl": {
        f"{TF}.image": "non_max_suppression_with_overlaps=non_max_suppression_overlaps"
    },
    "python.ops.inplace_ops": {
        f"{_INSIDE}.inplace": "alias_inplace_add alias_inplace_sub alias_inplace_update inplace_add inplace_sub "
        "inplace_update"
    },
    "python.ops.init_ops": _INITIALIZERS,
    "python.ops.init_ops_v2": _INITIALIZERS,
    "python.ops.linalg.linalg_impl": {f"{TF}.linalg": "matrix_exponential=expm"},
    "python.ops.logging_ops": {TF: "print_v2=print"},
    "python.ops.lookup_ops": {
        f"{TF}.lookup": "HashTable=StaticHashTable",
        f"{TF}.lookup.experimental": "MutableHashTable",
    },
    "python.ops.math_ops": {TF: "linspace_nd=linspace", f"{TF}.linalg": "matvec"},
    "python.ops.metrics_impl": {
        f"{_INSIDE}.metrics": (
            "_aggregate_variable=aggregate_variable "
            "_confusion_matrix_at_thresholds=confusion_matrix_at_thresholds metric_variable "
            "_remove_squeezable_dimensions=remove_squeezable_dimensions _safe_scalar_div=safe_scalar_div"
        )
    },
    "python.ops.nn_impl": {f"{TF}.linalg": "normalize"},
    "python.ops.resource_variable_ops": {
        TF: "ResourceVariable=Variable",
        f"{_INSIDE}.framework": "is_resource_variable",
    },
    "python.ops.rnn_cell_impl": {f"{_INSIDE}.recurrent": "_concat=concat"},
    "python.ops.script_ops": {TF: "eager_py_func=py_function"},
    "python.ops.sparse_ops": {
        f"{TF}.sparse": (
            "sparse_cross=cross sparse_cross_hashed=cross_hashed sparse_expand_dims=expand_dims "
            "sparse_eye=eye"
        )
    },
    "python.ops.stateless_random_ops": {
        f"{TF}.random": "stateless_random_normal=stateless_normal stateless_random_uniform=stateless_uniform"
    },
    "python.ops.string_ops": {
        TF: "substr_deprecated=substr",
        f"{TF}.strings": "string_format=format string_length=length",
    },
    "python.ops.summary_op_util": {
        "estimator.summaries.ops": "clean_tag",
        f"{_INSIDE}.summaries": "collect skip_summary summary_scope",
    },
    "python.ops.variable_scope": {TF: "variable=Variable"},
    "python.ops.variables": {"estimator.variables.partitions": "PartitionedVariable"},
    "python.ops.weights_broadcast_ops": {f"{_INSIDE}.metrics": "assert_broadcastable broadcast_weights"},
    "python.pywrap_tensorflow": {
        f"{_INSIDE}.events_writer": "EventsWriter",
        f"{TF}.train": "NewCheckpointReader",
    },
    "python.saved_model.constants": {
        "estimator.saved_model.constants": "INIT_OP_SIGNATURE_KEY TRAIN_OP_SIGNATURE_KEY"
    },
    "python.saved_model.loader_impl": {"estimator.saved_model.loader": "SavedModelLoader parse_saved_model"},
    "python.saved_model.signature_constants": {
        "estimator.saved_model.constants": "SUPERVISED_EVAL_METHOD_NAME SUPERVISED_TRAIN_METHOD_NAME"
    },
    "python.saved_model.signature_def_utils_impl": {
        "estimator.saved_model.signatures": (
            "op_signature_def supervised_eval_signature_def supervised_train_signature_def"
        )
    },
    "python.saved_model.tag_constants": {"estimator.saved_model.constants": "EVAL"},
    "python.tf2": {f"{_INSIDE}.devices": "enabled"},
    "python.tpu.tpu_function": {f"{_INSIDE}.devices": "get_tpu_context"},
    "python.training.evaluation": {
        "estimator.training.evaluation": (
            "_evaluate_once=evaluate_once _get_or_create_eval_step=get_or_create_eval_step"
        ),
        "estimator.training.hooks.stop_after_evals": "_StopAfterNEvalsHook=StopAfterNEvalsHook",
    },
    "python.training.summary_io": {f"{TF}.summary": "SummaryWriterCache=FileWriterCache"},
    "python.training.moving_averages": {"estimator.optimizers.moving_averages": "assign_moving_average"},
    "python.util.all_util": {f"{_INSIDE}.modules": "make_all remove_undocumented"},
    "python.util.deprecation": {
        f"{_INSIDE}.decorators": "deprecated deprecated_args deprecated_argument_lookup silence"
    },
    "python.util.function_utils": _ARGUMENTS,
    "python.util.nest": {f"{TF}.nest": "is_sequence=is_nested"},
    "python.util.tf_contextlib": {"contextlib": "contextmanager"},
    "python.util.tf_decorator": {f"{_INSIDE}.decorators": "make_decorator"},
    "python.util.tf_inspect": {
        "inspect": "getargspec=getfullargspec getfullargspec isclass isfunction ismethod signature"
    },
}

_BELOW = {
    "tensorflow.python": (_PYTHON, _ESTIMATOR, _OF_OPS),
    "tensorflow.contrib": (_CONTRIB,),
    "tensorflow.core": (_CORE,),
    "tensorflow_estimator.python": (_ESTIMATOR,),
    "tensorflow_estimator": ({f"{TF}.estimator": "estimator", TF: "compat.v1"},),
}


@lru_cache(maxsize=1)
def private_modules() -> dict[str, tuple[str, ...]]:
    """Every module inside TensorFlow that can be imported, to the namespaces in which its names are looked for.

    The folders that they lie in are there, too; these have no names but their modules.
    """
    found: dict[str, tuple[str, ...]] = {}
    for top, tables in _BELOW.items():
        for namespace, modules in (row for table in tables for row in table.items()):
            for module in modules.split():
                path = f"{top}.{module}"
                found[path] = (*found.get(path, ()), namespace)
    for module in PRIVATE_NAMES:
        found.setdefault(f"tensorflow.{module}", ())
    for path in list(found):
        while is_inside(path := path.rpartition(".")[0]):
            found.setdefault(path, ())
    return found


def is_inside(path: str) -> bool:
    """Whether a module is none of TensorFlow's public ones; tensorflow_estimator has none."""
    return path.startswith(("tensorflow.core", "tensorflow_estimator")) or ".python" in path
