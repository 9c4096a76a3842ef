"""What an experiment may name: TensorFlow's public names, all of those that have a form in YAML."""

from __future__ import annotations

import pytest

from estimator import tf
from estimator.experiments.tables import (
    COLUMNS,
    DECAYS,
    EXPORTERS,
    HEADS,
    INITIALIZERS,
    OPTIMIZERS,
    STOPPING,
    TABLES,
    named,
)
from estimator.optimizers.by_name import OPTIMIZERS as BY_WORD


def test_every_feature_column_is_there() -> None:
    functions = {
        name
        for name in tf.feature_column.__all__
        if name.endswith(("column", "columns")) or "_column_" in name
    }
    assert set(COLUMNS) == functions


def test_every_optimizer_is_there_by_class_and_by_word() -> None:
    classes = {name for name in tf.train.__all__ if name.endswith("Optimizer")}
    assert classes - set(OPTIMIZERS) == {"AdagradDAOptimizer", "Optimizer", "SyncReplicasOptimizer"}
    for word in BY_WORD:
        assert named(word, OPTIMIZERS) is BY_WORD.get(word)


def test_every_decay_head_initializer_exporter_and_early_stopping_hook_is_there() -> None:
    decays = {name for name in tf.train.__all__ if "decay" in name or name == "piecewise_constant"}
    assert set(DECAYS) == decays
    assert {name for name in tf.estimator.__all__ if name.endswith("Head") and name != "Head"} <= set(HEADS)
    others = {"tables_initializer", "global_variables", "local_variables", "variables", "identity"}
    assert set(tf.initializers.__all__) - others == set(INITIALIZERS)
    assert {name for name in tf.estimator.__all__ if name.endswith("Exporter") and name != "Exporter"} == set(
        EXPORTERS
    )
    stopping = {name for name in tf.estimator.experimental.__all__ if name.startswith("stop_if")}
    assert set(STOPPING) == {*stopping, "EarlyStoppingHook"}


@pytest.mark.parametrize("kind", sorted(TABLES))
def test_every_name_leads_somewhere(kind: str) -> None:
    table, _ = TABLES[kind]
    assert all(callable(named(name, table)) for name in table)
