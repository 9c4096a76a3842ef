"""What watches a fit: keras.callbacks."""

from __future__ import annotations

from estimator.core.facade import lazy_names

__all__, __getattr__, __dir__ = lazy_names(
    __name__,
    {
        "estimator.keras.callbacks.backup_and_restore": "BackupAndRestore",
        "estimator.keras.callbacks.callback": "Callback",
        "estimator.keras.callbacks.callback_list": "CallbackList",
        "estimator.keras.callbacks.csv_logger": "CSVLogger",
        "estimator.keras.callbacks.early_stopping": "EarlyStopping",
        "estimator.keras.callbacks.history": "History",
        "estimator.keras.callbacks.lambda_callback": "LambdaCallback",
        "estimator.keras.callbacks.learning_rates": "LearningRateScheduler ReduceLROnPlateau",
        "estimator.keras.callbacks.model_checkpoint": "ModelCheckpoint",
        "estimator.keras.callbacks.progbar_logger": "ProgbarLogger",
        "estimator.keras.callbacks.tensorboard": "TensorBoard",
        "estimator.keras.callbacks.terminate_on_nan": "TerminateOnNaN",
    },
)
