"""tf.distribute without a strategy: what TensorFlow 2.15 answers there, observed."""

from __future__ import annotations

import copy
import pickle
from typing import Any

import numpy as np
import pytest

from estimator import tf
from tests.distribution.threads import in_threads

distribute = tf.distribute


def test_there_is_one_replica_and_no_strategy() -> None:
    strategy, replica = distribute.get_strategy(), distribute.get_replica_context()
    assert (distribute.has_strategy(), distribute.in_cross_replica_context()) == (False, False)
    assert (strategy.num_replicas_in_sync, replica.num_replicas_in_sync) == (1, 1)
    assert (replica.replica_id_in_sync_group, replica.strategy) == (0, strategy)
    with strategy.scope():
        assert (distribute.has_strategy(), distribute.in_cross_replica_context()) == (False, False)


def test_what_replicas_compute_together_is_what_the_one_computes() -> None:
    strategy, replica = distribute.get_strategy(), distribute.get_replica_context()
    assert strategy.run(lambda a, b: a + b, args=(3,), kwargs={"b": 4}) == 7
    assert strategy.reduce(distribute.ReduceOp.SUM, 3, axis=None) == strategy.reduce("MEAN", 3) == 3
    assert strategy.experimental_local_results(3) == (3,)
    dataset = tf.data.Dataset.range(3)
    assert strategy.experimental_distribute_dataset(dataset) is dataset
    assert strategy.group(dataset) is dataset
    assert replica.merge_call(lambda around, value: (around, value), args=(3,)) == (strategy, 3)
    assert replica.all_reduce("SUM", dataset) is dataset
    assert distribute.get_loss_reduction() is distribute.ReduceOp.SUM
    assert [reduction.name for reduction in distribute.ReduceOp] == ["SUM", "MEAN"]


def test_a_reduction_that_is_none_is_refused() -> None:
    with pytest.raises(ValueError, match=r"ReduceOp.SUM or MEAN, given: 'MAX'"):
        distribute.get_strategy().reduce("MAX", 3)
    with pytest.raises(ValueError, match="given: 7"):
        distribute.get_replica_context().all_reduce(7, 3)  # type: ignore[arg-type]
    with pytest.raises(ValueError, match="axis=0 of one replica's value: use tf.reduce_sum"):
        distribute.get_strategy().reduce("SUM", [1, 2], axis=0)


@pytest.mark.parametrize(
    "make",
    [
        distribute.MirroredStrategy,
        distribute.MultiWorkerMirroredStrategy,
        distribute.experimental.MultiWorkerMirroredStrategy,
        tf.contrib.distribute.CollectiveAllReduceStrategy,
        tf.contrib.distribute.MirroredStrategy,
        distribute.OneDeviceStrategy,
    ],
)
def test_a_strategy_is_around_in_its_scope_and_stays_itself_in_a_config(make: Any) -> None:
    strategy = make()
    with strategy.scope() as around:
        assert around is strategy is distribute.get_strategy() and distribute.has_strategy()
        assert distribute.get_replica_context().strategy is strategy
    assert not distribute.has_strategy() and strategy.num_replicas_in_sync == 1
    config = tf.estimator.RunConfig(train_distribute=strategy)
    for copied in (copy.deepcopy(config), pickle.loads(pickle.dumps(config))):  # noqa: S301  its own
        assert type(copied.train_distribute) is make
    with pytest.raises(ValueError, match="train_distribute"):
        config.to_yaml()


def test_replicas_are_the_processes_that_train_together() -> None:
    def play(rank: int) -> Any:
        strategy, replica = distribute.get_strategy(), distribute.get_replica_context()
        with tf.Graph().as_default(), tf.Session() as session:
            floats, ints = tf.constant([1.0, rank]), tf.constant(10 + rank)
            in_graph = session.run([strategy.reduce("SUM", floats), replica.all_reduce("SUM", ints)])
            elements = strategy.experimental_distribute_dataset(tf.data.Dataset.range(5)).batch(9)
            mine = session.run(elements.make_one_shot_iterator().get_next()).tolist()
            context = strategy.experimental_distribute_datasets_from_function(lambda context: context)
        at_once = [replica.all_reduce("SUM", rank + 1), strategy.reduce("MEAN", np.float32(rank))]
        numbers = [
            strategy.num_replicas_in_sync,
            replica.num_replicas_in_sync,
            replica.replica_id_in_sync_group,
        ]
        return [in_graph[0].tolist(), int(in_graph[1])], at_once, numbers, mine, context.input_pipeline_id

    first, second = in_threads(2, play)
    assert first == ([[2.0, 1.0], 21], [3, 0.5], [2, 2, 0], [0, 2, 4], 0)
    assert second == ([[2.0, 1.0], 21], [3, 0.5], [2, 2, 1], [1, 3], 1)
