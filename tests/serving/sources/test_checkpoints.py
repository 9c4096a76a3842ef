"""Checkpoints of a ready-made model are served without its source, and the latest, the best or one of a step is found."""

from __future__ import annotations

import logging
import shutil
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import estimator as est
import estimator.tf as tf
from estimator.core.errors import NotFoundError, UsageError
from estimator.model_dir.best import Ranking, rank
from estimator.serving.following import Follower
from estimator.serving.models import Models, ModelSpec, State
from estimator.serving.service import Service
from estimator.serving.sources.checkpoints import Checkpoints
from tests.serving.sources.test_export_folder import export
from tests.serving.sources.trained import BIAS, WEIGHT, save, train


@pytest.fixture(scope="module")
def _trained(tmp_path_factory: pytest.TempPathFactory) -> Path:
    model_dir = tmp_path_factory.mktemp("trained") / "line"
    train(model_dir)
    return model_dir


@pytest.fixture
def model_dir(_trained: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(_trained, tmp_path / "line"))


class _Served:
    """The model of a model_dir, looked at when the test says so."""

    def __init__(self, model_dir: Path, checkpoint: str | int = "latest") -> None:
        self.models = Models()
        self.follower = Follower(self.models, [Checkpoints("line", str(model_dir), checkpoint)])
        self.follower.look()

    def at_zero(self) -> tuple[int, float]:
        """The version that answers, and its answer for x = 0, which is the bias."""
        with self.models.acquire("line") as servable:
            answers = servable.run("", {"x": np.zeros(1, np.float32)})
        return servable.version, float(answers["predictions"][0, 0])

    def refusal(self, version: int) -> str:
        (status,) = self.models.status("line", version)
        assert status.state is State.END
        return status.error_message


def _versions(model_dir: Path, checkpoint: str | int = "latest") -> list[int]:
    return [candidate.version for candidate in Checkpoints("line", str(model_dir), checkpoint).candidates()]


def test_a_new_checkpoint_takes_the_place_of_the_old_one(model_dir: Path) -> None:
    served = _Served(model_dir)
    assert served.at_zero()[0] == 1
    save(model_dir, 20, {BIAS: 0.25, WEIGHT: 1.0})
    served.follower.look()
    assert served.at_zero() == (20, 0.25)


def test_rows_need_no_second_axis(model_dir: Path) -> None:
    served = _Served(model_dir)
    with served.models.acquire("line") as servable:
        one, two = (
            servable.run("predict", {"x": np.ones(s, np.float32)})["predictions"] for s in ((3,), (3, 1))
        )
    np.testing.assert_array_equal(one, two)


def test_examples_are_regressed(model_dir: Path) -> None:
    save(model_dir, 20, {BIAS: 0.25, WEIGHT: 1.0})
    example = est.train.Example()
    example.features.feature["x"].float_list.value.append(2.0)
    served = _Served(model_dir)
    answer = Service(served.models).regress(
        ModelSpec("line", signature_name="regression"), [example.SerializeToString()]
    )
    assert answer.outputs["outputs"].tolist() == [2.25]


@pytest.mark.parametrize(
    ("values", "said"), [({BIAS: np.nan}, "not all values are finite"), ({WEIGHT: np.inf}, WEIGHT)]
)
def test_a_checkpoint_that_is_not_finite_is_refused(
    model_dir: Path, values: dict[str, float], said: str
) -> None:
    served = _Served(model_dir)
    before = served.at_zero()
    save(model_dir, 20, values)
    served.follower.look()
    assert served.at_zero() == before
    assert said in served.refusal(20)


def test_a_checkpoint_that_is_cut_off_is_refused(model_dir: Path) -> None:
    served = _Served(model_dir)
    before = served.at_zero()
    prefix = save(model_dir, 20, {BIAS: 0.25})
    data = Path(f"{prefix}.data-00000-of-00001")
    whole = data.read_bytes()
    data.write_bytes(whole[:-4])
    served.follower.look()
    assert served.at_zero() == before
    assert "model.ckpt-20" in served.refusal(20)
    data.write_bytes(whole)
    served.follower.look()
    assert served.at_zero() == (20, 0.25)


def test_a_flipped_bit_is_refused(model_dir: Path) -> None:
    served = _Served(model_dir)
    prefix = save(model_dir, 20, {BIAS: 0.25})
    data = Path(f"{prefix}.data-00000-of-00001")
    octets = bytearray(data.read_bytes())
    octets[octets.index(np.float32(0.25).tobytes())] ^= 1
    data.write_bytes(octets)
    served.follower.look()
    assert served.at_zero()[0] == 1
    assert served.refusal(20)


def test_a_checkpoint_of_another_model_is_refused(model_dir: Path) -> None:
    served = _Served(model_dir)
    prefix = Path(save(model_dir, 20, {BIAS: 0.25}))
    index = Path(f"{prefix}.index")
    index.write_bytes(_other_model(model_dir, prefix))
    served.follower.look()
    assert served.at_zero()[0] == 1
    assert "linear/linear_model/x/weights" in served.refusal(20)


def _other_model(model_dir: Path, prefix: Path) -> bytes:
    """Data without the weights, and its index."""
    from estimator.formats.bundle_writer import BundleWriter

    with open(f"{prefix}.data-00000-of-00001", "wb") as data:
        writer = BundleWriter(data)
        writer.add(BIAS, np.zeros(1, np.float32))
        writer.add("global_step", np.array(20, np.int64))
        return writer.finish()


