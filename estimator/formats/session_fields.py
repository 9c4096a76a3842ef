"""Names and numbers of TensorFlow's messages that set up a session and describe a run.

Scripts make them (``tf.ConfigProto(gpu_options=tf.GPUOptions(allow_growth=True))``); tools read RunMetadata. The
tables have the form of :mod:`estimator.formats.fields`, whose messages they use.

Source
------
tensorflow/core/protobuf/{config,rewriter_config,verifier_config,cluster,debug,tensorflow_server,device_filters,
coordination_config}.proto and
tensorflow/core/framework/{device_attributes,step_stats,cost_graph}.proto of TensorFlow 2.15;
tensorflow/contrib/tensorboard/plugins/projector/projector_config.proto of TensorFlow 1.15;
tensorboard/plugins/{pr_curve,hparams}/plugin_data.proto of TensorBoard 2.15, its messages with HParams before their
names, and google.protobuf.Value as one of them
"""

from __future__ import annotations

MESSAGES = """
ProjectorConfig
  1 model_checkpoint_path string
  2 embeddings EmbeddingInfo *
  3 model_checkpoint_dir string
EmbeddingInfo
  1 tensor_name string
  2 metadata_path string
  3 bookmarks_path string
  4 tensor_shape uint32 *
  5 sprite SpriteMetadata
  6 tensor_path string
SpriteMetadata
  1 image_path string
  2 single_image_dim uint32 *
PrCurvePluginData
  1 version int32
  2 num_thresholds uint32
HParamsPluginData
  1 version int32
  3 session_start_info HParamsSessionStartInfo | data
HParamsSessionStartInfo
  1 hparams map<string, HParamsValue>
  2 model_uri string
  3 monitor_url string
  4 group_name string
  5 start_time_secs double
HParamsValue
  2 number_value double | kind
  3 string_value string | kind
  4 bool_value bool | kind
DeviceAttributes
  1 name string
  2 device_type string
  4 memory_limit int64
  5 locality DeviceLocality
  6 incarnation fixed64
  7 physical_device_desc string
  8 xla_global_id int64
DeviceLocality
  1 bus_id int32
  2 numa_node int32
ConfigProto
  1 device_count map<string, int32>
  2 intra_op_parallelism_threads int32
  5 inter_op_parallelism_threads int32
  9 use_per_session_threads bool
  12 session_inter_op_thread_pool ThreadPoolOptionProto *
  3 placement_period int32
  4 device_filters string *
  6 gpu_options GPUOptions
  7 allow_soft_placement bool
  8 log_device_placement bool
  10 graph_options GraphOptions
  11 operation_timeout_in_ms int64
  15 isolate_session_state bool
  17 share_cluster_devices_in_session bool
  13 rpc_options RPCOptions
  14 cluster_def ClusterDef
  16 experimental ConfigProto.Experimental
ConfigProto.Experimental
  1 collective_group_leader string
  3 executor_type string
  4 recv_buf_max_chunk int32
  5 use_numa_affinity bool
  6 collective_deterministic_sequential_execution bool
  7 collective_nccl bool
  8 share_session_state_in_clusterspec_propagation bool
  9 disable_thread_spinning bool
  10 share_cluster_devices_in_session bool
  11 session_metadata SessionMetadata
  12 optimize_for_static_graph bool
  13 enable_mlir_bridge bool
  17 mlir_bridge_rollout ConfigProto.Experimental.MlirBridgeRollout
  16 enable_mlir_graph_optimization bool
  14 disable_output_partition_graphs bool
  15 xla_fusion_autotuner_thresh int64
  18 use_tfrt bool
  21 disable_functional_ops_lowering bool
  22 xla_prefer_single_graph_cluster bool
  23 coordination_config CoordinationServiceConfig
  24 disable_optimize_for_static_graph bool
  26 disable_eager_executor_streaming_enqueue bool
SessionMetadata
  1 name string
  2 version int64
CoordinationServiceConfig
  1 service_type string
  2 service_leader string
  3 enable_health_check bool
  4 cluster_register_timeout_in_ms int64
  5 heartbeat_timeout_in_ms int64
  10 coordinated_job_list CoordinatedJob *
  7 shutdown_barrier_timeout_in_ms int64
  8 agent_destruction_without_shutdown bool
  9 recoverable_jobs string *
  11 allow_new_incarnation_to_reconnect bool
  12 force_disable bool
CoordinatedJob
  1 name string
  2 num_tasks int32
RPCOptions
  1 use_rpc_for_inprocess_master bool
  2 compression_algorithm string
  3 compression_level int32
  4 cache_rpc_response bool
  5 disable_session_connection_sharing bool
  6 num_channels_per_target int32
ClusterDef
  1 job JobDef *
JobDef
  1 name string
  2 tasks map<int32, string>
ThreadPoolOptionProto
  1 num_threads int32
  2 global_name string
GPUOptions
  1 per_process_gpu_memory_fraction double
  4 allow_growth bool
  2 allocator_type string
  3 deferred_deletion_bytes int64
  5 visible_device_list string
  6 polling_active_delay_usecs int32
  7 polling_inactive_delay_msecs int32
  8 force_gpu_compatible bool
  9 experimental GPUOptions.Experimental
GPUOptions.Experimental
  1 virtual_devices GPUOptions.Experimental.VirtualDevices *
  15 num_virtual_devices_per_gpu int32
  2 use_unified_memory bool
  3 num_dev_to_dev_copy_streams int32
  4 collective_ring_order string
  5 timestamped_allocator bool
  7 kernel_tracker_max_interval int32
  8 kernel_tracker_max_bytes int32
  9 kernel_tracker_max_pending int32
  10 internal_fragmentation_fraction double
  11 use_cuda_malloc_async bool
  12 disallow_retry_on_allocation_failure bool
  13 gpu_host_mem_limit_in_mb float
  14 gpu_host_mem_disallow_growth bool
  16 gpu_system_memory_size_in_mb int32
GPUOptions.Experimental.VirtualDevices
  1 memory_limit_mb float *
  2 priority int32 *
  3 device_ordinal int32 *
GraphOptions
  2 enable_recv_scheduling bool
  3 optimizer_options OptimizerOptions
  4 build_cost_model int64
  9 build_cost_model_after int64
  5 infer_shapes bool
  6 place_pruned_graph bool
  7 enable_bfloat16_sendrecv bool
  8 timeline_step int32
  10 rewrite_options RewriterConfig
OptimizerOptions
  1 do_common_subexpression_elimination bool
  2 do_constant_folding bool
  6 max_folded_constant_in_bytes int64
  4 do_function_inlining bool
  3 opt_level OptimizerOptions.Level
  5 global_jit_level OptimizerOptions.GlobalJitLevel
  7 cpu_global_jit bool
RewriterConfig
  50 cpu_layout_conversion RewriterConfig.CpuLayout
  1 layout_optimizer RewriterConfig.Toggle
  3 constant_folding RewriterConfig.Toggle
  13 shape_optimization RewriterConfig.Toggle
  14 remapping RewriterConfig.Toggle
  24 common_subgraph_elimination RewriterConfig.Toggle
  7 arithmetic_optimization RewriterConfig.Toggle
  8 dependency_optimization RewriterConfig.Toggle
  9 loop_optimization RewriterConfig.Toggle
  10 function_optimization RewriterConfig.Toggle
  11 debug_stripper RewriterConfig.Toggle
  2 disable_model_pruning bool
  15 scoped_allocator_optimization RewriterConfig.Toggle
  18 pin_to_host_optimization RewriterConfig.Toggle
  22 implementation_selector RewriterConfig.Toggle
  23 auto_mixed_precision RewriterConfig.Toggle
  25 auto_mixed_precision_mkl RewriterConfig.Toggle
  31 auto_mixed_precision_onednn_bfloat16 RewriterConfig.Toggle
  29 auto_mixed_precision_cpu RewriterConfig.Toggle
  19 disable_meta_optimizer bool
  32 disable_tfg_optimizer bool
  28 use_plugin_optimizers RewriterConfig.Toggle
  30 experimental_conditional_code_motion RewriterConfig.Toggle
  12 meta_optimizer_iterations RewriterConfig.NumIterationsType
  17 min_graph_nodes int32
  26 experimental_disable_compressed_tensor_optimization bool
  27 experimental_disable_folding_quantization_emulation bool
  4 memory_optimization RewriterConfig.MemOptType
  6 memory_optimizer_target_node_name_scope string
  20 meta_optimizer_timeout_ms int64
  5 auto_parallel AutoParallelOptions
  21 fail_on_optimizer_errors bool
  16 scoped_allocator_opts ScopedAllocatorOptions
  100 optimizers string *
  200 custom_optimizers RewriterConfig.CustomGraphOptimizer *
  300 inter_optimizer_verifier_config VerifierConfig
  301 post_optimization_verifier_config VerifierConfig
AutoParallelOptions
  1 enable bool
  2 num_replicas int32
ScopedAllocatorOptions
  1 enable_op string *
RewriterConfig.CustomGraphOptimizer
  1 name string
  2 parameter_map map<string, AttrValue>
VerifierConfig
  1 verification_timeout_in_ms int64
  2 structure_verifier VerifierConfig.Toggle
RunOptions
  1 trace_level RunOptions.TraceLevel
  2 timeout_in_ms int64
  3 inter_op_thread_pool int32
  5 output_partition_graphs bool
  6 debug_options DebugOptions
  7 report_tensor_allocations_upon_oom bool
  8 experimental RunOptions.Experimental
DebugOptions
  4 debug_tensor_watch_opts DebugTensorWatch *
  10 global_step int64
  11 reset_disk_byte_usage bool
DebugTensorWatch
  1 node_name string
  2 output_slot int32
  3 debug_ops string *
  4 debug_urls string *
  5 tolerate_debug_op_creation_failures bool
RunOptions.Experimental
  1 collective_graph_key int64
  2 use_run_handler_pool bool
  3 run_handler_pool_options RunOptions.Experimental.RunHandlerPoolOptions
RunOptions.Experimental.RunHandlerPoolOptions
  1 priority int64
RunMetadata
  1 step_stats StepStats
  2 cost_graph CostGraphDef
  3 partition_graphs GraphDef *
  4 function_graphs RunMetadata.FunctionGraphs *
  5 session_metadata SessionMetadata
StepStats
  1 dev_stats DeviceStepStats *
DeviceStepStats
  1 device string
  2 node_stats NodeExecStats *
  3 thread_names map<uint32, string>
NodeExecStats
  1 node_name string
  2 all_start_micros int64
  3 op_start_rel_micros int64
  4 op_end_rel_micros int64
  5 all_end_rel_micros int64
  6 memory AllocatorMemoryUsed *
  7 output NodeOutput *
  8 timeline_label string
  9 scheduled_micros int64
  10 thread_id uint32
  11 referenced_tensor AllocationDescription *
  12 memory_stats MemoryStats
  13 all_start_nanos int64
  14 op_start_rel_nanos int64
  15 op_end_rel_nanos int64
  16 all_end_rel_nanos int64
  17 scheduled_nanos int64
AllocatorMemoryUsed
  1 allocator_name string
  2 total_bytes int64
  3 peak_bytes int64
  4 live_bytes int64
  6 allocation_records AllocationRecord *
  5 allocator_bytes_in_use int64
AllocationRecord
  1 alloc_micros int64
  2 alloc_bytes int64
NodeOutput
  1 slot int32
  3 tensor_description TensorDescription
TensorDescription
  1 dtype DataType
  2 shape TensorShapeProto
  4 allocation_description AllocationDescription
AllocationDescription
  1 requested_bytes int64
  2 allocated_bytes int64
  3 allocator_name string
  4 allocation_id int64
  5 has_single_reference bool
  6 ptr uint64
MemoryStats
  1 temp_memory_size int64
  3 persistent_memory_size int64
  5 persistent_tensor_alloc_ids int64 *
  2 device_temp_memory_size int64
  4 device_persistent_memory_size int64
  6 device_persistent_tensor_alloc_ids int64 *
CostGraphDef
  1 node CostGraphDef.Node *
  2 cost CostGraphDef.AggregatedCost *
CostGraphDef.Node
  1 name string
  2 device string
  3 id int32
  4 input_info CostGraphDef.Node.InputInfo *
  5 output_info CostGraphDef.Node.OutputInfo *
  6 temporary_memory_size int64
  12 persistent_memory_size int64
  10 host_temp_memory_size int64
  11 device_temp_memory_size int64
  16 device_persistent_memory_size int64
  9 compute_cost int64
  14 compute_time int64
  15 memory_time int64
  7 is_final bool
  8 control_input int32 *
  17 inaccurate bool
CostGraphDef.Node.InputInfo
  1 preceding_node int32
  2 preceding_port int32
CostGraphDef.Node.OutputInfo
  1 size int64
  2 alias_input_port int64
  3 shape TensorShapeProto
  4 dtype DataType
CostGraphDef.AggregatedCost
  1 cost float
  2 dimension string
RunMetadata.FunctionGraphs
  1 partition_graphs GraphDef *
  2 pre_optimization_graph GraphDef
  3 post_optimization_graph GraphDef
ServerDef
  1 cluster ClusterDef
  2 job_name string
  8 replica int32
  3 task_index int32
  4 default_session_config ConfigProto
  5 protocol string
  6 port int32
  7 cluster_device_filters ClusterDeviceFilters
ClusterDeviceFilters
  1 jobs JobDeviceFilters *
JobDeviceFilters
  1 name string
  2 tasks map<int32, TaskDeviceFilters>
TaskDeviceFilters
  1 device_filters string *
"""

