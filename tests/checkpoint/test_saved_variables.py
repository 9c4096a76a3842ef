"""What a saver does where a checkpoint holds more than the variables, or less."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import estimator.optimizers  # noqa: F401  say what Keras' optimizers are called here
from estimator.checkpoint import read_cache
from estimator.checkpoint.reader import list_variables, load_variable
from estimator.checkpoint.saved_variables import SavedVariables
from estimator.checkpoint.saver import Saver
from estimator.core import errors
from estimator.formats.bundle_writer import BundleWriter
from estimator.graph import build as b
from estimator.graph.graph import Graph
from estimator.optimizers.momentum import MomentumOptimizer
from estimator.runtime.session import Session
from estimator.variables.global_step import get_or_create_global_step
from estimator.variables.slot_role import SlotRole
from estimator.variables.variable import Variable
from tests.checkpoint.graphs import add_slot, add_variable, fresh_graph, initialized_session, values_of


@pytest.fixture(autouse=True)
def _graph() -> Iterator[Graph]:
    read_cache.cache.clear()
    with fresh_graph() as graph:
        yield graph


def add_adam(owner: Variable) -> list[Variable]:
    """The slots and powers of Adam."""
    slots = [add_slot(owner, name, 0.0) for name in ("Adam", "Adam_1")]
    powers = [
        Variable(np.float32(beta), trainable=False, name=name)
        for name, beta in (("beta1_power", 0.9), ("beta2_power", 0.999))
    ]
    for each, what in zip(slots, ("m", "v"), strict=True):
        each.slot_role = SlotRole(("Adam", what))
    for each in powers:
        each.slot_role = SlotRole(is_power=True)
    return [*slots, *powers]


def saved_adagrad(directory: Path) -> str:
    """A checkpoint of a weight with Adagrad's slot."""
    with fresh_graph():
        add_slot(add_variable("w", [5.0, 6.0]), "Adagrad")
        return str(Saver().save(initialized_session(), directory / "m", global_step=1))


def write_bundle(prefix: str, tensors: dict[str, Any]) -> None:
    """A checkpoint of these tensors."""
    with open(f"{prefix}.data-00000-of-00001", "wb") as data:
        writer = BundleWriter(data)
        for name, value in sorted(tensors.items()):
            writer.add(name, np.asarray(value))
        index = writer.finish()
    Path(f"{prefix}.index").write_bytes(index)


def keras_checkpoint(directory: Path, prefix: str = "training") -> str:
    """What tf.estimator with tf.keras.optimizers.Adam holds after 3 steps, for one weight."""
    vector = np.array([0.5, 0.25], np.float32)
    tensors = {
        "global_step": np.int64(3),
        "w": np.array([5.0, 6.0], np.float32),
        f"{prefix}/Adam/w/m": vector,
        f"{prefix}/Adam/w/v": vector * 2,
        f"{prefix}/Adam/learning_rate": np.float32(0.125),
        f"{prefix}/Adam/beta_1": np.float32(0.75),
    }
    path = str(directory / "model.ckpt-3")
    write_bundle(path, tensors)
    return path


# -- slots that are missing ----------------------------------------------------------------------------


def test_missing_slots_are_an_error_that_says_the_weights_fit(tmp_path: Path) -> None:
    prefix = saved_adagrad(tmp_path)
    add_adam(add_variable("w", [0.0, 0.0]))
    session = initialized_session()
    before = values_of(session)
    with pytest.raises(errors.NotFoundError) as caught:
        Saver().restore(session, prefix)
    message = str(caught.value)
    for slot in ("beta1_power", "beta2_power", "w/Adam", "w/Adam_1"):
        assert f"  {slot}  " in message
    assert (
        "the variables of Adam are missing (the checkpoint has those of Adagrad); the weights fit" in message
    )
    assert "RunConfig(missing_slots='fresh')" in message
    assert all(np.array_equal(value, before[name]) for name, value in values_of(session).items())


