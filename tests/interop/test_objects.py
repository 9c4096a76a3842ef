"""Object-based checkpoints, ours into TensorFlow's tf.train.Checkpoint and back."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np

from estimator.checkpoint.checkpoint_manager import CheckpointManager
from estimator.checkpoint.object_based import Checkpoint


def test_tensorflow_restores_our_objects_and_we_its(tensorflow: Any, tmp_path: Path) -> None:
    shared = np.arange(3, dtype=np.float32)
    inner = {"x": np.ones((2, 2)), "l": [shared, np.array(True)]}
    checkpoint = Checkpoint({"a.b": shared, "again": shared, "c/d": np.array(5), "e": inner})
    manager = CheckpointManager(checkpoint, tmp_path / "ours", 2)
    for _ in range(3):
        manager.save()
    answer = tensorflow.answer(
        "tf_objects.py", {"ours": str(tmp_path / "ours"), "theirs": str(tmp_path / "theirs")}
    )
    assert answer["kept"] == manager.checkpoints and answer["restored"] == manager.latest_checkpoint
    assert answer["values"] == [[0.0, 1.0, 2.0], 5, [[1.0, 1.0], [1.0, 1.0]], True, 3]
    checkpoint.restore(answer["saved"]).assert_consumed()
    assert shared.tolist() == [7.0, 8.0, 9.0] and int(checkpoint.save_counter) == 4
