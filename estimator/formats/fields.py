"""Names and numbers of TensorFlow's messages, from which :mod:`estimator.formats.messages` makes classes.

A file only depends on field numbers and wire types, a text file on field and enum names. Both are facts,
listed here once; no code is generated from ``.proto`` files. A line at the margin opens a message
(``Outer.Inner`` is nested); the lines below it are fields::

    number name type [*] [| oneof]

``*`` marks a repeated field, ``map<key, value>`` a map. Types are protobuf's scalars or other messages of
these tables. What TensorFlow has and nobody here needs (SavedObjectGraph, GraphDebugInfo, composite
tensors) is left out: such fields are kept as unknown ones, byte for byte.

Source
------
tensorflow/core/{framework,protobuf,util,example}/*.proto of TensorFlow 2.15
"""

from __future__ import annotations

PACKAGE = "tensorflow"
WELL_KNOWN_PACKAGE = "google.protobuf"

MESSAGES = """
VersionDef
  1 producer int32
  2 min_consumer int32
  3 bad_consumers int32 *

TensorShapeProto
  2 dim TensorShapeProto.Dim *
  3 unknown_rank bool
TensorShapeProto.Dim
  1 size int64
  2 name string

TensorProto
  1 dtype DataType
  2 tensor_shape TensorShapeProto
  3 version_number int32
  4 tensor_content bytes
  5 float_val float *
  6 double_val double *
  7 int_val int32 *
  8 string_val bytes *
  9 scomplex_val float *
  10 int64_val int64 *
  11 bool_val bool *
  12 dcomplex_val double *
  13 half_val int32 *
  14 resource_handle_val ResourceHandleProto *
  15 variant_val VariantTensorDataProto *
  16 uint32_val uint32 *
  17 uint64_val uint64 *
  18 float8_val bytes
VariantTensorDataProto
  1 type_name string
  2 metadata bytes
  3 tensors TensorProto *
ResourceHandleProto
  1 device string
  2 container string
  3 name string
  4 hash_code uint64
  5 maybe_type_name string
  6 dtypes_and_shapes ResourceHandleProto.DtypeAndShape *
ResourceHandleProto.DtypeAndShape
  1 dtype DataType
  2 shape TensorShapeProto

AttrValue
  1 list AttrValue.ListValue | value
  2 s bytes | value
  3 i int64 | value
  4 f float | value
  5 b bool | value
  6 type DataType | value
  7 shape TensorShapeProto | value
  8 tensor TensorProto | value
  9 placeholder string | value
  10 func NameAttrList | value
AttrValue.ListValue
  2 s bytes *
  3 i int64 *
  4 f float *
  5 b bool *
  6 type DataType *
  7 shape TensorShapeProto *
  8 tensor TensorProto *
  9 func NameAttrList *
NameAttrList
  1 name string
  2 attr map<string, AttrValue>

FullTypeDef
  1 type_id FullTypeId
  2 args FullTypeDef *
  3 s string | attr
  4 i int64 | attr

NodeDef
  1 name string
  2 op string
  3 input string *
  4 device string
  5 attr map<string, AttrValue>
  6 experimental_debug_info NodeDef.ExperimentalDebugInfo
  7 experimental_type FullTypeDef
NodeDef.ExperimentalDebugInfo
  1 original_node_names string *
  2 original_func_names string *
GraphDef
  1 node NodeDef *
  2 library FunctionDefLibrary
  3 version int32
  4 versions VersionDef

CondContextDef
  1 context_name string
  2 pred_name string
  3 pivot_name string
  4 branch int32
  5 values_def ValuesDef
  6 nested_contexts ControlFlowContextDef *
WhileContextDef
  1 context_name string
  2 parallel_iterations int32
  3 back_prop bool
  4 swap_memory bool
  5 pivot_name string
  6 pivot_for_pred_name string
  7 pivot_for_body_name string
  8 loop_exit_names string *
  9 values_def ValuesDef
  10 loop_enter_names string *
  11 maximum_iterations_name string
  12 nested_contexts ControlFlowContextDef *
ControlFlowContextDef
  1 cond_ctxt CondContextDef | ctxt
  2 while_ctxt WhileContextDef | ctxt
ValuesDef
  1 values string *
  2 external_values map<string, string>

OpDef
  1 name string
  2 input_arg OpDef.ArgDef *
  3 output_arg OpDef.ArgDef *
  4 attr OpDef.AttrDef *
  5 summary string
  6 description string
  8 deprecation OpDeprecation
  16 is_aggregate bool
  17 is_stateful bool
  18 is_commutative bool
  19 allows_uninitialized_input bool
  20 control_output string *
  21 is_distributed_communication bool
OpDef.ArgDef
  1 name string
  2 description string
  3 type DataType
  4 type_attr string
  5 number_attr string
  6 type_list_attr string
  7 handle_data ResourceHandleProto.DtypeAndShape *
  16 is_ref bool
  17 experimental_full_type FullTypeDef
OpDef.AttrDef
  1 name string
  2 type string
  3 default_value AttrValue
  4 description string
  5 has_minimum bool
  6 minimum int64
  7 allowed_values AttrValue
OpDeprecation
  1 version int32
  2 explanation string
OpList
  1 op OpDef *

FunctionDefLibrary
  1 function FunctionDef *
  2 gradient GradientDef *
  3 registered_gradients RegisteredGradient *
FunctionDef
  1 signature OpDef
  3 node_def NodeDef *
  4 ret map<string, string>
  5 attr map<string, AttrValue>
  6 control_ret map<string, string>
  7 arg_attr map<uint32, FunctionDef.ArgAttrs>
  8 resource_arg_unique_id map<uint32, uint32>
FunctionDef.ArgAttrs
  1 attr map<string, AttrValue>
GradientDef
  1 function_name string
  2 gradient_func string
RegisteredGradient
  1 gradient_func string
  2 registered_op_type string

SaverDef
  1 filename_tensor_name string
  2 save_tensor_name string
  3 restore_op_name string
  4 max_to_keep int32
  5 sharded bool
  6 keep_checkpoint_every_n_hours float
  7 version SaverDef.CheckpointFormatVersion

VariableDef
  1 variable_name string
  2 initializer_name string
  3 snapshot_name string
  4 save_slice_info_def SaveSliceInfoDef
  5 is_resource bool
  6 initial_value_name string
  7 trainable bool
  8 synchronization VariableSynchronization
  9 aggregation VariableAggregation
SaveSliceInfoDef
  1 full_name string
  2 full_shape int64 *
  3 var_offset int64 *
  4 var_shape int64 *

QueueRunnerDef
  1 queue_name string
  2 enqueue_op_name string *
  3 close_op_name string
  4 cancel_op_name string
  5 queue_closed_exception_types Code *

CollectionDef
  1 node_list CollectionDef.NodeList | kind
  2 bytes_list CollectionDef.BytesList | kind
  3 int64_list CollectionDef.Int64List | kind
  4 float_list CollectionDef.FloatList | kind
  5 any_list CollectionDef.AnyList | kind
CollectionDef.NodeList
  1 value string *
CollectionDef.BytesList
  1 value bytes *
CollectionDef.Int64List
  1 value int64 *
CollectionDef.FloatList
  1 value float *
CollectionDef.AnyList
  1 value google.protobuf.Any *

MetaGraphDef
  1 meta_info_def MetaGraphDef.MetaInfoDef
  2 graph_def GraphDef
  3 saver_def SaverDef
  4 collection_def map<string, CollectionDef>
  5 signature_def map<string, SignatureDef>
  6 asset_file_def AssetFileDef *
MetaGraphDef.MetaInfoDef
  1 meta_graph_version string
  2 stripped_op_list OpList
  3 any_info google.protobuf.Any
  4 tags string *
  5 tensorflow_version string
  6 tensorflow_git_version string
  7 stripped_default_attrs bool
  8 function_aliases map<string, string>
SignatureDef
  1 inputs map<string, TensorInfo>
  2 outputs map<string, TensorInfo>
  3 method_name string
  4 defaults map<string, TensorProto>
TensorInfo
  1 name string | encoding
  2 dtype DataType
  3 tensor_shape TensorShapeProto
  4 coo_sparse TensorInfo.CooSparse | encoding
TensorInfo.CooSparse
  1 values_tensor_name string
  2 indices_tensor_name string
  3 dense_shape_tensor_name string
AssetFileDef
  1 tensor_info TensorInfo
  2 filename string
SavedModel
  1 saved_model_schema_version int64
  2 meta_graphs MetaGraphDef *

BundleHeaderProto
  1 num_shards int32
  2 endianness BundleHeaderProto.Endianness
  3 version VersionDef
BundleEntryProto
  1 dtype DataType
  2 shape TensorShapeProto
  3 shard_id int32
  4 offset int64
  5 size int64
  6 crc32c fixed32
  7 slices TensorSliceProto *
TensorSliceProto
  1 extent TensorSliceProto.Extent *
TensorSliceProto.Extent
  1 start int64
  2 length int64 | has_length
CheckpointState
  1 model_checkpoint_path string
  2 all_model_checkpoint_paths string *
  3 all_model_checkpoint_timestamps double *
  4 last_preserved_timestamp double
TrackableObjectGraph
  1 nodes TrackableObjectGraph.TrackableObject *
TrackableObjectGraph.TrackableObject
  1 children TrackableObjectGraph.TrackableObject.ObjectReference *
  2 attributes TrackableObjectGraph.TrackableObject.SerializedTensor *
  3 slot_variables TrackableObjectGraph.TrackableObject.SlotVariableReference *
  4 registered_saver RegisteredSaver
  5 has_checkpoint_values google.protobuf.BoolValue
TrackableObjectGraph.TrackableObject.ObjectReference
  1 node_id int32
  2 local_name string
TrackableObjectGraph.TrackableObject.SerializedTensor
  1 name string
  2 full_name string
  3 checkpoint_key string
TrackableObjectGraph.TrackableObject.SlotVariableReference
  1 original_variable_node_id int32
  2 slot_name string
  3 slot_variable_node_id int32
RegisteredSaver
  1 name string
  2 object_name string

BytesList
  1 value bytes *
FloatList
  1 value float *
Int64List
  1 value int64 *
Feature
  1 bytes_list BytesList | kind
  2 float_list FloatList | kind
  3 int64_list Int64List | kind
Features
  1 feature map<string, Feature>
Example
  1 features Features
FeatureList
  1 feature Feature *
FeatureLists
  1 feature_list map<string, FeatureList>
SequenceExample
  1 context Features
  2 feature_lists FeatureLists

Summary
  1 value Summary.Value *
Summary.Value
  7 node_name string
  1 tag string
  9 metadata SummaryMetadata
  2 simple_value float | value
  4 image Summary.Image | value
  5 histo HistogramProto | value
  6 audio Summary.Audio | value
  8 tensor TensorProto | value
Summary.Image
  1 height int32
  2 width int32
  3 colorspace int32
  4 encoded_image_string bytes
Summary.Audio
  1 sample_rate float
  2 num_channels int64
  3 length_frames int64
  4 encoded_audio_string bytes
  5 content_type string
SummaryMetadata
  1 plugin_data SummaryMetadata.PluginData
  2 display_name string
  3 summary_description string
SummaryMetadata.PluginData
  1 plugin_name string
  2 content bytes
SummaryDescription
  1 type_hint string
Event
  1 wall_time double
  2 step int64
  3 file_version string | what
  4 graph_def bytes | what
  5 summary Summary | what
  6 log_message LogMessage | what
  7 session_log SessionLog | what
  8 tagged_run_metadata TaggedRunMetadata | what
  9 meta_graph_def bytes | what
  10 source_metadata SourceMetadata
SourceMetadata
  1 writer string
LogMessage
  1 level LogMessage.Level
  2 message string
SessionLog
  1 status SessionLog.SessionStatus
  2 checkpoint_path string
  3 msg string
TaggedRunMetadata
  1 tag string
  2 run_metadata bytes
HistogramProto
  1 min double
  2 max double
  3 num double
  4 sum double
  5 sum_squares double
  6 bucket_limit double *
  7 bucket double *
"""

