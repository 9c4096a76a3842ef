"""The Estimator of a Keras model: either side opens the other's model_dir, and trains on alike."""

from __future__ import annotations

from pathlib import Path

import pytest

from estimator import tf
from tests.interop.conftest import TensorFlow
from tests.keras.estimator_of_tf import evaluated, flowers, make

STEPS = 3


def names(folder: Path) -> list[str]:
    return [name for name, _ in tf.train.list_variables(folder)]


@pytest.mark.parametrize("optimizer", ["adam", "sgd", "rmsprop", "adagrad"])
def test_both_train_alike_and_go_on_in_the_other_ones_directory(
    tensorflow: TensorFlow, tmp_path: Path, optimizer: str
) -> None:
    ours = make(tf, tmp_path / "ours", optimizer)
    ours.train(flowers(tf), steps=STEPS)
    mine = evaluated(tf, ours)
    request = {"optimizer": optimizer, "steps": STEPS}
    theirs = tensorflow.answer("tf_keras_estimator.py", {"model_dir": str(tmp_path / "theirs"), **request})
    flat = [*mine[:2], *mine[2]]
    assert flat == pytest.approx([*theirs["after"][:2], *theirs["after"][2]], rel=2e-5)
    assert names(tmp_path / "ours") == theirs["variables"]
    assert names(tmp_path / "ours" / "keras") == theirs["first"]
    on = tensorflow.answer("tf_keras_estimator.py", {"model_dir": str(tmp_path / "ours"), **request})
    assert flat == pytest.approx([*on["before"][:2], *on["before"][2]], rel=2e-5)
    again = evaluated(tf, make(tf, tmp_path / "ours", optimizer))
    assert [*again[:2], *again[2]] == pytest.approx([*on["after"][:2], *on["after"][2]], rel=2e-5)
