"""tf.distribute without a strategy: what TensorFlow 2.15 answers there, observed."""

from __future__ import annotations

import pytest

from estimator import tf

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
