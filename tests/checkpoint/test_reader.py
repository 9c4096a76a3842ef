"""Reading checkpoints without a model."""

from __future__ import annotations

import gc
import re
import warnings
from pathlib import Path

import numpy as np
import pytest

from estimator.checkpoint.reader import CheckpointReader, list_variables, load_checkpoint, load_variable
from estimator.checkpoint.resume import RESUME_KEY, ResumeState, encode_resume
from estimator.core import dtypes, errors
from estimator.model_dir.series import CheckpointSeries

TF_MODEL_DIR = Path(__file__).parents[1] / "data" / "tf" / "dnn_iris_adagrad_default" / "model_dir"


@pytest.fixture
def model_dir(tmp_path: Path) -> Path:
    series = CheckpointSeries(tmp_path)
    for step in (1, 200):
        tensors = {"global_step": np.array(step), "w": np.full((2, 3), step, np.float32)}
        series.save(f"model.ckpt-{step}", tensors | {RESUME_KEY: encode_resume(ResumeState())})
    return tmp_path


def test_a_directory_stands_for_its_latest_checkpoint(model_dir: Path) -> None:
    assert load_variable(model_dir, "global_step") == 200
    assert load_variable(model_dir / "model.ckpt-1", "global_step") == 1
    assert load_variable(model_dir / "model.ckpt-1.index", "global_step:0") == 1


def test_listings_have_tensorflows_form_and_hide_the_resume_tensor(model_dir: Path) -> None:
    assert list_variables(model_dir) == [("global_step", []), ("w", [2, 3])]
    with load_checkpoint(model_dir) as reader:
        assert reader.get_variable_to_shape_map() == {"global_step": [], "w": [2, 3]}
        assert reader.get_variable_to_dtype_map() == {"global_step": dtypes.int64, "w": dtypes.float32}
        assert reader.specs()["w"] == ((2, 3), dtypes.float32)
        assert reader.has_tensor("w") and not reader.has_tensor("v") and not reader.has_tensor(RESUME_KEY)


def test_a_model_dir_of_tensorflow_is_read() -> None:
    # The list is tf.train.list_variables of TensorFlow 2.15.
    shapes = {"hiddenlayer_0": (4, 10), "hiddenlayer_1": (10, 10), "logits": (10, 3)}
    wanted: list[tuple[str, list[int]]] = [("global_step", [])]
    for layer, (before, after) in shapes.items():
        for name, shape in (("bias", [after]), ("kernel", [before, after])):
            wanted += [(f"dnn/{layer}/{name}", shape), (f"dnn/{layer}/{name}/t_0/Adagrad", shape)]
    assert list_variables(TF_MODEL_DIR) == sorted(wanted)
    assert load_variable(TF_MODEL_DIR, "global_step") == 200


def test_a_scalar_is_a_numpy_scalar_as_in_tensorflow(model_dir: Path) -> None:
    assert type(load_variable(model_dir, "global_step")) is np.int64


def test_a_missing_variable_is_answered_in_tensorflows_words(model_dir: Path) -> None:
    with pytest.raises(errors.NotFoundError, match="Key global_stp not found in checkpoint"):
        load_variable(model_dir, "global_stp")


def test_a_reader_needs_no_close(model_dir: Path) -> None:
    reader = load_checkpoint(model_dir)
    reader.get_tensor("w")
    (file,) = reader._bundle._data._files.values()
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        del reader
        gc.collect()
    assert file.closed and not [each for each in caught if each.category is ResourceWarning]


def test_a_directory_without_checkpoints_says_so(tmp_path: Path) -> None:
    with pytest.raises(errors.NotFoundError, match="has no checkpoint.*Train first"):
        list_variables(tmp_path)
    with pytest.raises(errors.NotFoundError, match="model.ckpt-5"):
        list_variables(tmp_path / "model.ckpt-5")


def test_the_debug_string_is_tensorflows() -> None:
    # tf.train.NewCheckpointReader("model.ckpt-7").debug_string() of TensorFlow 2.15 on the same files, observed
    lines = (
        b"\x00cols/kernel\x00\x01\x01\x02\x80\x84\x80\x83 (DT_FLOAT) [4,3]\n"
        b"\x00cols/kernel\x00\x01\x01\x02\x80\x84\x83\x82 (DT_FLOAT) [4,2]\n"
        b"\x00emb/weights\x00\x01\x01\x02\x80\xb2\x80\x83 (DT_FLOAT) [50,3]\n"
        b"\x00emb/weights\x00\x01\x01\x02\xb2\xb2\x80\x83 (DT_FLOAT) [50,3]\n"
        b"\x00emb/weights\x00\x01\x01\x02\xc0d\xb2\x80\x83 (DT_FLOAT) [50,3]\n"
        b"one/bias (DT_FLOAT) [4]\nplain (DT_FLOAT) [2]\n"
    )
    folder = Path(__file__).parents[1] / "data" / "tf" / "bundle_partitioned"
    assert CheckpointReader(str(folder / "model.ckpt-7")).debug_string() == lines


def test_the_debug_string_hides_what_is_not_the_models(model_dir: Path) -> None:
    assert load_checkpoint(model_dir).debug_string() == b"global_step (DT_INT64) []\nw (DT_FLOAT) [2,3]\n"


def test_an_index_without_its_data_tells_names_and_shapes(model_dir: Path) -> None:
    (model_dir / "model.ckpt-1.data-00000-of-00001").unlink()
    reader = load_checkpoint(model_dir / "model.ckpt-1")
    assert reader.get_variable_to_shape_map()["w"] == [2, 3]
    with pytest.raises(errors.NotFoundError, match="No such file or directory. It holds tensor 'w'"):
        reader.get_tensor("w")


def test_what_is_not_there_is_one_error_without_a_chain(tmp_path: Path) -> None:
    with pytest.raises(errors.NotFoundError, match="no.index does not exist") as caught:
        load_checkpoint(tmp_path / "no")
    assert caught.value.__cause__ is None and caught.value.__suppress_context__


def test_a_directory_is_no_prefix_and_the_message_says_how_to_get_one(model_dir: Path) -> None:
    advice = re.escape(
        f"It is a directory: give one of its checkpoints, such as tf.train.latest_checkpoint({str(model_dir)!r})."
    )
    with pytest.raises(errors.NotFoundError, match=advice):
        CheckpointReader(model_dir)
