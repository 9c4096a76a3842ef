"""The command `train`: what it trains, what its flags mean, and how it ends."""

from __future__ import annotations

import signal
import subprocess
import sys
import tempfile
from pathlib import Path

import numpy as np
import pytest

from estimator.checkpoint.reader import load_checkpoint
from estimator.cli.commands import train
from estimator.estimators.estimator import Estimator
from estimator.settings.yaml_text import read_mapping
from tests.cli.iris import EVALUATE, YAML, contents, write_iris

CONFIG = ["--config", "iris.yaml", "--verbosity", "error"]


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    write_iris(tmp_path)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def code_of(*arguments: str) -> int:
    """The exit code of the command, however it ends."""
    try:
        return train.main(arguments)
    except SystemExit as end:
        return int(str(end.code))


def variables(model_dir: Path, step: int) -> dict[str, np.ndarray]:
    reader = load_checkpoint(str(model_dir / f"model.ckpt-{step}"))
    return {name: reader.get_tensor(name) for name in reader.get_variable_to_shape_map()}


def test_a_training_goes_on_by_steps_and_up_to_max_steps(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    said = []
    for flags in (
        [],
        ["--steps=3"],
        ["--steps", "2", "--model_dir=other"],
        ["--max_steps=25"],
        ["--max_steps=9"],
    ):
        assert code_of(*CONFIG, *flags) == 0
        said.append(capsys.readouterr().out)
    assert said == [
        "models/iris: step 20\n", "models/iris: step 23\n", "other: step 2\n", "models/iris: step 25\n",
        "models/iris: step 25\n",
    ]  # fmt: skip


def test_an_experiment_with_an_evaluation_tells_its_metrics(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    write_iris(folder, YAML + EVALUATE)
    assert code_of(*CONFIG) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[0] == "models/iris: step 20"
    assert [line.split()[0] for line in lines[1:]] == ["accuracy", "average_loss", "global_step", "loss"]


def test_flags_go_before_what_the_file_says(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    flags = [
        "--model_dir=b", "--steps=0500", "--save_checkpoints_steps=1_0", "--keep_best=accuracy,max,2",
        "--progress=none", "--set", "train.input.batch_size=64", "--set=estimator.hidden_units=[010, 5]",
        "--set=train.input.label=species", "--set", "estimator.optimizer={Adam: {learning_rate: 1e-2}}",
    ]  # fmt: skip
    before = contents(folder)
    assert code_of(*CONFIG, "--print_config", *flags) == 0
    text = capsys.readouterr().out
    told = read_mapping(text)
    assert told["model_dir"] == "b"
    assert (told["train"]["steps"], told["train"]["max_steps"]) == (500, None)
    assert told["train"]["input"]["batch_size"] == 64
    assert told["estimator"]["DNNClassifier"]["hidden_units"] == [10, 5]
    settings = told["run_config"]
    assert (settings["save_checkpoints_steps"], settings["save_checkpoints_secs"]) == (10, None)
    assert (settings["keep_best"], settings["progress"]) == (["accuracy", "max", 2], None)
    assert contents(folder) == before  # nothing is made
    (folder / "told.yaml").write_text(text)
    assert code_of("--config=told.yaml", "--verbosity=error", "--print_config") == 0
    assert capsys.readouterr().out == text


@pytest.mark.parametrize(
    ("flags", "said"),
    [
        ([], "--config is missing, the experiment's YAML file"),
        (["--config=."], "--config: '.' is a directory; name a YAML file in it. It has iris.yaml."),
        (["--config=irs.yaml"], "--config: there is no file 'irs.yaml' (looked for in "),
        (["--config=irs.yaml"], "Did you mean 'iris.yaml'?"),
        (["--model_dir=models/nowhere"], "there is no model_dir 'models/nowhere'."),
        ([*CONFIG, "--steps=1", "--max_steps=2"], "--steps and --max_steps exclude one another"),
        ([*CONFIG, "--steps=0"], "--steps: a whole number from 1 on is expected, given: '0'."),
        ([*CONFIG, "--steps=1e3"], "--steps: a whole number is expected, given: '1e3'. Write 1000."),
        ([*CONFIG, "--model-dir=x"], "unknown flag --model-dir. Did you mean --model_dir?"),
        ([*CONFIG, "--config=iris.yaml"], "--config is given twice."),
        ([*CONFIG, "--keep_checkpoint_max=-1"], "--keep_checkpoint_max: keep_checkpoint_max should be >= 0, given: -1."),
        (
            [*CONFIG, "--save_checkpoints_steps=1", "--save_checkpoints_secs=1"],
            "--save_checkpoints_steps, --save_checkpoints_secs: `save_checkpoints_steps` and `save_checkpoints_secs` "
            "cannot be both set.",
        ),
        ([*CONFIG, "--set", "max_steps"], "--set: PATH=VALUE is expected, as in train.input.batch_size=64; given: 'max_steps'."),
        ([*CONFIG, "--set=model_dir=a", "--model_dir=b"], "--set model_dir is given twice"),
        ([*CONFIG, "--set=train.stpes=3"], "--set train.stpes: unknown key 'stpes' of train. Did you mean 'steps'?"),
        ([*CONFIG, "--set=train.input.batch_size=ten"], "--set train.input.batch_size: batch_size should be a whole number"),
        ([*CONFIG, "--set=train.input.csv=none.csv"], "--set train.input.csv: train.input: there is no file 'none.csv'"),
        ([*CONFIG, "--allow_import=a b"], "allow_import takes names of modules"),
    ],
)  # fmt: skip
def test_what_is_wrong_with_a_call_is_said_before_anything_is_made(
    flags: list[str], said: str, folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    before = contents(folder)
    assert code_of(*flags) == (1 if "nowhere" in said else 2)
    assert said in capsys.readouterr().err
    assert contents(folder) == before


def test_all_that_is_wrong_with_a_file_is_said_with_its_lines(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    write_iris(folder, YAML.replace("hidden_units", "hiden_units").replace("max_steps: 20", "max_step: 20"))
    assert code_of(*CONFIG, "--set=run_config.keep_checkpoint_max=x") == 2
    assert capsys.readouterr().err == (
        "estimator train: iris.yaml: 4 problems\n"
        "  - --set run_config.keep_checkpoint_max: keep_checkpoint_max should be a whole number or null, given: 'x'.\n"
        "  - iris.yaml:3: DNNClassifier needs hidden_units.\n"
        "  - iris.yaml:4: unknown key 'hiden_units' of DNNClassifier. Did you mean 'hidden_units'?\n"
        "  - iris.yaml:13: unknown key 'max_step' of train. Did you mean 'max_steps' or 'steps'?\n"
    )


@pytest.mark.parametrize("text", ["- a\n", "a: [", "\x00", "a: 1\na: 2\n"])
def test_a_file_that_is_no_experiment_is_a_wrong_call(
    text: str, folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    write_iris(folder, text)
    assert code_of(*CONFIG) == 2
    assert "iris.yaml" in capsys.readouterr().err


@pytest.mark.parametrize("dry", [[], ["--dry_run"]])
def test_a_checkpoint_that_does_not_fit_is_told_and_kept(
    dry: list[str], folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert code_of(*CONFIG, "--steps=1") == 0
    before = contents(folder)
    assert code_of(*CONFIG, *dry, "--steps=1", "--set=estimator.hidden_units=[5]") == 3
    said = capsys.readouterr().err
    assert said.startswith("estimator train: ")
    assert "variables of the model do not fit models/iris/model.ckpt-1: " in said
    assert "hidden_units changed from [4] to [5]" in said
    assert contents(folder) == before


def test_a_loss_that_is_no_number_is_one_message(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    rate = "estimator.optimizer={GradientDescentOptimizer: {learning_rate: 1e30}}"
    assert code_of(*CONFIG, f"--set={rate}") == 1
    said = [line for line in capsys.readouterr().err.splitlines() if not line.startswith("ERROR:")]
    assert len(said) == 1
    assert said[0].startswith("estimator train: NaN loss during training")


MODULE = """\
import estimator as est

def model_fn(features, labels, mode, params):
    logits = est.layers.dense(features["petal_lenght"], 3)

def train_input_fn():
    return est.data.Dataset.from_tensors({"petal_length": [[1.0]]})
"""
OWN = """\
model_dir: models/own
model_fn: own.model_fn
train: {input: {input_fn: own.train_input_fn}, max_steps: 2}
"""


def test_an_error_of_the_users_code_begins_with_the_users_line(folder: Path) -> None:
    (folder / "own.py").write_text(MODULE)
    write_iris(folder, OWN)
    command = [sys.executable, "-m", "estimator", "train", *CONFIG]
    done = subprocess.run([*command, "--allow_import=own"], capture_output=True, text=True)
    first, second, line, *_, end = done.stderr.splitlines()
    assert (done.returncode, first) == (1, "Traceback (most recent call last):")
    assert second == f'  File "{folder / "own.py"}", line 4, in model_fn'
    assert line.strip() == 'logits = est.layers.dense(features["petal_lenght"], 3)'
    assert end == "estimator train: MissingKeyError, see above."
    refused = subprocess.run(command, capture_output=True, text=True)
    assert refused.returncode == 2
    assert "call with --allow_import own" in refused.stderr


def test_an_error_in_the_data_names_no_line_of_the_program_that_starts_commands(folder: Path) -> None:
    """The rows of a function are not looked at before the training begins."""
    write_iris(folder, YAML.replace("csv: train.csv, label: species, batch_size: 32", "input_fn: own.rows"))
    names = "sepal_length", "sepal_width", "petal_length", "petal_width"
    (folder / "own.py").write_text(
        f"import numpy as np\n\ndef rows():\n    yield {{name: np.ones(4) for name in {names}}}, np.full(4, 3)\n"
    )
    done = subprocess.run(
        [sys.executable, "-m", "estimator", "train", *CONFIG, "--allow_import=own"],
        capture_output=True, text=True,
    )  # fmt: skip
    (line,) = done.stderr.splitlines()
    assert done.returncode == 1
    assert line.startswith(
        "estimator train: Assert 'dnn/head/Assert_1' failed: assertion failed: [Labels must <= "
    )


def test_a_dry_run_tells_shapes_and_changes_nothing(
    folder: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    scratch = folder / "scratch"
    scratch.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(scratch))
    write_iris(folder, YAML + EVALUATE)
    assert code_of(*CONFIG, "--dry_run") == 0
    lines = capsys.readouterr().out.splitlines()
    assert "checkpoint   none: it began with first values" in lines
    assert not (folder / "models").exists()
    assert code_of(*CONFIG) == 0
    capsys.readouterr()
    before = contents(folder)
    assert code_of(*CONFIG, "--dry_run") == 0
    lines = capsys.readouterr().out.splitlines()
    for line in (
        "dry run: 2 steps of training, 2 of evaluation on the data of 'evaluate'",
        "model_dir    models/iris: nothing is changed",
        "checkpoint   models/iris/model.ckpt-20: it fits",
        "  petal_length  float32 (?,)",
        "labels       int64 (?,)",
        "  probabilities  float32 (?, 3)",
        "  class_ids      int64 (?, 1)",
        # 4 * 4 weights and 4 biases, 4 * 3 and 3; and the global step
        f"variables    5, without what an optimizer keeps: {4 * 4 + 4 + 4 * 3 + 3 + 1} numbers, {4 * 35 + 8} B",
        "  dnn/hiddenlayer_0/kernel/part_0  float32 (4, 4)",
        "  global_step   22",
    ):
        assert line in lines
    assert [line for line in lines if line.startswith("loss ") and line.endswith(" in training at step 22")]
    assert contents(folder) == before
    assert list(scratch.iterdir()) == []


@pytest.mark.slow
@pytest.mark.parametrize(("number", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_an_interrupted_training_is_saved_and_goes_on_to_the_same_bits(
    number: signal.Signals, code: int, folder: Path
) -> None:
    write_iris(folder, YAML.replace("max_steps: 20", "max_steps: 1000000"))
    command = [sys.executable, "-m", "estimator", "train", "--config=iris.yaml"]
    with subprocess.Popen(
        [*command, "--log_step_count_steps=10"], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as process:
        assert process.stderr is not None
        line = next(line for line in process.stderr if ", step = 31" in line)
        process.send_signal(number)
        out, err = process.communicate(timeout=60)
    assert line and (process.returncode, out) == (code, "")
    assert "Traceback" not in err
    (saved,) = {path.stem for path in (folder / "models/iris").glob("model.ckpt-*.index")} - {"model.ckpt-1"}
    assert err.splitlines()[-1] == (
        f"estimator train: interrupted; models/iris/{saved} is saved, and the same call goes on from it."
    )
    last = int(saved.partition("-")[2]) + 7
    for model_dir in ("models/iris", "models/whole"):
        assert code_of(*CONFIG, f"--model_dir={model_dir}", f"--max_steps={last}") == 0
    resumed, whole = (variables(folder / "models" / name, last) for name in ("iris", "whole"))
    assert resumed.keys() == whole.keys()
    for name, values in whole.items():
        if name != "_estimator_resume":
            np.testing.assert_array_equal(resumed[name], values, err_msg=name)


def test_the_help_groups_the_settings_and_fits_80_columns(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "200")
    assert code_of("--help") == 0
    text = capsys.readouterr().out
    assert max(map(len, text.splitlines())) <= 80
    titles = [line for line in text.splitlines() if line.endswith(":") and not line.startswith(" ")]
    assert titles == ["options:", "experiment:", "how long:", "several processes:", "settings of the run:"]


def test_an_environment_that_makes_no_sense_is_told(
    folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("TF_CONFIG", "{")
    assert code_of(*CONFIG) == 2
    assert "TF_CONFIG" in capsys.readouterr().err
    assert not (folder / "models").exists()


def test_a_dry_run_that_sigterm_ends_leaves_no_scratch_directory(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (scratch := folder / "scratch").mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(scratch))
    seen: list[Path] = []

    def train_in(*_: object, **__: object) -> None:
        seen.extend(scratch.iterdir())
        signal.raise_signal(signal.SIGTERM)

    monkeypatch.setattr(Estimator, "train", train_in)
    assert code_of(*CONFIG, "--dry_run") == 143
    assert len(seen) == 1
    assert not list(scratch.iterdir())
