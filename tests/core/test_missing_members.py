"""A member that TensorFlow's class has and ours lacks says so, of the class and of what is made of it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from estimator import tf
from estimator.core.missing_members import lacks

# members that TensorFlow 1.15's classes have
LACKING = [
    (tf.data.Dataset, "snapshot save load"),
    (tf.data.TextLineDataset, "snapshot save load"),
    (tf.GradientTape, "jacobian batch_jacobian"),
    (tf.layers.Layer, "get_config from_config get_weights set_weights add_metric compute_output_shape"),
    (tf.layers.Dense, "get_config from_config get_weights set_weights input output metrics get_output_at"),
    (tf.nn.rnn_cell.LSTMCell, "get_config from_config get_weights set_weights"),
    (tf.profiler.Profiler, "advise profile_graph profile_python serialize_to_string"),
]


@pytest.mark.parametrize(
    ("kind", "name"), [(kind, name) for kind, names in LACKING for name in names.split()]
)
def test_a_member_of_tensorflows_says_that_it_is_not_here_yet(kind: type, name: str) -> None:
    for asked in (kind, object.__new__(kind)):
        with pytest.raises(
            AttributeError,
            match=rf"{kind.__name__}.*'{name}': it is TensorFlow's, and not here yet.* listed in",
        ):
            getattr(asked, name)
        assert not hasattr(asked, name)


def test_a_member_that_nobody_has_is_a_plain_attribute_error(tmp_path: Path) -> None:
    estimator = tf.estimator.Estimator(lambda features, mode: None, model_dir=str(tmp_path))
    with pytest.raises(AttributeError, match="object has no attribute 'trian'"):
        estimator.trian  # type: ignore[attr-defined]  # noqa: B018  a mistake on purpose


def test_a_subclass_may_define_it_and_an_instance_may_be_given_it() -> None:
    @lacks("speed weight")
    class Bird:
        pass

    class Goose(Bird):
        def speed(self) -> int:
            return 25

    goose: Any = Goose()
    goose.weight = 3
    assert (goose.speed(), goose.weight) == (25, 3)
    assert not hasattr(Bird, "speed")