ENUMS: dict[str, dict[str, int]] = {
    "ConfigProto.Experimental.MlirBridgeRollout": {
        "MLIR_BRIDGE_ROLLOUT_UNSPECIFIED": 0,
        "MLIR_BRIDGE_ROLLOUT_ENABLED": 1,
        "MLIR_BRIDGE_ROLLOUT_DISABLED": 2,
    },
    "OptimizerOptions.Level": {"L1": 0, "L0": -1},
    "OptimizerOptions.GlobalJitLevel": {"DEFAULT": 0, "OFF": -1, "ON_1": 1, "ON_2": 2},
    "RewriterConfig.CpuLayout": {"NO_CONVERSION_ON_CPU": 0, "NCHW_TO_NHWC": 1, "NHWC_TO_NCHW": 2},
    "RewriterConfig.Toggle": {
        "DEFAULT": 0,
        "ON": 1,
        "OFF": 2,
        "AGGRESSIVE": 3,
        "EXPERIMENTAL_MLIR": 4,
        "EXPERIMENTAL_BOTH": 5,
    },
    "RewriterConfig.NumIterationsType": {"DEFAULT_NUM_ITERS": 0, "ONE": 1, "TWO": 2},
    "RewriterConfig.MemOptType": {
        "DEFAULT_MEM_OPT": 0,
        "NO_MEM_OPT": 1,
        "MANUAL": 2,
        "SWAPPING_HEURISTICS": 4,
        "RECOMPUTATION_HEURISTICS": 5,
        "SCHEDULING_HEURISTICS": 6,
        "HEURISTICS": 3,
    },
    "VerifierConfig.Toggle": {"DEFAULT": 0, "ON": 1, "OFF": 2},
    "RunOptions.TraceLevel": {"NO_TRACE": 0, "SOFTWARE_TRACE": 1, "HARDWARE_TRACE": 2, "FULL_TRACE": 3},
}
