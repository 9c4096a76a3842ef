"""Names and numbers of the Open Inference Protocol's messages, under ``messages.get("inference.ModelInferRequest")``.

The tables have the form of :mod:`estimator.formats.fields`. What loads and configures models is left out, shared memory
and statistics too: a server without them says that they are not implemented.

Source
------
open_inference_grpc.proto of github.com/kserve/open-inference-protocol; the stream and the index, which are Triton's,
grpc_service.proto of tritonclient 2.73
"""

from __future__ import annotations

PACKAGE = "inference"

MESSAGES = """
ServerLiveRequest
ServerLiveResponse
  1 live bool
ServerReadyRequest
ServerReadyResponse
  1 ready bool
ModelReadyRequest
  1 name string
  2 version string
ModelReadyResponse
  1 ready bool
ServerMetadataRequest
ServerMetadataResponse
  1 name string
  2 version string
  3 extensions string *
ModelMetadataRequest
  1 name string
  2 version string
ModelMetadataResponse
  1 name string
  2 versions string *
  3 platform string
  4 inputs ModelMetadataResponse.TensorMetadata *
  5 outputs ModelMetadataResponse.TensorMetadata *
ModelMetadataResponse.TensorMetadata
  1 name string
  2 datatype string
  3 shape int64 *
InferParameter
  1 bool_param bool | parameter_choice
  2 int64_param int64 | parameter_choice
  3 string_param string | parameter_choice
  4 double_param double | parameter_choice
  5 uint64_param uint64 | parameter_choice
InferTensorContents
  1 bool_contents bool *
  2 int_contents int32 *
  3 int64_contents int64 *
  4 uint_contents uint32 *
  5 uint64_contents uint64 *
  6 fp32_contents float *
  7 fp64_contents double *
  8 bytes_contents bytes *
ModelInferRequest
  1 model_name string
  2 model_version string
  3 id string
  4 parameters map<string, InferParameter>
  5 inputs ModelInferRequest.InferInputTensor *
  6 outputs ModelInferRequest.InferRequestedOutputTensor *
  7 raw_input_contents bytes *
ModelInferRequest.InferInputTensor
  1 name string
  2 datatype string
  3 shape int64 *
  4 parameters map<string, InferParameter>
  5 contents InferTensorContents
ModelInferRequest.InferRequestedOutputTensor
  1 name string
  2 parameters map<string, InferParameter>
ModelInferResponse
  1 model_name string
  2 model_version string
  3 id string
  4 parameters map<string, InferParameter>
  5 outputs ModelInferResponse.InferOutputTensor *
  6 raw_output_contents bytes *
ModelInferResponse.InferOutputTensor
  1 name string
  2 datatype string
  3 shape int64 *
  4 parameters map<string, InferParameter>
  5 contents InferTensorContents
ModelStreamInferResponse
  1 error_message string
  2 infer_response ModelInferResponse
RepositoryIndexRequest
  1 repository_name string
  2 ready bool
RepositoryIndexResponse
  1 models RepositoryIndexResponse.ModelIndex *
RepositoryIndexResponse.ModelIndex
  1 name string
  2 version string
  3 state string
  4 reason string
"""

ENUMS: dict[str, dict[str, int]] = {}

SERVICES = """
GRPCInferenceService
  ServerLive ServerLiveRequest ServerLiveResponse
  ServerReady ServerReadyRequest ServerReadyResponse
  ModelReady ModelReadyRequest ModelReadyResponse
  ServerMetadata ServerMetadataRequest ServerMetadataResponse
  ModelMetadata ModelMetadataRequest ModelMetadataResponse
  ModelInfer ModelInferRequest ModelInferResponse
  ModelStreamInfer stream ModelInferRequest stream ModelStreamInferResponse
  RepositoryIndex RepositoryIndexRequest RepositoryIndexResponse
"""
