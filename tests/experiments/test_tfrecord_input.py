"""Files of tf.Examples as the input of an experiment."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from estimator import tf
from estimator.core.errors import UsageError
from estimator.experiments import Experiment

TEXT = """
model_dir: {folder}/model
estimator: {{LinearClassifier: {{n_classes: 3{more}}}}}
columns:
  - numeric_column: {{key: age, default_value: 30}}
  - categorical_column_with_vocabulary_list: {{key: job, vocabulary_list: [no, yes]}}
train:
  input: {{tfrecord: "{folder}/*.tfrecord", label: {label}, shuffle: 0, epochs: 1, batch_size: 4}}
run_config: {{progress: false, save_summary_steps: 0}}
"""


def example(**features: Any) -> bytes:
    """A tf.Example with these features."""
    made = tf.train.Example()
    for name, value in features.items():
        one = made.features.feature[name]
        if isinstance(value, bytes):
            one.bytes_list.value.append(value)
        elif isinstance(value, float):
            one.float_list.value.append(value)
        else:
            one.int64_list.value.append(value)
    text: bytes = made.SerializeToString()
    return text


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with two files of examples."""
    for part in range(2):
        with tf.python_io.TFRecordWriter(str(tmp_path / f"part-{part}.tfrecord")) as writer:
            for row in range(3):
                writer.write(example(age=float(row), job=b"yes", kind=(part + row) % 3, name=b"b", x=1, y=0))
    return tmp_path


def batches(text: str) -> list[Any]:
    """What the training would see."""
    dataset = Experiment.read(text).train_input_fn()()
    with tf.Graph().as_default(), tf.Session() as session:
        following = dataset.make_one_shot_iterator().get_next()
        found = []
        while True:
            try:
                found.append(session.run(following))
            except tf.errors.OutOfRangeError:
                return found


def test_examples_are_parsed_as_the_columns_say(folder: Path) -> None:
    (first, labels), (last, _) = batches(TEXT.format(folder=folder, label="kind", more=""))
    np.testing.assert_array_equal(first["age"], [[0.0], [1.0], [2.0], [0.0]])
    assert first["job"].values.tolist() == [b"yes"] * 4
    assert labels.tolist() == [[0], [1], [2], [1]]
    assert last["age"].tolist() == [[1.0], [2.0]]


def test_labels_of_a_vocabulary_are_texts(folder: Path) -> None:
    text = TEXT.format(folder=folder, label="name", more=", label_vocabulary: [a, b, c]")
    assert batches(text)[0][1].tolist() == [[b"b"]] * 4


def test_it_trains(folder: Path) -> None:
    experiment = Experiment.read(TEXT.format(folder=folder, label="kind", more=""))
    experiment.train()
    assert experiment.estimator().get_variable_value("global_step") == 2


@pytest.mark.parametrize(
    ("old", "new", "complaint"),
    [
        ("*.tfrecord", "none-*.tfrecord", "train.input: there is no file '.*none-"),
        ("label: kind", "label: age", "the label 'age' is a feature, too"),
        ("label: kind", "label: kind, compression_type: ZIP", "Unsupported compression_type: 'ZIP'"),
        (
            "label: kind",
            "label: kind, names: [a]",
            "unknown key 'names' of train.input. It takes: tfrecord, label",
        ),
    ],
)
def test_what_does_not_fit_is_said_before_anything_is_written(
    old: str, new: str, complaint: str, folder: Path
) -> None:
    text = TEXT.format(folder=folder, label="kind", more="")
    assert old in text
    with pytest.raises(UsageError, match=complaint):
        Experiment.read(text.replace(old, new)).train()
    assert not (folder / "model").exists()


def test_a_model_without_columns_cannot_parse(folder: Path) -> None:
    text = TEXT.format(folder=folder, label="kind", more="").replace("LinearClassifier", "BaselineClassifier")
    start, end = text.index("columns:"), text.index("train:")
    with pytest.raises(UsageError, match="the model needs columns, by which they are parsed"):
        Experiment.read(text[:start] + text[end:]).train_input_fn()
