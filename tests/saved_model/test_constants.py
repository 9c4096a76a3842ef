"""TensorFlow's words for what is in a SavedModel, under all the names by which scripts ask for them."""

from __future__ import annotations

import pytest

from estimator import tf

# as TensorFlow 2.15 has them
WORDS = {
    tf.saved_model.signature_constants.DEFAULT_SERVING_SIGNATURE_DEF_KEY: "serving_default",
    tf.saved_model.signature_constants.PREDICT_METHOD_NAME: "tensorflow/serving/predict",
    tf.saved_model.signature_constants.PREDICT_INPUTS: "inputs",
    tf.saved_model.signature_constants.PREDICT_OUTPUTS: "outputs",
    tf.saved_model.signature_constants.CLASSIFY_METHOD_NAME: "tensorflow/serving/classify",
    tf.saved_model.signature_constants.CLASSIFY_INPUTS: "inputs",
    tf.saved_model.signature_constants.CLASSIFY_OUTPUT_CLASSES: "classes",
    tf.saved_model.signature_constants.CLASSIFY_OUTPUT_SCORES: "scores",
    tf.saved_model.signature_constants.REGRESS_METHOD_NAME: "tensorflow/serving/regress",
    tf.saved_model.signature_constants.REGRESS_INPUTS: "inputs",
    tf.saved_model.signature_constants.REGRESS_OUTPUTS: "outputs",
    tf.saved_model.tag_constants.SERVING: "serve",
    tf.saved_model.tag_constants.TRAINING: "train",
    tf.saved_model.tag_constants.GPU: "gpu",
    tf.saved_model.tag_constants.TPU: "tpu",
    tf.saved_model.constants.ASSETS_DIRECTORY: "assets",
    tf.saved_model.constants.ASSETS_KEY: "saved_model_assets",
    tf.saved_model.constants.MAIN_OP_KEY: "saved_model_main_op",
    tf.saved_model.constants.LEGACY_INIT_OP_KEY: "legacy_init_op",
    tf.saved_model.constants.SAVED_MODEL_FILENAME_PB: "saved_model.pb",
    tf.saved_model.constants.SAVED_MODEL_FILENAME_PBTXT: "saved_model.pbtxt",
    tf.saved_model.constants.VARIABLES_DIRECTORY: "variables",
    tf.saved_model.constants.VARIABLES_FILENAME: "variables",
    tf.saved_model.constants.DEBUG_DIRECTORY: "debug",
    tf.saved_model.constants.DEBUG_INFO_FILENAME_PB: "saved_model_debug_info.pb",
}


def test_the_words_are_tensorflows() -> None:
    assert all(word == expected for word, expected in WORDS.items())
    assert tf.saved_model.constants.SAVED_MODEL_SCHEMA_VERSION == 1


@pytest.mark.parametrize("namespace", ["constants", "signature_constants", "tag_constants"])
def test_each_namespace_has_the_words_of_the_whole(namespace: str) -> None:
    part = getattr(tf.saved_model, namespace)
    assert all(getattr(part, name) == getattr(tf.saved_model, name) for name in part.__all__)
