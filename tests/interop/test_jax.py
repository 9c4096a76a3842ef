"""TensorFlow opens what jax has trained."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tests.test_jax_models import train, variables

pytest.importorskip("jax")


def test_tensorflow_reads_the_checkpoint_of_a_training_by_jax(tensorflow: Any, tmp_path: Path) -> None:
    model = train("images", tmp_path / "model", "jax")
    path = tmp_path / "values.npz"
    answer = tensorflow.answer("tf_read.py", {"model_dir": str(tmp_path / "model"), "values": str(path)})
    wanted = variables(model)
    assert Path(answer["latest"]).name == "model.ckpt-20"
    with np.load(path) as values:
        found = {name: (values[name].dtype, values[name].tobytes()) for name in wanted}
    assert found == {name: (value.dtype, value.tobytes()) for name, value in wanted.items()}
