"""Variables in parts: names, values, sharing, gradients and slots."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from estimator.core import dtypes
from estimator.core.errors import InvalidArgumentError
from estimator.graph import build as b
from estimator.graph.gradients import gradients
from estimator.graph.graph import Graph
from estimator.graph.keys import GraphKeys
from estimator.graph.slices import IndexedSlices
from estimator.network.layers.batch_normalization import batch_normalization
from estimator.network.layers.dense import dense
from estimator.optimizers.adagrad import AdagradOptimizer
from estimator.runtime.session import Session
from estimator.variables.get_variable import get_variable
from estimator.variables.initializers import GlorotUniform
from estimator.variables.partitioners import fixed_size_partitioner
from estimator.variables.partitions import PartitionedVariable
from estimator.variables.regularizers import l2_regularizer
from estimator.variables.scopes import AUTO_REUSE, get_variable_scope, variable_scope
from estimator.variables.variable import (
    Variable,
    global_variables,
    global_variables_initializer,
    trainable_variables,
)

THREE = fixed_size_partitioner(3)


def session() -> Session:
    made = Session()
    made.run(global_variables_initializer())
    return made


def make(name: str = "w", shape: Any = (7, 3), **kwargs: Any) -> Any:
    return get_variable(name, shape, **{"partitioner": THREE, **kwargs})


def test_parts_are_named_and_cut_as_tensorflow_does(graph: Graph) -> None:
    with variable_scope("emb", partitioner=THREE):
        whole: Any = get_variable("w", [7, 3])
    # TensorFlow 2.15: name, and SaveSliceInfo.spec
    assert [(each.name, each.save_slice_info.spec) for each in whole] == [
        ("emb/w/part_0:0", "7 3 0,3:0,3"),
        ("emb/w/part_1:0", "7 3 3,2:0,3"),
        ("emb/w/part_2:0", "7 3 5,2:0,3"),
    ]
    assert {each.save_slice_info.full_name for each in whole} == {"emb/w"}
    assert (whole.name, whole.shape.as_list(), len(whole), whole.dtype) == (
        "emb/w",
        [7, 3],
        3,
        dtypes.float32,
    )
    assert global_variables() == trainable_variables() == list(whole)


def test_the_operations_are_named_as_tensorflows(graph: Graph) -> None:
    with variable_scope("emb"):
        assert make().as_tensor().name == "emb/w:0"
    assert "emb/w/ConcatPartitions/concat" in [each.name for each in graph.get_operations()]


@pytest.mark.parametrize("axis", [0, 1])
def test_the_whole_is_the_parts_side_by_side(graph: Graph, axis: int) -> None:
    value = np.arange(12, dtype=np.float32).reshape(4, 3)
    whole = make("w", None, initializer=value, partitioner=fixed_size_partitioner(2, axis=axis))
    with session() as run:
        np.testing.assert_array_equal(run.run(whole.as_tensor()), value)
        np.testing.assert_array_equal(run.run(whole), value)
        np.testing.assert_array_equal(run.run(whole * 2.0), value * 2)
        np.testing.assert_array_equal(np.concatenate(run.run(list(whole)), axis), value)


def test_a_tensor_as_initial_value_is_cut(graph: Graph) -> None:
    whole = make("w", None, initializer=graph.constant([[1.0], [2.0], [3.0], [4.0]]))
    with session() as run:
        assert [each.ravel().tolist() for each in run.run(list(whole))] == [[1.0, 2.0], [3.0], [4.0]]


def test_scalars_and_single_parts(graph: Graph) -> None:
    assert isinstance(make("s", []), Variable)
    assert isinstance(make("t", None, initializer=1.0), Variable)
    one = make("one", [4], partitioner=fixed_size_partitioner(1))
    assert isinstance(one, PartitionedVariable) and [each.name for each in one] == ["one/part_0:0"]


def test_initializers_count_the_fans_of_the_whole(graph: Graph) -> None:
    whole = make("w", [300, 3], initializer=GlorotUniform(seed=1), partitioner=fixed_size_partitioner(100))
    with session() as run:
        assert np.abs(run.run(whole)).max() < np.sqrt(6 / 303)  # one part alone has fans 3 and 3: limit 1


def test_initializers_are_told_of_the_whole(graph: Graph) -> None:
    told = []

    def initializer(shape: Any, dtype: Any, partition_info: Any) -> Any:
        told.append((shape, partition_info.full_shape, partition_info.var_offset))
        return np.zeros(shape, np.float32)

    make(initializer=initializer)
    assert told == [([3, 3], (7, 3), (0, 0)), ([2, 3], (7, 3), (3, 0)), ([2, 3], (7, 3), (5, 0))]


def test_gradients_flow_to_the_parts(graph: Graph) -> None:
    whole = make()
    x = np.arange(14, dtype=np.float32).reshape(2, 7)
    slopes = gradients(b.Sum(b.MatMul(x, whole), [0, 1]), list(whole))
    with session() as run:
        found = np.concatenate(run.run(slopes))
    np.testing.assert_allclose(found, np.tile(x.sum(0)[:, None], 3))


def test_every_part_has_its_slot(graph: Graph) -> None:
    whole = make()
    AdagradOptimizer(0.1).minimize(b.Sum(b.MatMul(np.ones((1, 7), np.float32), whole), [0, 1]))
    slots = [each for each in global_variables() if each.slot_of is not None]
    # TensorFlow 2.15: name, and SaveSliceInfo
    assert [(each.name, each.save_slice_info and each.save_slice_info.full_name) for each in slots] == [
        (f"w/part_{k}/Adagrad:0", "w/Adagrad") for k in range(3)
    ]
    assert [each.save_slice_info and each.save_slice_info.spec for each in slots] == [
        "7 3 0,3:0,3", "7 3 3,2:0,3", "7 3 5,2:0,3"
    ]  # fmt: skip


def test_training_in_parts_is_training_whole(graph: Graph, rng: np.random.Generator) -> None:
    value, x = rng.normal(size=(7, 3)).astype(np.float32), rng.normal(size=(5, 7)).astype(np.float32)
    models = [make("w", None, initializer=value), get_variable("v", None, initializer=value)]
    steps = [AdagradOptimizer(0.1).minimize(b.Sum(b.Square(b.MatMul(x, each)), [0, 1])) for each in models]
    with session() as run:
        for _ in range(3):
            run.run(steps)
        np.testing.assert_allclose(*(run.run(each) for each in models), rtol=1e-5)


def test_layers_are_made_in_parts(graph: Graph) -> None:
    with variable_scope("net", partitioner=fixed_size_partitioner(2)):
        output = dense(graph.constant(np.ones((2, 4), np.float32)), 3, kernel_regularizer=l2_regularizer(0.5))
    assert output.dims == (2, 3)
    assert [each.op.name for each in trainable_variables()] == [
        f"net/dense/{name}/part_{k}" for name in ("kernel", "bias") for k in range(2)
    ]
    losses = [each.op.name for each in graph.get_collection(GraphKeys.REGULARIZATION_LOSSES)]
    assert [each.partition("/Regularizer")[0] for each in losses] == [
        f"net/dense/kernel/part_{k}" for k in range(2)
    ]


def test_parts_are_shared(graph: Graph) -> None:
    made = make()
    with variable_scope(get_variable_scope(), reuse=True):
        assert make() is made
        assert get_variable("w", [7, 3]) is made  # TensorFlow needs no partitioner to reuse
        with pytest.raises(
            ValueError, match="w, which has 3 parts, with a partitioner that cuts it otherwise"
        ):
            make(partitioner=fixed_size_partitioner(2))
        with pytest.raises(ValueError, match=r"specified shape \(8, 3\) and found shape \(7, 3\)"):
            make(shape=[8, 3])


def test_one_name_is_either_whole_or_in_parts(graph: Graph) -> None:
    make()
    get_variable("v", [7, 3])
    with pytest.raises(ValueError, match="Variable w already exists"):
        make()
    with pytest.raises(ValueError, match="a partitioned version of the variable was found: w/part_0"):
        get_variable("w", [7, 3])
    with (
        variable_scope(get_variable_scope(), reuse=AUTO_REUSE),
        pytest.raises(ValueError, match="an unpartitioned version of the variable was found: v"),
    ):
        make("v")


@pytest.mark.parametrize(
    ("partitioner", "message"),
    [
        (3, "partitioner must be callable"),
        (lambda shape, dtype: [2, 2], "can be cut along one axis only"),
        (lambda shape, dtype: [2], "one number for each axis"),
        (lambda shape, dtype: [8, 1], r"cannot be cut into \[8, 1\] parts"),
        (lambda shape, dtype: [0, 1], r"cannot be cut into \[0, 1\] parts"),
    ],
)
def test_partitioners_that_fit_no_variable(graph: Graph, partitioner: Any, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        make(partitioner=partitioner)
    assert global_variables() == []


def test_assigning_to_the_whole_writes_the_parts(graph: Graph) -> None:
    whole = make("w", [4], initializer=lambda shape: np.ones(shape, np.float32))
    with session() as run:
        run.run(whole.assign([1.0, 2.0, 3.0, 4.0]))
        run.run(whole.assign_add([1.0, 1.0, 1.0, 1.0]))
        run.run(whole.assign_sub([0.0, 0.0, 0.0, 5.0], read_value=False))
        assert run.run(whole).tolist() == [2.0, 3.0, 4.0, 0.0]


def test_a_custom_getter_sees_the_partitioner(graph: Graph) -> None:
    def whole(getter: Any, name: str, *args: Any, **kwargs: Any) -> Any:
        assert kwargs.pop("partitioner") is THREE
        return getter(name, *args, **kwargs)

    with variable_scope("s", partitioner=THREE, custom_getter=whole):
        assert isinstance(get_variable("w", [7, 3]), Variable)


def test_moving_averages_are_made_whole(graph: Graph) -> None:
    with variable_scope("net", partitioner=fixed_size_partitioner(2)):
        batch_normalization(graph.constant(np.ones((8, 4), np.float32)), training=True)
    # TensorFlow 2.15
    assert [each.op.name for each in global_variables()] == [
        f"net/batch_normalization/{name}"
        for name in (
            "gamma/part_0",
            "gamma/part_1",
            "beta/part_0",
            "beta/part_1",
            "moving_mean",
            "moving_variance",
        )
    ]


@pytest.mark.parametrize("parts", [[1, 1], [3, 1], [1, 2]], ids=["whole", "rows", "columns"])
@pytest.mark.parametrize("ids", [[4, 0, 2, 4, 3], [[1, 0], [3, 3]], 2, [], [0, 0]])
def test_rows_are_read_from_the_parts_they_lie_in(parts: list[int], ids: Any) -> None:
    whole = np.arange(10, dtype=np.float32).reshape(5, 2)
    table = get_variable("table", initializer=whole, partitioner=lambda shape, dtype: parts)
    read = table.sparse_read(np.array(ids, np.int64))
    assert read.dims == (*np.shape(ids), 2)
    np.testing.assert_array_equal(session().run(read), whole[np.array(ids, np.int64)])


@pytest.mark.parametrize("index", [-1, 5])
def test_an_index_that_lies_in_no_part_is_an_error(index: int) -> None:
    table = get_variable(
        "table", initializer=np.ones((5, 2), np.float32), partitioner=fixed_size_partitioner(2)
    )
    with pytest.raises(InvalidArgumentError, match="is not in"):
        session().run(table.sparse_read([0, index, 4]))


def test_the_gradient_of_rows_read_from_parts_is_each_parts_own() -> None:
    table = get_variable(
        "table", initializer=np.ones((5, 2), np.float32), partitioner=fixed_size_partitioner(2)
    )
    rows = table.sparse_read([4, 0, 4])
    found = gradients(b.Mul(rows, np.array([[1], [2], [4]], np.float32)), list(table))
    assert all(isinstance(slices, IndexedSlices) for slices in found)
    first, second = session().run([slices.as_tensor() for slices in found])
    assert [first.tolist(), second.tolist()] == [[[2, 2], [0, 0], [0, 0]], [[0, 0], [5, 5]]]
