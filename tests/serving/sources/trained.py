"""A model_dir of a small ready-made model, and checkpoints in it that no training has written."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np

import estimator as est
from estimator.formats.bundle_reader import BundleReader
from estimator.formats.bundle_writer import BundleWriter

WEIGHT, BIAS = "linear/linear_model/x/weights", "linear/linear_model/bias_weights"


def train(model_dir: Path, steps: int = 1, **config: Any) -> None:
    """Train a regressor of one number, ``x``, so many steps more."""
    x = np.linspace(-1, 1, 8, dtype=np.float32)
    inputs = est.inputs.numpy_input_fn({"x": x}, 2 * x + 1, batch_size=8, num_epochs=None, shuffle=False)
    columns = [est.feature_column.numeric_column("x")]
    regressor = est.LinearRegressor(columns, str(model_dir), config=est.RunConfig(**config))
    regressor.train(inputs, steps=steps)


def save(model_dir: Path, step: int, values: Mapping[str, Any], is_listed: bool = True) -> str:
    """A checkpoint like the latest one, with other values of some variables; its prefix."""
    with BundleReader(str(est.train.latest_checkpoint(str(model_dir)))) as reader:
        tensors = {name: reader.get(name) for name in reader.names() if not name.startswith("_")}
    tensors["global_step"] = np.array(step, np.int64)
    for name, value in values.items():
        tensors[name] = np.full_like(tensors[name], value)
    prefix = model_dir / f"model.ckpt-{step}"
    with open(f"{prefix}.data-00000-of-00001", "wb") as data:
        writer = BundleWriter(data)
        for name, value in sorted(tensors.items()):
            writer.add(name, value)
        index = writer.finish()
    Path(f"{prefix}.index").write_bytes(index)
    if is_listed:
        listed = [*_listed(model_dir), prefix.name]
        est.train.update_checkpoint_state(str(model_dir), prefix.name, list(dict.fromkeys(listed)))
    return str(prefix)


def _listed(model_dir: Path) -> list[str]:
    state = est.train.get_checkpoint_state(str(model_dir))
    return [Path(path).name for path in state.all_model_checkpoint_paths]
