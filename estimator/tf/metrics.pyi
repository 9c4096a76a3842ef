"""Written by `make stub` from the table in metrics.py; do not edit."""

from estimator.network.metrics import accuracy as accuracy
from estimator.network.metrics import auc as auc
from estimator.network.metrics import false_negatives as false_negatives
from estimator.network.metrics import false_positives as false_positives
from estimator.network.metrics import mean as mean
from estimator.network.metrics import mean_absolute_error as mean_absolute_error
from estimator.network.metrics import mean_relative_error as mean_relative_error
from estimator.network.metrics import mean_squared_error as mean_squared_error
from estimator.network.metrics import percentage_below as percentage_below
from estimator.network.metrics import precision as precision
from estimator.network.metrics import precision_at_thresholds as precision_at_thresholds
from estimator.network.metrics import recall as recall
from estimator.network.metrics import recall_at_thresholds as recall_at_thresholds
from estimator.network.metrics import root_mean_squared_error as root_mean_squared_error
from estimator.network.metrics import true_negatives as true_negatives
from estimator.network.metrics import true_positives as true_positives
