"""An experiment on irises in a folder: CSV files with headers, and the YAML that describes the rest."""

from __future__ import annotations

import csv
import hashlib
from pathlib import Path

ROOT = Path(__file__).parents[2]
HEADER = "sepal_length,sepal_width,petal_length,petal_width,species"
NUMBERS = HEADER.split(",")[:-1]

YAML = """\
model_dir: models/iris
estimator:
  DNNClassifier:
    hidden_units: [4]
    n_classes: 3
columns:
  - numeric_column: {key: sepal_length}
  - numeric_column: {key: sepal_width}
  - numeric_column: {key: petal_length}
  - numeric_column: {key: petal_width}
train:
  input: {csv: train.csv, label: species, batch_size: 32}
  max_steps: 20
run_config: {tf_random_seed: 1, progress: false}
"""
EVALUATE = """\
evaluate:
  input: {csv: test.csv}
"""


def write_iris(folder: Path, text: str = YAML) -> None:
    """Put train.csv, test.csv and iris.yaml there."""
    for name in ("train", "test"):
        source = ROOT / "examples" / "iris" / f"iris_{name.replace('train', 'training')}.csv"
        _, *rows = source.read_text().splitlines()
        (folder / f"{name}.csv").write_text("\n".join([HEADER, *rows]) + "\n")
    (folder / "iris.yaml").write_text(text)


def rows_of(path: Path) -> list[dict[str, str]]:
    """The rows of a CSV file by the names of its columns."""
    with path.open(newline="") as file:
        return list(csv.DictReader(file))


def contents(folder: Path) -> dict[str, str]:
    """A digest of every file below a folder, and an empty one for folders."""
    return {
        str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest() if path.is_file() else ""
        for path in sorted(folder.rglob("*"))
    }
