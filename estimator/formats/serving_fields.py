"""Names and numbers of TensorFlow Serving's messages and services, under ``messages.get("serving.PredictRequest")``.

The tables have the form of :mod:`estimator.formats.fields`, whose messages they use. A service is listed with its
methods, each with the messages that it takes and gives. What configures a server, and what streams generated text, is
left out: such fields are kept as unknown ones.

Source
------
tensorflow_serving/apis/*.proto of tensorflow-serving-api 2.21
"""

from __future__ import annotations

from estimator.formats.fields import numbered

PACKAGE = "tensorflow.serving"

MESSAGES = """
ModelSpec
  1 name string
  2 version google.protobuf.Int64Value | version_choice
  4 version_label string | version_choice
  3 signature_name string

ExampleList
  1 examples Example *
ExampleListWithContext
  1 examples Example *
  2 context Example
Input
  1 example_list ExampleList | kind
  2 example_list_with_context ExampleListWithContext | kind

PredictRequest
  1 model_spec ModelSpec
  2 inputs map<string, TensorProto>
  3 output_filter string *
PredictResponse
  2 model_spec ModelSpec
  1 outputs map<string, TensorProto>

Class
  1 label string
  2 score float
Classifications
  1 classes Class *
ClassificationResult
  1 classifications Classifications *
ClassificationRequest
  1 model_spec ModelSpec
  2 input Input
ClassificationResponse
  2 model_spec ModelSpec
  1 result ClassificationResult

Regression
  1 value float
RegressionResult
  1 regressions Regression *
RegressionRequest
  1 model_spec ModelSpec
  2 input Input
RegressionResponse
  2 model_spec ModelSpec
  1 result RegressionResult

InferenceTask
  1 model_spec ModelSpec
  2 method_name string
InferenceResult
  1 model_spec ModelSpec
  2 classification_result ClassificationResult | result
  3 regression_result RegressionResult | result
MultiInferenceRequest
  1 tasks InferenceTask *
  2 input Input
MultiInferenceResponse
  1 results InferenceResult *

SignatureDefMap
  1 signature_def map<string, SignatureDef>
GetModelMetadataRequest
  1 model_spec ModelSpec
  2 metadata_field string *
GetModelMetadataResponse
  1 model_spec ModelSpec
  2 metadata map<string, google.protobuf.Any>

StatusProto
  1 error_code Code
  2 error_message string
GetModelStatusRequest
  1 model_spec ModelSpec
ModelVersionStatus
  1 version int64
  2 state ModelVersionStatus.State
  3 status StatusProto
GetModelStatusResponse
  1 model_version_status ModelVersionStatus *
ReloadConfigRequest
ReloadConfigResponse
  1 status StatusProto
"""

ENUMS: dict[str, dict[str, int]] = {
    "ModelVersionStatus.State": numbered("UNKNOWN=0 START=10 LOADING=20 AVAILABLE=30 UNLOADING=40 END=50"),
}

SERVICES = """
PredictionService
  Classify ClassificationRequest ClassificationResponse
  Regress RegressionRequest RegressionResponse
  Predict PredictRequest PredictResponse
  MultiInference MultiInferenceRequest MultiInferenceResponse
  GetModelMetadata GetModelMetadataRequest GetModelMetadataResponse
ModelService
  GetModelStatus GetModelStatusRequest GetModelStatusResponse
  HandleReloadConfigRequest ReloadConfigRequest ReloadConfigResponse
"""
