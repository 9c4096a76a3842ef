"""Written by `make stub` from the table in __init__.py; do not edit."""

from estimator.keras.callbacks.backup_and_restore import BackupAndRestore as BackupAndRestore
from estimator.keras.callbacks.callback import Callback as Callback
from estimator.keras.callbacks.callback_list import CallbackList as CallbackList
from estimator.keras.callbacks.csv_logger import CSVLogger as CSVLogger
from estimator.keras.callbacks.early_stopping import EarlyStopping as EarlyStopping
from estimator.keras.callbacks.history import History as History
from estimator.keras.callbacks.lambda_callback import LambdaCallback as LambdaCallback
from estimator.keras.callbacks.learning_rates import LearningRateScheduler as LearningRateScheduler
from estimator.keras.callbacks.learning_rates import ReduceLROnPlateau as ReduceLROnPlateau
from estimator.keras.callbacks.model_checkpoint import ModelCheckpoint as ModelCheckpoint
from estimator.keras.callbacks.progbar_logger import ProgbarLogger as ProgbarLogger
from estimator.keras.callbacks.tensorboard import TensorBoard as TensorBoard
from estimator.keras.callbacks.terminate_on_nan import TerminateOnNaN as TerminateOnNaN
