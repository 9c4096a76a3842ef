"""Written by `make stub` from the table in __init__.py; do not edit."""

from estimator.network.losses import add_loss as add_loss
from estimator.network.losses import compute_weighted_loss as compute_weighted_loss
from estimator.network.losses import get_losses as get_losses
from estimator.network.losses import get_regularization_losses as get_regularization_losses
from estimator.network.losses import get_total_loss as get_total_loss
from estimator.network.losses_predictions_first import absolute_difference as absolute_difference
from estimator.network.losses_predictions_first import cosine_distance as cosine_distance
from estimator.network.losses_predictions_first import hinge_loss as hinge_loss
from estimator.network.losses_predictions_first import log_loss as log_loss
from estimator.network.losses_predictions_first import mean_pairwise_squared_error as mean_pairwise_squared_error
from estimator.network.losses_predictions_first import mean_squared_error as mean_squared_error
from estimator.network.losses_predictions_first import sigmoid_cross_entropy as sigmoid_cross_entropy
from estimator.network.losses_predictions_first import softmax_cross_entropy as softmax_cross_entropy
from estimator.network.losses_predictions_first import sparse_softmax_cross_entropy as sparse_softmax_cross_entropy
from estimator.tf.contrib.losses import metric_learning as metric_learning
