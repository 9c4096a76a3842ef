"""What all calls share: a model built on inputs from anywhere, compared with the checkpoint that it starts from."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from estimator.calls.opening import Inputs, build_model, find_start, open_graph, read_inputs
from estimator.core import errors
from estimator.functions.arrays import placeholder
from estimator.model_dir.start import Start
from estimator.models.spec import ModeKeys
from estimator.training.monitored import MonitoredSession
from tests.tiny import batches, estimator


def test_a_model_is_built_on_placeholders_without_an_input_fn(tmp_path: Path) -> None:
    model = estimator(tmp_path).train(batches(), steps=2)
    predicted = [row["y"] for row in model.predict(batches(1))]
    with open_graph(model._model):
        x = placeholder("float32", [None, 2])
        start = find_start(model._model, None, "export")
        built = build_model(model._model, Inputs({"x": x}), ModeKeys.PREDICT, start)
        assert built.source is None
        with MonitoredSession(built.session_creator()) as session:
            rows = np.linspace(-1, 1, 8, dtype=np.float32).reshape(4, 2)  # what tests.tiny feeds
            served = session.run(built.spec.predictions["y"], {x: rows})
    np.testing.assert_array_equal(served, predicted)


def test_a_model_that_does_not_fit_its_start_is_refused_while_it_is_built(tmp_path: Path) -> None:
    estimator(tmp_path).train(batches(), steps=1)
    wider = estimator(tmp_path, units=5)._model
    with open_graph(wider):
        inputs = read_inputs(wider, batches(), ModeKeys.EVAL)
        with pytest.raises(errors.InvalidArgumentError, match="hidden/kernel"):
            build_model(wider, inputs, ModeKeys.EVAL, find_start(wider, None, "evaluate"))


def test_one_input_fn_serves_prediction_too_and_its_labels_are_left_out(tmp_path: Path) -> None:
    model = estimator(tmp_path)._model
    with open_graph(model):
        assert read_inputs(model, batches(), ModeKeys.EVAL).labels.dims == (None, 1)
        assert read_inputs(model, batches(), ModeKeys.PREDICT).labels is None


def test_a_checkpoint_asked_for_by_name_may_not_move_and_the_latest_may(tmp_path: Path) -> None:
    model = estimator(tmp_path).train(batches(), steps=2)
    first, last = (str(tmp_path / f"model.ckpt-{step}") for step in (1, 2))
    assert find_start(model._model, first, "evaluate") == Start(first, may_move=False)
    assert find_start(model._model, None, "evaluate") == Start(last, may_move=True)


@pytest.mark.parametrize("mode", [ModeKeys.TRAIN, ModeKeys.EVAL, ModeKeys.PREDICT])
def test_only_a_training_gets_operations_of_first_values_where_there_is_a_checkpoint(
    mode: str, tmp_path: Path
) -> None:
    model = estimator(tmp_path).train(batches(), steps=1)._model
    with open_graph(model) as graph:
        inputs = read_inputs(model, batches(), mode)
        built = build_model(model, inputs, mode, find_start(model, None, mode))
        before = graph.version
        built.session_creator().create_session()
        made = {op.type for op in graph.get_operations()[before:]}
    assert ("VarIsInitializedOp" in made) == (mode == ModeKeys.TRAIN)
    assert (built.spec.scaffold.init_op is not None) == (mode == ModeKeys.TRAIN)
