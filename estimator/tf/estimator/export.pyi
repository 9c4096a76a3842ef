"""Written by `make stub` from the table in export.py; do not edit."""

from estimator.models.export_outputs import ClassificationOutput as ClassificationOutput
from estimator.models.export_outputs import ExportOutput as ExportOutput
from estimator.models.export_outputs import PredictOutput as PredictOutput
from estimator.models.export_outputs import RegressionOutput as RegressionOutput
from estimator.models.receivers import ServingInputReceiver as ServingInputReceiver
from estimator.models.receivers import TensorServingInputReceiver as TensorServingInputReceiver
from estimator.models.receivers import build_parsing_serving_input_receiver_fn as build_parsing_serving_input_receiver_fn
from estimator.models.receivers import build_raw_serving_input_receiver_fn as build_raw_serving_input_receiver_fn
from estimator.models.supervised_outputs import EvalOutput as EvalOutput