# The messages of protobuf itself that TensorFlow's refer to, by their files; the private pool needs its own.
WELL_KNOWN = {
    "google/protobuf/any.proto": """
Any
  1 type_url string
  2 value bytes
""",
    "google/protobuf/wrappers.proto": """
BoolValue
  1 value bool
Int64Value
  1 value int64
""",
}

_DATA_TYPES = (
    "INVALID=0 FLOAT=1 DOUBLE=2 INT32=3 UINT8=4 INT16=5 INT8=6 STRING=7 COMPLEX64=8 INT64=9 BOOL=10 "
    "QINT8=11 QUINT8=12 QINT32=13 BFLOAT16=14 QINT16=15 QUINT16=16 UINT16=17 COMPLEX128=18 HALF=19 "
    "RESOURCE=20 VARIANT=21 UINT32=22 UINT64=23 FLOAT8_E5M2=24 FLOAT8_E4M3FN=25 INT4=29 UINT4=30"
)
_FULL_TYPES = (
    "UNSET=0 VAR=1 ANY=2 PRODUCT=3 NAMED=4 FOR_EACH=20 CALLABLE=100 TENSOR=1000 ARRAY=1001 OPTIONAL=1002 "
    "LITERAL=1003 ENCODED=1004 SHAPE_TENSOR=1005 BOOL=200 UINT8=201 UINT16=202 UINT32=203 UINT64=204 "
    "INT8=205 INT16=206 INT32=207 INT64=208 HALF=209 FLOAT=210 DOUBLE=211 BFLOAT16=215 COMPLEX64=212 "
    "COMPLEX128=213 STRING=214 DATASET=10102 RAGGED=10103 ITERATOR=10104 MUTEX_LOCK=10202 "
    "LEGACY_VARIANT=10203"
)