def test_by_choice_missing_slots_begin_afresh_with_a_warning(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    prefix = saved_adagrad(tmp_path)
    add_adam(add_variable("w", [0.0, 0.0]))
    session = Session()
    saver = Saver(missing_slots="fresh")
    saver.check(prefix)
    assert not caplog.messages
    saver.restore(session, prefix)
    values = values_of(session)
    assert values["w"].tolist() == [5.0, 6.0]
    assert values["w/Adam"].tolist() == [0.0, 0.0]
    assert values["beta1_power"] == np.float32(0.9)
    (warning,) = [record.getMessage() for record in caplog.records if record.levelname == "WARNING"]
    assert "not what the optimizer keeps (beta1_power, beta2_power, w/Adam, w/Adam_1)" in warning
    assert "its 4 slots begin afresh" in warning


def test_a_missing_weight_is_an_error_by_any_choice(tmp_path: Path) -> None:
    prefix = saved_adagrad(tmp_path)
    add_slot(add_variable("w", [0.0, 0.0]), "Adagrad")
    add_variable("other", [1.0])
    with pytest.raises(errors.NotFoundError, match="Key other not found in checkpoint"):
        Saver(missing_slots="fresh").restore(initialized_session(), prefix)


def test_a_slot_of_another_shape_is_an_error_by_any_choice(tmp_path: Path) -> None:
    prefix = saved_adagrad(tmp_path)
    add_slot(add_variable("w", [0.0, 0.0, 0.0]), "Adagrad")
    with pytest.raises(errors.InvalidArgumentError, match="2 shapes differ"):
        Saver(missing_slots="fresh").restore(initialized_session(), prefix)


def test_another_choice_is_refused() -> None:
    add_variable("w", [1.0])
    with pytest.raises(ValueError, match="must be 'error' or 'fresh', given: 'new'"):
        Saver(missing_slots="new")


def test_what_keras_keeps_in_another_form_is_named_with_the_argument_that_reads_it(tmp_path: Path) -> None:
    path = str(tmp_path / "model.ckpt-3")
    vector = np.zeros(2, np.float32)
    write_bundle(
        path, {"training/SGD/momentum": np.float32(0.9), "training/SGD/w/momentum": vector, "w": vector}
    )
    add_slot(add_variable("w", [0.0, 0.0]), "Momentum")
    with pytest.raises(errors.NotFoundError, match=r"MomentumOptimizer\(\.\.\., keras_form=True\)"):
        Saver().restore(initialized_session(), path)


# -- checkpoints of tf.keras' optimizers ---------------------------------------------------------------


@pytest.mark.parametrize("training", ["training", "training_2"])
def test_every_key_is_written_as_it_was_read(tmp_path: Path, training: str) -> None:
    path = keras_checkpoint(tmp_path, training)
    add_adam(add_variable("w", [0.0, 0.0]))
    step = get_or_create_global_step()
    session = initialized_session()
    saver = Saver(dialect="dnn_v1")
    saver.restore(session, path)
    assert session.run(step) == 3
    step.load(4, session)
    prefix = str(saver.save(session, tmp_path / "model.ckpt", global_step=4))
    assert list_variables(prefix) == list_variables(path)
    for name in ("learning_rate", "beta_1", "w/m", "w/v"):
        key = f"{training}/Adam/{name}"
        np.testing.assert_array_equal(load_variable(prefix, key), load_variable(path, key))


def test_adams_powers_follow_from_the_number_of_steps_and_the_scripts_betas(tmp_path: Path) -> None:
    path = keras_checkpoint(tmp_path)
    add_adam(add_variable("w", [0.0, 0.0]))
    get_or_create_global_step()
    session = Session()
    Saver().restore(session, path)
    values = values_of(session)
    np.testing.assert_allclose(
        [values["beta1_power"], values["beta2_power"]], [0.9**4, 0.999**4], rtol=1e-6
    )  # not 0.75, which the checkpoint has


def test_a_count_of_steps_in_the_checkpoint_is_used_and_goes_on(tmp_path: Path) -> None:
    path = str(tmp_path / "model.ckpt-3")
    vector = np.ones(2, np.float32)
    write_bundle(
        path,
        {
            "global_step": np.int64(3), "training/Adam/iter": np.int64(10), "training/Adam/w/m": vector,
            "training/Adam/w/v": vector, "w": vector,
        },
    )  # fmt: skip
    add_adam(add_variable("w", [0.0, 0.0]))
    step = get_or_create_global_step()
    session = Session()
    saver = Saver()
    saver.restore(session, path)
    assert session.store.read("beta1_power") == pytest.approx(0.9**11, rel=1e-6)
    step.load(5, session)
    prefix = str(saver.save(session, tmp_path / "model.ckpt", global_step=5))
    assert load_variable(prefix, "training/Adam/iter") == 12


@pytest.mark.parametrize("optimizer_type", [None, "Momentum"])
def test_a_variable_without_a_known_shape_takes_the_stored_one(
    tmp_path: Path, optimizer_type: str | None
) -> None:
    weights = Variable(np.array([1.0, 2.0, 3.0], np.float32), validate_shape=False, name="w")
    if optimizer_type:
        MomentumOptimizer(0.1, 0.9).minimize(b.Sum(b.Square(weights.as_tensor()), [0]))
    session = initialized_session()
    saver = Saver()
    prefix = saver.save(session, tmp_path / "m")
    weights.load([7.0, 8.0], session)
    saver.restore(session, prefix)
    assert session.run(weights).tolist() == [1, 2, 3]


def test_a_checkpoint_of_the_same_tensors_is_not_compared_again_and_one_of_others_is(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    compared: list[Any] = []
    mismatch = SavedVariables._mismatch
    monkeypatch.setattr(
        SavedVariables, "_mismatch", lambda *given: compared.append(given) or mismatch(*given)
    )
    add_variable("w", [1.0, 2.0])
    saver, session = Saver(), Session()
    for number, value in enumerate(([1, 2], [3, 4], [5, 6])):
        write_bundle(str(tmp_path / f"m-{number}"), {"w": np.float32(value)})
        saver.restore(session, tmp_path / f"m-{number}")
        assert values_of(session)["w"].tolist() == value
    assert len(compared) == 1
    write_bundle(str(tmp_path / "other"), {"w": np.float32([1, 2, 3])})
    with pytest.raises(errors.InvalidArgumentError, match="1 shape differs"):
        saver.restore(session, tmp_path / "other")
    saver.restore(session, tmp_path / "m-0")
    assert values_of(session)["w"].tolist() == [1, 2]
