"""tf.distribute.InputContext, as TensorFlow 2.15 answers, observed."""

from __future__ import annotations

import pytest

from estimator import tf


def test_it_tells_which_part_is_read_and_how_large_batches_are() -> None:
    context = tf.distribute.InputContext(3, 1, 4)
    assert (context.num_input_pipelines, context.input_pipeline_id, context.num_replicas_in_sync) == (3, 1, 4)
    assert context.get_per_replica_batch_size(64) == 16
    assert str(context) == "tf.distribute.InputContext(input pipeline id 1, total: 3)"
    alone = tf.distribute.InputContext()
    assert (alone.num_input_pipelines, alone.input_pipeline_id, alone.num_replicas_in_sync) == (1, 0, 1)


def test_what_cannot_be_is_refused() -> None:
    with pytest.raises(
        ValueError, match=r"`global_batch_size` 65 is not divisible by `num_replicas_in_sync` 4"
    ):
        tf.distribute.InputContext(4, 0, 4).get_per_replica_batch_size(65)
    with pytest.raises(
        ValueError, match=r"(?s)one of 0\.\.\.1 .*given: 2.*num_replicas_in_sync must be >= 1"
    ):
        tf.distribute.InputContext(2, 2, 0)