def numbered(text: str, prefix: str = "") -> dict[str, int]:
    pairs = (item.split("=") for item in text.split())
    return {prefix + name: int(number) for name, number in pairs}


def _data_types() -> dict[str, int]:
    """Every element type, then each again as a reference type, a hundred higher."""
    values = numbered(_DATA_TYPES, "DT_")
    return values | {f"{name}_REF": number + 100 for name, number in values.items() if number}


ENUMS: dict[str, dict[str, int]] = {
    "DataType": _data_types(),
    "FullTypeId": numbered(_FULL_TYPES, "TFT_"),
    "VariableSynchronization": numbered("AUTO=0 NONE=1 ON_WRITE=2 ON_READ=3", "VARIABLE_SYNCHRONIZATION_"),
    "VariableAggregation": numbered("NONE=0 SUM=1 MEAN=2 ONLY_FIRST_REPLICA=3", "VARIABLE_AGGREGATION_"),
    "SaverDef.CheckpointFormatVersion": numbered("LEGACY=0 V1=1 V2=2"),
    "SessionLog.SessionStatus": numbered("STATUS_UNSPECIFIED=0 START=1 STOP=2 CHECKPOINT=3"),
    "LogMessage.Level": numbered("UNKNOWN=0 DEBUGGING=10 INFO=20 WARN=30 ERROR=40 FATAL=50"),
    "Code": numbered(
        "OK=0 CANCELLED=1 UNKNOWN=2 INVALID_ARGUMENT=3 DEADLINE_EXCEEDED=4 NOT_FOUND=5 ALREADY_EXISTS=6 "
        "PERMISSION_DENIED=7 UNAUTHENTICATED=16 RESOURCE_EXHAUSTED=8 FAILED_PRECONDITION=9 ABORTED=10 "
        "OUT_OF_RANGE=11 UNIMPLEMENTED=12 INTERNAL=13 UNAVAILABLE=14 DATA_LOSS=15"
    ),
    "BundleHeaderProto.Endianness": numbered("LITTLE=0 BIG=1"),
}
