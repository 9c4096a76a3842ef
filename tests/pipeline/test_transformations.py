from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from estimator import tf
from estimator.pipeline.dataset import Dataset
from estimator.tf.contrib import data


def elements(dataset: Any) -> list[Any]:
    return [np.asarray(element).tolist() for element in dataset.as_numpy_iterator()]


def test_a_dataset_is_shuffled_anew_in_each_round() -> None:
    found = elements(Dataset.range(8).apply(data.shuffle_and_repeat(buffer_size=8, count=2, seed=3)))
    assert sorted(found[:8]) == sorted(found[8:]) == list(range(8))
    assert found[:8] != found[8:]
    assert found == elements(Dataset.range(8).shuffle(8, 3).repeat(2))


def test_elements_are_mapped_and_made_batches() -> None:
    mapped = data.map_and_batch(lambda x: x * 2, batch_size=2, num_parallel_batches=2)
    assert elements(Dataset.range(5).apply(mapped)) == [[0, 2], [4, 6], [8]]
    whole = data.map_and_batch(lambda x: x * 2, 2, drop_remainder=True, num_parallel_calls=data.AUTOTUNE)
    dataset = Dataset.range(5).apply(whole)
    assert elements(dataset) == [[0, 2], [4, 6]]
    assert dataset.output_shapes.as_list() == [2]
    with pytest.raises(ValueError, match="allows only one of num_parallel_batches and num_parallel_calls"):
        data.map_and_batch(lambda x: x, 2, num_parallel_batches=1, num_parallel_calls=1)


def test_batches_have_one_size_and_elements_numbers() -> None:
    assert elements(Dataset.range(5).apply(data.batch_and_drop_remainder(batch_size=2))) == [[0, 1], [2, 3]]
    assert elements(Dataset.range(7, 9).apply(data.enumerate_dataset(start=5))) == [[5, 7], [6, 8]]


def test_tf_data_has_them_too() -> None:
    same = ("AUTOTUNE", "enumerate_dataset", "map_and_batch", "shuffle_and_repeat")
    assert all(getattr(tf.data.experimental, name) is getattr(data, name) for name in same)


X = tf.data.experimental


def test_classes_come_in_the_shares_that_are_wanted() -> None:
    tenths = Dataset.range(6000).map(lambda n: tf.cast(tf.equal(n % 10, 0), tf.int32))
    for initial, passed_over in (([0.9, 0.1], 0), (None, 200)):
        kinds = [
            int(kind)
            for kind, element in tenths.rejection_resample(
                lambda kind: kind, [0.5, 0.5], initial, seed=1
            ).as_numpy_iterator()
        ][passed_over:]
        assert 500 < len(kinds) < 1400  # all 600 of the rare class, and as many of the other
        assert abs(np.mean(kinds) - 0.5) < 0.05


def test_an_element_that_is_a_tuple_stays_one_beside_its_class() -> None:
    pairs = Dataset.zip((Dataset.range(4), Dataset.range(4))).apply(
        X.rejection_resample(class_func=lambda n, m: n % 2, target_dist=[1, 1], initial_dist=[1, 1], seed=3)
    )
    assert [(int(kind), int(n), int(m)) for kind, (n, m) in pairs.as_numpy_iterator()] == [
        (n % 2, n, n) for n in range(4)
    ]


def test_shares_that_cannot_be_are_refused() -> None:
    refused = {
        "target_dist must be a vector": ([-1.0, 2.0], None),
        "initial_dist must be a vector": ([0.5, 0.5], [0.0, 0.0]),
        "a share for each class, above 0 for one that is wanted": ([0.5, 0.5], [1.0, 0.0]),
    }
    for message, (target, initial) in refused.items():
        with pytest.raises(ValueError, match=message):
            Dataset.range(3).rejection_resample(lambda n: n % 2, target, initial)


def test_a_dataset_is_written_as_records_each_time_the_operation_runs(tmp_path: Path) -> None:
    for compression in (None, "", "GZIP", "ZLIB"):
        path = tmp_path / f"records{compression}"
        with tf.Graph().as_default(), tf.Session() as session:
            texts = Dataset.range(3).map(tf.as_string)
            writing = X.TFRecordWriter(filename=str(path), compression_type=compression).write(texts)
            assert not path.exists()
            for _ in range(2):
                session.run(writing)
        assert elements(tf.data.TFRecordDataset(str(path), compression)) == [b"0", b"1", b"2"]
    for wrong, message in (
        (3, "Expected a `tf.data.Dataset` object"),
        (Dataset.range(3), "scalar `tf.string`"),
    ):
        with pytest.raises(TypeError, match=message):
            X.TFRecordWriter("x").write(wrong)