def test_the_state_file_says_which_is_the_latest(model_dir: Path) -> None:
    save(model_dir, 30, {BIAS: 0.5}, is_listed=False)
    assert _versions(model_dir) == [1]
    save(model_dir, 20, {BIAS: 0.25})
    assert _versions(model_dir) == [20, 1]


def test_without_a_state_file_the_newest_whole_one_is_the_latest(model_dir: Path) -> None:
    save(model_dir, 20, {BIAS: 0.25})
    (model_dir / "checkpoint").write_bytes(b"# nonsense")
    assert _versions(model_dir)[0] == 20


def test_one_of_a_step_is_served_whatever_comes(model_dir: Path) -> None:
    save(model_dir, 20, {BIAS: 0.25})
    served = _Served(model_dir, 1)
    assert served.at_zero()[0] == 1
    with pytest.raises(NotFoundError, match="no checkpoint of step 7; there is: 1, 20"):
        _versions(model_dir, 7)


def test_the_best_is_served(model_dir: Path) -> None:
    ranking = Ranking("accuracy", "max", 1)
    for step, accuracy in ((20, 0.9), (30, 0.8)):
        save(model_dir, step, {BIAS: step / 100})
        rank(model_dir, f"model.ckpt-{step}", accuracy, ranking)
    served = _Served(model_dir, "best")
    assert served.at_zero() == (20, np.float32(0.2))
    save(model_dir, 40, {BIAS: 0.4})
    rank(model_dir, "model.ckpt-40", 0.95, ranking)
    served.follower.look()
    assert served.at_zero() == (40, np.float32(0.4))


def test_a_model_of_ones_own_is_followed_with_its_receiver(tmp_path: Path) -> None:
    def model_fn(features: Any, labels: Any, mode: str) -> est.EstimatorSpec:
        y = features["x"] * tf.get_variable("weight", initializer=3.0)
        loss = tf.reduce_sum(y)
        train_op = est.train.GradientDescentOptimizer(0.0).minimize(loss, est.train.get_global_step())
        return est.EstimatorSpec(mode, predictions={"y": y}, loss=loss, train_op=train_op)

    estimator = est.Estimator(model_fn, str(tmp_path))
    estimator.train(lambda: ({"x": tf.ones([2])}, None), steps=4)
    receiver = tf.estimator.export.build_raw_serving_input_receiver_fn(
        {"x": tf.placeholder(tf.float32, [None])}
    )
    models = Models()
    source = Checkpoints("own", str(tmp_path), estimator=estimator, serving_input_receiver_fn=receiver)
    Follower(models, [source]).look()
    with models.acquire("own", 4) as servable:
        assert servable.run("", {"x": np.ones(1, np.float32)})["y"].tolist() == [3.0]


def test_what_is_known_of_no_checkpoint_yet_is_said(model_dir: Path, tmp_path: Path) -> None:
    with pytest.raises(NotFoundError, match="keep_best="):
        _versions(model_dir, "best")
    export(tmp_path / "exports", 7)
    with pytest.raises(NotFoundError, match="no checkpoint, but a SavedModel, '.*7'.* an export_dir"):
        _versions(tmp_path / "exports")
    (tmp_path / "empty").mkdir()
    assert _versions(tmp_path / "empty") == []  # a training may begin there


def test_what_cannot_be_one_is_refused_at_once(tmp_path: Path) -> None:
    for name, model_dir, checkpoint in (("a/b", None, "bset"), (3, "", -1)):
        with pytest.raises(UsageError) as caught:
            Checkpoints(name, model_dir, checkpoint)  # type: ignore[arg-type]
        assert [problem.split()[0] for problem in caught.value.problems] == ["a", "model_dir", "checkpoint"]
    assert Checkpoints("line", tmp_path).place == str(tmp_path)


def test_a_folder_that_is_not_there_is_said(tmp_path: Path) -> None:
    with pytest.raises(NotFoundError, match="there is no model_dir"):
        Checkpoints("line", str(tmp_path / "line"))


def test_a_checkpoint_that_was_deleted_before_it_was_read_leaves_the_next_latest(
    model_dir: Path, caplog: pytest.LogCaptureFixture
) -> None:
    source = Checkpoints("line", str(model_dir))
    (candidate,) = source.candidates()
    save(model_dir, 20, {BIAS: 0.25})
    for file in model_dir.glob("model.ckpt-1.*"):
        file.unlink()
    assert source.identity(candidate) is None
    save(model_dir, 30, {BIAS: 0.5}, is_listed=False)  # a training is about to say that it is the latest
    assert source.load(candidate).version == 20
    assert "is newer than" not in caplog.text


def test_a_new_version_is_one_line_of_the_log(model_dir: Path, caplog: pytest.LogCaptureFixture) -> None:
    follower = Follower(Models(), [Checkpoints("line", str(model_dir))])
    with caplog.at_level(logging.INFO, "tensorflow"):
        follower.look()
        save(model_dir, 20, {BIAS: 0.25})
        follower.look()
    assert [record.getMessage().partition(", from")[0] for record in caplog.records] == [
        "model 'line' version 1 is ready",
        "model 'line' version 20 is ready",
    ]
