"""Written by `make stub` from the table in export.py; do not edit."""

from estimator.models.export_outputs import ClassificationOutput as ClassificationOutput
from estimator.models.export_outputs import ExportOutput as ExportOutput
from estimator.models.export_outputs import PredictOutput as PredictOutput
from estimator.models.export_outputs import RegressionOutput as RegressionOutput
