"""The file by which TensorBoard's projector finds embeddings."""

from __future__ import annotations

from pathlib import Path

import pytest

from estimator import tf
from estimator.tf.contrib.tensorboard.plugins import projector


def test_a_config_is_written_where_tensorboard_looks(tmp_path: Path) -> None:
    config = projector.ProjectorConfig()
    embedding = config.embeddings.add()
    embedding.tensor_name, embedding.metadata_path = "words:0", "words.tsv"
    embedding.sprite.single_image_dim.extend([28, 28])
    with tf.summary.FileWriter(str(tmp_path / "logs")) as writer:
        projector.visualize_embeddings(writer, config)
    # as protobuf's own text_format writes TensorFlow 1.15's message
    assert (tmp_path / "logs" / "projector_config.pbtxt").read_text("ascii") == (
        'embeddings {\n  tensor_name: "words:0"\n  metadata_path: "words.tsv"\n'
        "  sprite {\n    single_image_dim: 28\n    single_image_dim: 28\n  }\n}\n"
    )


def test_a_directory_will_do_for_its_writer(tmp_path: Path) -> None:
    projector.visualize_embeddings(
        str(tmp_path / "m"), projector.ProjectorConfig(model_checkpoint_path="m.ckpt")
    )
    text = (tmp_path / "m" / "projector_config.pbtxt").read_text("ascii")
    assert text == 'model_checkpoint_path: "m.ckpt"\n'


def test_what_is_no_config_is_refused_before_anything_is_written(tmp_path: Path) -> None:
    with pytest.raises(TypeError, match="must be a ProjectorConfig, given: 'words'"):
        projector.visualize_embeddings(str(tmp_path / "m"), "words")
    with pytest.raises(ValueError, match="must have a logdir"):
        projector.visualize_embeddings(None, projector.ProjectorConfig())
    assert not (tmp_path / "m").exists()
