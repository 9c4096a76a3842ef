"""SavedModels: tf.saved_model."""

from __future__ import annotations

from estimator.core.facade import lazy_names

__all__, __getattr__, __dir__ = lazy_names(
    __name__,
    {
        "estimator.saved_model.builder": "Builder=SavedModelBuilder",
        "estimator.saved_model.constants": (
            "ASSETS_DIRECTORY ASSETS_KEY CLASSIFY_INPUTS CLASSIFY_METHOD_NAME CLASSIFY_OUTPUT_CLASSES "
            "CLASSIFY_OUTPUT_SCORES DEBUG_DIRECTORY DEBUG_INFO_FILENAME_PB "
            "DEFAULT_SERVING_SIGNATURE_DEF_KEY GPU LEGACY_INIT_OP_KEY MAIN_OP_KEY PREDICT_INPUTS "
            "PREDICT_METHOD_NAME PREDICT_OUTPUTS REGRESS_INPUTS REGRESS_METHOD_NAME REGRESS_OUTPUTS "
            "SAVED_MODEL_FILENAME_PB SAVED_MODEL_FILENAME_PBTXT SAVED_MODEL_SCHEMA_VERSION SERVING "
            "TPU TRAINING VARIABLES_DIRECTORY VARIABLES_FILENAME"
        ),
        "estimator.saved_model.folder": (
            "contains_saved_model maybe_saved_model_directory=contains_saved_model"
        ),
        "estimator.saved_model.loader": "load",
        "estimator.saved_model.main_op": "main_op_with_restore",
        "estimator.saved_model.signatures": (
            "build_signature_def classification_signature_def is_valid_signature "
            "predict_signature_def regression_signature_def"
        ),
        "estimator.saved_model.simple_save": "simple_save",
        "estimator.saved_model.tensor_info": "build_tensor_info get_tensor_from_tensor_info",
    },
    modules=(
        "estimator.tf.saved_model.builder estimator.tf.saved_model.constants "
        "estimator.tf.saved_model.loader estimator.tf.saved_model.main_op "
        "estimator.tf.saved_model.signature_constants "
        "estimator.tf.saved_model.signature_def_utils estimator.tf.saved_model.tag_constants "
        "estimator.tf.saved_model.utils"
    ),
)
