"""A guess as an experiment in YAML."""

from __future__ import annotations

import random
from pathlib import Path
from typing import Any

import pytest

from estimator.core.errors import UsageError
from estimator.experiments.experiment import Experiment
from estimator.experiments.from_csv.guessing import guess
from estimator.experiments.from_csv.written import experiment_of
from tests.experiments.from_csv.tables import text_of


@pytest.fixture(autouse=True)
def _in_a_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def text_for(csv: str, name: str = "data.csv") -> str:
    Path(name).write_bytes(csv.encode())
    return experiment_of(guess(name), "models/x", "estimator init data.csv", "x.yaml")


def resolved(csv: str) -> dict[str, Any]:
    return Experiment.read(text_for(csv)).resolved()


def test_numbers_are_standardized_unless_they_are_small_already() -> None:
    found = resolved(
        text_of(["far", "near", "label"], [(1000 + 2 * n, n % 3 - 1, "ab"[n % 2]) for n in range(60)])
    )
    far, near = (column["numeric_column"] for column in found["columns"])
    assert near["normalizer_fn"] is None
    # the mean of 1000 ... 1118, and twice the deviation of 60 numbers in a row: sqrt((60² - 1) / 12)
    assert far["normalizer_fn"]["Standardize"] == pytest.approx(
        {"mean": 1059.0, "std": 2 * 17.3181}, rel=1e-5
    )


def test_few_words_stand_each_for_itself_more_are_embedded_many_are_hashed() -> None:
    rows = [("abc"[n % 3], f"w{n % 30:02}", f"t{n % 70}", n % 2) for n in range(210)]
    few, more, many = resolved(text_of(["few", "more", "many", "label"], rows))["columns"]
    words = few["indicator_column"]["categorical_column"]["categorical_column_with_vocabulary_list"]
    assert words["vocabulary_list"] == ["a", "b", "c"]
    listed = more["embedding_column"]["categorical_column"]["categorical_column_with_vocabulary_list"]
    assert listed["vocabulary_list"] == [f"w{n:02}" for n in range(30)]
    assert more["embedding_column"]["dimension"] == 4
    hashed = many["embedding_column"]["categorical_column"]["categorical_column_with_hash_bucket"]
    assert hashed["hash_bucket_size"] == 256  # a power of two, above twice the 70 that were seen


def test_classes_that_are_no_ids_have_a_vocabulary_in_their_order() -> None:
    model = resolved(text_of(["a", "label"], [(n, 1 + n % 3) for n in range(60)] + [(0.5, 1)]))["estimator"][
        "DNNClassifier"
    ]
    assert (model["n_classes"], model["label_vocabulary"]) == (3, ["1", "2", "3"])
    model = resolved(text_of(["a", "label"], [(n / 2, n % 3) for n in range(60)]))["estimator"][
        "DNNClassifier"
    ]
    assert (model["n_classes"], model["label_vocabulary"]) == (3, None)


def test_missing_numbers_become_the_mean_of_the_others() -> None:
    rows = [("NA" if n % 2 else 3 * n, n // 2 % 2) for n in range(40)]
    train = resolved(text_of(["a", "label"], rows))["train"]["input"]
    assert (train["na_value"], train["column_defaults"]) == (
        "NA",
        {"a": 57.0},
    )  # 3 times the mean of 0, 2, ... 38


@pytest.mark.parametrize(
    ("count", "batch_size", "steps"), [(60, 32, 1000), (9_000, 32, 8000), (12_000, 128, 3000)]
)
def test_steps_and_batches_go_by_the_number_of_rows(count: int, batch_size: int, steps: int) -> None:
    train = resolved(text_of(["a", "label"], [(n / 7, n % 2) for n in range(count)]))["train"]
    assert (train["input"]["batch_size"], train["max_steps"]) == (batch_size, steps)


def test_so_few_rows_are_not_parted() -> None:
    text = text_for(text_of(["a", "label"], [(n / 2, n % 2) for n in range(9)]))
    assert "rows:" not in text and "on the same rows, which are few" in text


def test_no_line_is_longer_than_it_needs_to_be() -> None:
    rows = [(f"{'word' * (n % 7)}{n % 49}", "xy"[n % 2]) for n in range(300)]
    lines = text_for(text_of(["a", "label"], rows)).splitlines()
    assert max(map(len, lines)) <= 110
    assert sum("word" in line for line in lines) > 3


def test_reasons_stand_on_one_line_whatever_is_in_the_values() -> None:
    rows = [(f"it was\n# all {n} of it: {{[and 'more'\n- than that", n % 5, "ab"[n % 2]) for n in range(60)]
    text = text_for(text_of(["te\nxt: #", "n", "label"], rows))
    assert len(Experiment.read(text).resolved()["columns"]) == 1
    (reason,) = [line for line in text.splitlines() if "left out" in line]
    assert (
        reason.startswith("  # left out: 'te\\nxt: #' (")
        and reason.endswith("free text")
        and "it was\\n# all" in reason
    )


KINDS = {
    "whole": lambda rng: str(rng.randint(-5, 50)),
    "float": lambda rng: repr(rng.gauss(0, 10 ** rng.randint(-8, 8))),
    "words": lambda rng: rng.choice(["a", " b", "c,d", 'e"f', "ü", "no", "null", "1e3", "~", "#x", ": y", "- z", "x\ny", "{", "&a", "*b", "!t", "\x85"]),
    "many": lambda rng: f"w{rng.randint(0, 300)}",
    "ids": lambda rng: f"u{rng.randint(0, 10**9)}",
    "mess": lambda rng: rng.choice(["", "?", "NA", " ", "1", "2.5", "x", "1,234", "$5", "inf", "nan", "0x10", "1_000", "٣", "007", "+1", ".5", "1.", "1e400"]),
    "const": lambda rng: "k",
}  # fmt: skip
NAMES = [
    "a b",
    "x/y",
    "",
    "label",
    "id",
    "ü:",
    "no",
    "1",
    "Unnamed: 0",
    "zip",
    "^q",
    "w\nz",
    " t",
    "#c",
    "{k}",
]


@pytest.mark.parametrize("seed", range(8))
def test_any_table_is_refused_with_a_reason_or_becomes_an_experiment_that_fits_it(seed: int) -> None:
    rng = random.Random(seed)
    fitting = 0
    for _ in range(8):
        names = rng.sample(NAMES, rng.randint(2, 6))
        kinds = [rng.choice(list(KINDS)) for _ in names]
        rows = [[KINDS[kind](rng) for kind in kinds] for _ in range(rng.choice([1, 9, 40, 90]))]
        try:
            text = text_for(text_of(names, rows, rng.choice(",;\t|"), rng.choice(["\n", "\r\n"])))
        except UsageError:
            continue
        experiment = Experiment.read(text)
        batch = next(experiment.train_input_fn()().as_numpy_iterator())
        assert len(batch) == 2
        experiment.eval_input_fn()
        fitting += 1
    assert fitting