def test_examples_are_parsed_in_batches() -> None:
    example = tf.train.Example(
        features=tf.train.Features(feature={"n": tf.train.Feature(int64_list=tf.train.Int64List(value=[7]))})
    )
    parsing = X.parse_example_dataset(features={"n": tf.FixedLenFeature([], tf.int64)}, num_parallel_calls=2)
    batches = Dataset.from_tensors(example.SerializeToString()).repeat(3).batch(2).apply(parsing)
    assert [batch["n"].tolist() for batch in batches.as_numpy_iterator()] == [[7, 7], [7]]
    with pytest.raises(ValueError, match="Missing: `features`"):
        X.parse_example_dataset({})


def test_what_a_dataset_is_made_of_is_told_by_older_names_too() -> None:
    dataset = Dataset.from_tensor_slices({"a": [[1.0], [2.0]]})
    assert (
        X.get_structure(dataset) == X.get_structure(dataset.make_one_shot_iterator()) == dataset.element_spec
    )
    assert dataset.element_spec == {"a": X.TensorStructure(tf.float32, [1])}
    assert X.SparseTensorStructure(tf.int32, [3]) == tf.SparseTensorSpec([3], tf.int32)
    assert X.RaggedTensorStructure(tf.int32, [3, None], 1) == tf.RaggedTensorSpec([3, None], tf.int32, 1)
    assert isinstance(dataset.element_spec["a"], X.Structure)
    windows = dataset.window(2).element_spec["a"]
    assert (
        windows
        == tf.data.DatasetSpec(tf.TensorSpec([1], tf.float32))
        == X.DatasetStructure.from_value(dataset.map(lambda row: row["a"]))
    )
    with pytest.raises(TypeError, match="must be a dataset or an iterator"):
        X.get_structure(3)
    with pytest.raises(TypeError, match="only describes datasets"):
        tf.data.DatasetSpec(tf.TensorSpec([], tf.int64)).in_graph(tf.constant(0))


def test_elements_that_do_not_go_together_are_named() -> None:
    with pytest.raises(TypeError, match="one type and shape in all elements"):
        X.from_list([1, "a"])
    with pytest.raises(TypeError, match="must nest alike"):
        X.from_list([1, (1, 2)])
    for wrong in (Dataset.range(3), Dataset.range(3).map(lambda n: {"valid": n})):
        with pytest.raises(ValueError, match="dicts without an entry 'valid'"):
            wrong.apply(X.pad_to_cardinality(4))
    with pytest.raises(ValueError, match="at most 2 elements that are counted"):
        Dataset.range(3).map(lambda n: {"n": n}).apply(X.pad_to_cardinality(2))
    with pytest.raises(ValueError, match="shape must be known"):
        Dataset.range(3).map(lambda n: {"n": tf.fill([n], n)}).apply(X.pad_to_cardinality(4))
    with pytest.raises(TypeError, match="must be a `tf.sparse.SparseTensor`"):
        Dataset.from_sparse_tensor_slices([1])
    with pytest.raises(TypeError, match="takes a tf.data.experimental.Reducer"):
        X.group_by_reducer(lambda n: n, 3)
    with pytest.raises(ValueError, match=r"batch_size must be >= 1, given: 0"):
        Dataset.range(3).batch(2).rebatch([1, 0])


def test_options_take_tensorflows_values() -> None:
    options = tf.data.Options()
    options.experimental_external_state_policy = X.ExternalStatePolicy.IGNORE
    options.autotune.autotune_algorithm = X.AutotuneAlgorithm.MAX_PARALLELISM
    found = Dataset.range(3).with_options(options).options()
    assert (found, X.SHARD_HINT) == (options, -1)
    assert [policy.value for policy in X.ExternalStatePolicy] == [0, 1, 2]


def test_a_class_that_no_function_tells_is_refused() -> None:
    with pytest.raises(ValueError, match="class_func takes a function of an element, given: 3"):
        Dataset.range(3).rejection_resample(3, [1, 1])  # type: ignore[arg-type]
