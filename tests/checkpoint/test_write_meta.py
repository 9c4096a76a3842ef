"""The .meta file holds what TensorFlow needs to restore and train; tests/interop has TensorFlow do it."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np

from estimator.checkpoint.saver import Saver
from estimator.checkpoint.write_meta import meta_graph_def
from estimator.core import dtypes
from estimator.core.shapes import Dims
from estimator.formats import messages
from estimator.formats.tensors import array_from_proto
from estimator.graph import build
from estimator.graph.graph import Graph
from estimator.graph.keys import GraphKeys
from estimator.graph.tensor import Operation, Tensor
from estimator.optimizers.adagrad import AdagradOptimizer
from estimator.optimizers.adam import AdamOptimizer
from estimator.runtime.session import Session
from estimator.variables.distribution_options import VariableAggregation, VariableSynchronization
from estimator.variables.get_variable import get_variable
from estimator.variables.initializers import constant_initializer, zeros_initializer
from estimator.variables.partitioners import fixed_size_partitioner

TENSORFLOWS = Path(__file__).parents[1] / "data/tf/dnn_iris_adagrad_default/model_dir/model.ckpt-200.meta"


class Variable:
    """What the saver asks of a variable, below the floor that makes them."""

    slot_of = None
    slot_name = None
    save_slice_info = None
    synchronization = VariableSynchronization.AUTO
    aggregation = VariableAggregation.NONE

    def __init__(self, name: str, value: Any, trainable: bool = True) -> None:
        array = np.asarray(value)
        self.dtype = dtypes.as_dtype(array.dtype)
        self.trainable = trainable
        self.handle: Tensor = build.VarHandleOp(
            dtype=self.dtype, shape=array.shape, shared_name=name, name=f"{name}/"
        )
        self.graph = self.handle.graph
        self.initial_value: Tensor = self.graph.constant(array, name=f"{name}/initial_value/")
        self.initializer: Operation = build.AssignVariableOp(
            self.handle, self.initial_value, name=f"{name}/Assign/"
        )
        keys = [GraphKeys.GLOBAL_VARIABLES, *([GraphKeys.TRAINABLE_VARIABLES] if trainable else [])]
        self.graph.add_to_collections(keys, self)

    @property
    def dims(self) -> Dims:
        """The static shape."""
        return self.handle.op.attrs["shape"]  # type: ignore[no-any-return]

    def as_graph_element(self) -> Tensor:
        """What fetching it means."""
        return self.handle


def small_model() -> Graph:
    """Two weights and a step, a loss, a train op, a summary; below an iterator."""
    graph = Graph()
    with graph.as_default():
        x, _ = build.IteratorGetNext(
            output_types=[dtypes.float32] * 2,
            output_shapes=[(None, 2)] * 2,
            shared_name="input",
            name="input",
        )
        weights = Variable("w", np.ones((2, 3), np.float32))
        Variable("b", np.zeros(3, np.float32))
        step = Variable("global_step", np.int64(7), trainable=False)
        read = build.ReadVariableOp(weights.handle, dtype=dtypes.float32, name="w/Read/ReadVariableOp")
        loss = build.Mean(build.MatMul(x, read), [0, 1], name="loss")
        train = build.AssignAddVariableOp(step.handle, np.int64(1), name="train")
        graph.add_to_collection(GraphKeys.LOSSES, loss)
        graph.add_to_collection(GraphKeys.TRAIN_OP, train)
        graph.add_to_collection(GraphKeys.GLOBAL_STEP, step)
        graph.add_to_collection("inputs", x)
        graph.add_to_collection("numbers", 3)
        graph.add_to_collection("words", "a")
        graph.add_to_collection("objects", object())
    return graph


def written(graph: Graph, **options: Any) -> Any:
    with graph.as_default():
        data = meta_graph_def(graph, Saver(**options))
    return messages.parse("MetaGraphDef", data, "the test")


def nodes(meta: Any) -> dict[str, Any]:
    return {node.name: node for node in meta.graph_def.node}


def strings(node: Any) -> list[bytes]:
    return list(array_from_proto(node.attr["value"].tensor).ravel())


def test_the_saver_is_described_as_tensorflow_describes_its_own() -> None:
    meta = written(small_model(), max_to_keep=3, keep_checkpoint_every_n_hours=2.0)
    assert meta.saver_def.filename_tensor_name == "save/Const:0"
    assert meta.saver_def.save_tensor_name == "save/control_dependency:0"
    assert meta.saver_def.restore_op_name == "save/restore_all"
    assert meta.saver_def.max_to_keep == 3
    assert meta.saver_def.keep_checkpoint_every_n_hours == 2.0
    assert meta.saver_def.version == messages.get("SaverDef.CheckpointFormatVersion").Value("V2")


def test_keeping_all_checkpoints_is_written_as_zero() -> None:
    assert written(small_model(), max_to_keep=None).saver_def.max_to_keep == 0
    assert written(small_model(), max_to_keep=1 << 40).saver_def.max_to_keep == (1 << 31) - 1  # an int32


def test_variables_are_saved_and_restored_in_the_order_of_their_keys() -> None:
    found = nodes(written(small_model()))
    assert strings(found["save/SaveV2/tensor_names"]) == [b"b", b"global_step", b"w"]
    assert strings(found["save/RestoreV2/shape_and_slices"]) == [b"", b"", b""]
    save = found["save/SaveV2"]
    assert list(save.input[:3]) == ["save/Const", "save/SaveV2/tensor_names", "save/SaveV2/shape_and_slices"]
    assert [found[name].input[0] for name in save.input[3:]] == ["b", "global_step", "w"]
    assert [messages.DataType.Name(each) for each in save.attr["dtypes"].list.type] == [
        "DT_FLOAT",
        "DT_INT64",
        "DT_FLOAT",
    ]
    assert list(found["save/AssignVariableOp"].input) == ["b", "save/RestoreV2"]
    assert list(found["save/AssignVariableOp_2"].input) == ["w", "save/RestoreV2:2"]
    assert list(found["save/restore_all"].input) == [
        "^save/AssignVariableOp",
        "^save/AssignVariableOp_1",
        "^save/AssignVariableOp_2",
    ]
    assert list(found["save/control_dependency"].input) == ["save/Const", "^save/SaveV2"]


def test_a_variable_is_saved_under_the_savers_key() -> None:
    graph = small_model()
    weights = graph.get_collection(GraphKeys.TRAINABLE_VARIABLES)[0]
    found = nodes(written(graph, var_list={"old/name": weights}))
    assert strings(found["save/SaveV2/tensor_names"]) == [b"old/name"]
    assert "save/AssignVariableOp_1" not in found


def test_the_live_graph_never_has_the_savers_operations() -> None:
    graph = small_model()
    before = graph.version
    written(graph)
    assert graph.version == before


def test_a_graph_that_uses_the_name_gets_its_saver_below_another() -> None:
    graph = small_model()
    with graph.as_default():
        build.NoOp(name="save/mine")
    meta = written(graph)
    assert meta.saver_def.restore_op_name == "save_1/restore_all"
    assert "save_1/SaveV2" in nodes(meta)


def test_variables_are_described_with_a_read_that_waits_for_nothing() -> None:
    meta = written(small_model())
    found = nodes(meta)
    definitions = [
        messages.parse("VariableDef", data, "the test")
        for data in meta.collection_def["variables"].bytes_list.value
    ]
    assert [each.variable_name for each in definitions] == ["w:0", "b:0", "global_step:0"]
    assert [each.trainable for each in definitions] == [True, True, False]
    assert all(each.is_resource for each in definitions)
    first = definitions[0]
    assert (first.initializer_name, first.initial_value_name) == ("w/Assign", "w/initial_value:0")
    read = found[first.snapshot_name.removesuffix(":0")]
    assert (read.op, list(read.input)) == ("ReadVariableOp", ["w"])
    (step,) = meta.collection_def["global_step"].bytes_list.value
    assert messages.parse("VariableDef", step, "the test") == definitions[2]


def test_a_variable_in_parts_that_a_collection_holds_has_no_name_in_the_file() -> None:
    with Graph().as_default() as graph:
        table = get_variable("table", [4, 2], partitioner=fixed_size_partitioner(2))
        graph.add_to_collection("tables", table)
        before = graph.version
        assert "tables" not in written(graph, var_list=list(table)).collection_def
        assert not [op for op in graph.get_operations()[before:] if op.type == "ConcatV2"]


def test_collections_hold_the_names_that_stand_in_the_file() -> None:
    collections = written(small_model()).collection_def
    assert list(collections["losses"].node_list.value) == ["loss:0"]
    assert list(collections["train_op"].node_list.value) == ["train"]
    assert list(collections["inputs"].node_list.value) == ["input/component_0:0"]
    assert list(collections["numbers"].int64_list.value) == [3]
    assert list(collections["words"].bytes_list.value) == [b"a"]
    assert "objects" not in collections


def test_every_node_and_field_that_is_named_is_there() -> None:
    meta = written(small_model())
    found = nodes(meta)
    for node in meta.graph_def.node:
        for text in node.input:
            assert text.removeprefix("^").partition(":")[0] in found
    assert meta.graph_def.versions.producer > 0
    assert meta.meta_info_def.tensorflow_version.startswith("2.15")


def test_the_fields_are_those_that_tensorflow_writes() -> None:
    """TensorFlow also writes the list of its ops and an object graph; neither is needed to import the graph."""
    theirs = messages.parse("MetaGraphDef", TENSORFLOWS.read_bytes(), str(TENSORFLOWS))
    ours = written(small_model())
    set_by_them = {field.name for field, _ in theirs.ListFields()}
    assert {field.name for field, _ in ours.ListFields()} <= set_by_them
    assert {field.name for field, _ in ours.saver_def.ListFields()} <= {
        field.name for field, _ in theirs.saver_def.ListFields()
    }
    keys = {"variables", "trainable_variables", "global_step", "losses", "train_op"}
    for key in keys:
        kind = theirs.collection_def[key].WhichOneof("kind")
        assert ours.collection_def[key].WhichOneof("kind") == kind


def test_the_same_graph_gives_the_same_bytes() -> None:
    def data() -> bytes:
        graph = small_model()
        with graph.as_default():
            return meta_graph_def(graph, Saver())

    assert data() == data()


def test_the_file_is_no_larger_for_larger_variables() -> None:
    def size(units: int) -> int:
        with Graph().as_default() as graph:
            weight = get_variable("zeros", [units, units], initializer=zeros_initializer())
            rate = get_variable("rate", [units, units], initializer=constant_initializer(0.1))
            loss = build.Sum(build.Mul(weight.value(), rate.value()), [0, 1])
            AdamOptimizer(0.1).minimize(loss)  # two slots each, which begin with zeros
            AdagradOptimizer(0.1).minimize(loss)  # one, which begins with a constant
            return len(meta_graph_def(graph, Saver()))

    assert size(1000) == size(200)  # both numbers take two bytes wherever a shape has them


def test_a_save_writes_the_meta_file_once_per_graph(tmp_path: Path) -> None:
    graph = small_model()
    with graph.as_default(), Session(graph=graph) as session:
        saver = Saver()
        session.run([variable.initializer for variable in graph.get_collection("variables")])
        first = Path(saver.save(session, str(tmp_path / "model.ckpt"), 1) + ".meta").read_bytes()
        made = saver._meta
        second = Path(saver.save(session, str(tmp_path / "model.ckpt"), 2) + ".meta").read_bytes()
        assert saver._meta is made
    assert first == second
    assert messages.parse("MetaGraphDef", first, "model.ckpt-1.meta").saver_def.max_to_keep == 5


def test_importing_the_saver_does_not_load_protobuf() -> None:
    program = "import sys; import estimator.checkpoint.saver; sys.exit('google.protobuf' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", program], check=False).returncode == 0
