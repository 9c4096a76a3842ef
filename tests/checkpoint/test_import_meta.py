"""Graphs from .meta files: those of TensorFlow (tests/data/tf/make_meta.py made them) and our own."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from estimator.checkpoint.import_meta import export_meta_graph, import_meta_graph
from estimator.checkpoint.reader import list_variables
from estimator.checkpoint.saver import Saver
from estimator.checkpoint.write_meta import meta_graph_def
from estimator.core.errors import DataLossError, NotFoundError, UnimplementedError
from estimator.formats import messages
from estimator.formats.bundle import BundleReader
from estimator.graph import build as b
from estimator.graph.graph import Graph, get_default_graph
from estimator.graph.keys import GraphKeys
from estimator.runtime.session import Session
from estimator.variables.global_step import get_global_step
from estimator.variables.variable import (
    Variable,
    global_variables,
    global_variables_initializer,
    trainable_variables,
)

TF = Path(__file__).parents[1] / "data" / "tf"
OPTIMIZERS = ("sgd", "momentum", "adagrad", "adam")
FOLDERS = [f"meta_{kind}_{optimizer}" for kind in ("ref", "resource") for optimizer in OPTIMIZERS]


@pytest.fixture(autouse=True)
def _graph() -> Iterator[Graph]:
    with Graph().as_default() as graph:
        yield graph


def imported(folder: str, **options: Any) -> Saver:
    saver = import_meta_graph(TF / folder / "model.ckpt-3.meta", **options)
    assert saver is not None
    return saver


def expected(folder: str) -> tuple[Any, dict[str, Any]]:
    """TensorFlow's numbers, and its batch as a feed."""
    numbers = np.load(TF / folder / "expected.npz")
    return numbers, {"x:0": numbers["x"], "y:0": numbers["y"]}


@pytest.mark.parametrize("folder", FOLDERS)
def test_a_graph_of_tensorflow_trains_on_with_its_losses(folder: str) -> None:
    saver = imported(folder)
    numbers, feed = expected(folder)
    with Session() as session:
        saver.restore(session, TF / folder / "model.ckpt-3")
        losses = [session.run(["loss:0", "train_op"], feed)[0] for _ in range(5)]
        np.testing.assert_allclose(losses, numbers["losses"], rtol=1e-5, atol=1e-6)
        for variable in global_variables():
            value = numbers[f"variable {variable.op.name}"]
            np.testing.assert_allclose(session.run(variable), value, rtol=1e-5, atol=1e-6)
        np.testing.assert_allclose(session.run("scores:0", feed), numbers["scores"], rtol=1e-5, atol=1e-6)


@pytest.mark.parametrize("folder", ["meta_ref_adam", "meta_resource_adam"])
def test_collections_come_back(folder: str) -> None:
    imported(folder)
    graph = get_default_graph()
    assert [each.name for each in trainable_variables()] == [
        "hidden/kernel:0", "hidden/bias:0", "logits/kernel:0", "logits/bias:0",
    ]  # fmt: skip
    assert all(isinstance(each, Variable) for each in global_variables())
    assert [each.op.name for each in global_variables() if not each.trainable][:2] == [
        "global_step",
        "beta1_power",
    ]
    assert get_global_step() is graph.get_collection(GraphKeys.GLOBAL_STEP)[0]
    assert {each.name for each in graph.get_collection(GraphKeys.TRAIN_OP)} == {"train_op"}
    assert [each.name for each in graph.get_collection(GraphKeys.LOSSES)] == [
        "sparse_softmax_cross_entropy_loss/value:0"
    ]


@pytest.mark.parametrize("folder", ["meta_ref_adagrad", "meta_resource_adagrad"])
def test_the_initializers_still_initialise(folder: str) -> None:
    imported(folder)
    with Session() as session:
        session.run(global_variables_initializer())
        accumulator = session.run("hidden/bias/Adagrad:0")
    assert accumulator.tolist() == np.full(5, 0.1, np.float32).tolist()


@pytest.mark.parametrize("folder", ["meta_ref_momentum", "meta_resource_momentum"])
def test_the_saver_writes_the_keys_of_the_file(folder: str, tmp_path: Path) -> None:
    saver = imported(folder)
    with Session() as session:
        saver.restore(session, TF / folder / "model.ckpt-3")
        prefix = saver.save(session, tmp_path / "again", global_step=get_global_step())
    assert prefix == str(tmp_path / "again-3")
    assert list_variables(prefix) == list_variables(TF / folder / "model.ckpt-3")


def test_new_operations_are_differentiated_through_the_imported_ones() -> None:
    imported("meta_ref_sgd")
    from estimator.optimizers.gradient_descent import GradientDescentOptimizer

    graph = get_default_graph()
    numbers, feed = expected("meta_ref_sgd")
    with graph.name_scope("again"):
        train = GradientDescentOptimizer(0.1).minimize(graph.get_tensor_by_name("loss:0"))
    with Session() as session:
        Saver().restore(session, TF / "meta_ref_sgd" / "model.ckpt-3")
        losses = [session.run(["loss:0", train], feed)[0] for _ in range(5)]
    np.testing.assert_allclose(losses, numbers["losses"], rtol=1e-5, atol=1e-6)


@pytest.mark.parametrize("folder", FOLDERS)
def test_a_cell_that_is_run_twice_trains_on_under_the_same_names(folder: str) -> None:
    numbers, feed = expected(folder)
    for _ in range(2):
        saver = imported(folder)
        with Session() as session:
            saver.restore(session, TF / folder / "model.ckpt-3")
            losses = [session.run(["loss:0", "train_op"], feed)[0] for _ in range(5)]
        np.testing.assert_allclose(losses, numbers["losses"], rtol=1e-5)
    names = [variable.name for variable in global_variables()]
    assert len(names) == len(set(names))
    (train_op,) = get_default_graph().get_collection(GraphKeys.TRAIN_OP)
    assert train_op.name in ("train_op", "train_op:0")


def test_a_model_that_was_built_already_takes_the_values(tmp_path: Path) -> None:
    """With x * w built, importing the same graph and restoring it, TensorFlow 2.15 gives [3, 6] for w = 3."""
    for value in (3.0, 0.0):
        with Graph().as_default(), Session() as session:
            x = b.Placeholder(dtype="float32", shape=(None,), name="x")
            b.Mul(x, Variable(value, name="w"), name="y")
            session.run(global_variables_initializer())
            if value:
                Saver().save(session, tmp_path / "model.ckpt")
                continue
            saver = import_meta_graph(tmp_path / "model.ckpt.meta")
            assert saver is not None
            saver.restore(session, tmp_path / "model.ckpt")
            assert session.run("y:0", {"x:0": [1.0, 2.0]}).tolist() == [3, 6]


def test_below_a_scope_names_begin_with_it_and_keys_do_not() -> None:
    saver = imported("meta_ref_sgd", import_scope="old")
    numbers, _ = expected("meta_ref_sgd")
    assert "hidden/kernel" in saver.keys()
    with Session() as session:
        saver.restore(session, TF / "meta_ref_sgd" / "model.ckpt-3")
        feed = {"old/x:0": numbers["x"], "old/y:0": numbers["y"]}
        assert session.run("old/loss:0", feed) == pytest.approx(numbers["losses"][0], rel=1e-5)


def test_two_handles_of_one_variable_are_saved_under_a_key_each(tmp_path: Path) -> None:
    v = Variable([1.0], name="v")
    import_meta_graph(export_meta_graph(), import_scope="again")
    session = Session()
    session.run(v.initializer)
    saver = Saver()
    prefix = saver.save(session, tmp_path / "m")
    assert [name for name, _ in list_variables(prefix)] == ["again/v", "v"]  # tf.train.Saver()'s tensor_names
    session.run(v.assign([5.0]))
    saver.restore(session, prefix)
    assert session.run(global_variables()[1]).tolist() == [1.0]


def test_inputs_can_be_replaced() -> None:
    numbers, feed = expected("meta_resource_sgd")
    rows = get_default_graph().constant(numbers["x"], name="rows")
    saver = imported("meta_resource_sgd", input_map={"x:0": rows})
    with Session() as session:
        saver.restore(session, TF / "meta_resource_sgd" / "model.ckpt-3")
        loss = session.run("loss:0", {"y:0": feed["y:0"]})
    assert loss == pytest.approx(numbers["losses"][0], rel=1e-5)


def small_graph() -> Variable:
    x = b.Placeholder(dtype="float32", shape=(), name="x")
    w = Variable(np.float32(3), name="w")
    get_default_graph().add_to_collection(GraphKeys.TRAIN_OP, w.assign_add(x, name="up"))
    get_default_graph().add_to_collection("numbers", 7)
    return w


@pytest.mark.parametrize("as_text", [False, True])
def test_our_own_graph_comes_back(tmp_path: Path, as_text: bool) -> None:
    with Graph().as_default():
        small_graph()
        export_meta_graph(tmp_path / "g.meta", as_text=as_text, saver=Saver(max_to_keep=3))
    saver = import_meta_graph(tmp_path / "g.meta")
    assert saver is not None and saver.max_to_keep == 3
    assert get_default_graph().get_collection("numbers") == [7]
    with Session() as session:
        session.run(global_variables_initializer())
        update = get_default_graph().get_collection(GraphKeys.TRAIN_OP)[0]
        assert session.run(update, {"x:0": 2.0}) == 5.0


def test_importing_and_exporting_gives_the_same_file() -> None:
    with Graph().as_default() as graph:
        small_graph()
        first = meta_graph_def(graph, Saver())
    saver = import_meta_graph(messages.parse("MetaGraphDef", first, "first"))
    assert saver is not None
    assert meta_graph_def(get_default_graph(), saver) == first


def test_an_export_without_saver_can_be_imported() -> None:
    with Graph().as_default():
        small_graph()
        message = export_meta_graph(collection_list=[GraphKeys.GLOBAL_VARIABLES])
    assert not message.HasField("saver_def") and list(message.collection_def) == ["variables"]
    saver = import_meta_graph(message)
    assert saver is not None and list(saver.keys()) == ["w"]


def test_devices_and_defaults_may_be_left_out_and_parts_given() -> None:
    with Graph().as_default() as graph, graph.device("/cpu:1"):
        b.MatMul([[1.0]], [[2.0]], name="product")
        body = messages.GraphDef()
        given = export_meta_graph(
            meta_info_def=messages.MetaGraphDef.MetaInfoDef(meta_graph_version="mine"),
            saver_def=messages.SaverDef(max_to_keep=3),
            clear_devices=True,
            strip_default_attrs=True,
        )
        (node,) = (node for node in given.graph_def.node if node.name == "product")
        assert (node.device, sorted(node.attr)) == ("", ["T"])
        assert (given.meta_info_def.meta_graph_version, given.saver_def.max_to_keep) == ("mine", 3)
        assert not export_meta_graph(graph_def=body).graph_def.node
        with pytest.raises(
            UnimplementedError, match="export_scope='part': a part of a graph cannot be written"
        ):
            export_meta_graph(export_scope="part")


def test_a_graph_without_variables_has_no_saver() -> None:
    with Graph().as_default() as graph:
        graph.constant(1.0)
        message = export_meta_graph()
    assert import_meta_graph(message) is None


def test_without_collections_the_saver_still_knows_its_variables(tmp_path: Path) -> None:
    with Graph().as_default() as graph:
        small_graph()
        message = messages.parse("MetaGraphDef", meta_graph_def(graph, Saver()), "g.meta")
    message.ClearField("collection_def")
    saver = import_meta_graph(message)
    assert saver is not None and list(saver.keys()) == ["w"] and global_variables() == []


def test_unknown_ops_are_all_listed_and_nothing_is_added() -> None:
    message = messages.parse("MetaGraphDef", (TF / "meta_ref_sgd" / "model.ckpt-3.meta").read_bytes(), "m")
    message.graph_def.node.add(name="a", op="Barrier")
    message.graph_def.node.add(name="b", op="LMDBReader")
    with pytest.raises(
        UnimplementedError, match=r"2 ops that are not known here:(?s:.*)Barrier(?s:.*)LMDBReader"
    ):
        import_meta_graph(message)
    assert get_default_graph().get_operations() == []


@pytest.mark.parametrize("folder", FOLDERS)
def test_the_savers_operations_save_and_restore(folder: str, tmp_path: Path) -> None:
    """By the names in saver_def, as freeze_graph and others run them."""
    saver = imported(folder, import_scope="old")
    said = saver.saver_def
    assert said.filename_tensor_name == "old/save/Const:0"  # TensorFlow 2.15
    with Session() as session:
        file_name = {said.filename_tensor_name: os.fspath(TF / folder / "model.ckpt-3")}
        session.run(said.restore_op_name, file_name)
        saved = session.run(said.save_tensor_name, {said.filename_tensor_name: os.fspath(tmp_path / "m")})
    assert saved == os.fsencode(tmp_path / "m")
    assert sorted(os.listdir(tmp_path)) == ["m.data-00000-of-00001", "m.index"]
    with BundleReader(TF / folder / "model.ckpt-3") as theirs, BundleReader(tmp_path / "m") as ours:
        assert ours.names() == theirs.names()
        for name in ours.names():
            np.testing.assert_array_equal(ours.get(name), theirs.get(name))


def test_a_file_has_the_operations_of_one_saver(tmp_path: Path) -> None:
    """What was imported is not handed on: each file would have one saver more."""
    saver = imported("meta_ref_sgd")
    message = export_meta_graph(saver=saver)
    assert [node.name for node in message.graph_def.node if node.op == "SaveV2"] == ["save/SaveV2"]
    assert (
        message.saver_def.restore_op_name
        == Saver(saver.keys()).saver_def.restore_op_name
        == "save/restore_all"
    )


def test_of_two_savers_in_one_scope_the_one_that_the_file_names_counts() -> None:
    """TensorFlow writes such files where a graph was loaded, has got new variables, and is saved again."""
    with Graph().as_default():
        w, slot = Variable([1.0], name="w"), Variable([2.0], name="slot")
        old, new = (meta_graph_def(w.graph, Saver(saved)) for saved in ([w], [w, slot]))
    message = messages.parse("MetaGraphDef", old, "old")
    for node in messages.parse("MetaGraphDef", new, "new").graph_def.node:
        if node.name.startswith("save/"):
            added = message.graph_def.node.add()
            added.CopyFrom(node)
            added.name += "_1"
            added.input[:] = [re.sub("(save/[^:]+)", r"\1_1", text) for text in node.input]
    for named, keys in (("", ["w"]), ("_1", ["slot", "w"])):
        message.saver_def.save_tensor_name = f"save/control_dependency{named}:0"
        message.saver_def.restore_op_name = f"save/restore_all{named}"
        with Graph().as_default():
            saver = import_meta_graph(message)
            assert saver is not None and sorted(saver.keys()) == keys


def test_savers_of_the_format_before_v2_are_left_out() -> None:
    message = messages.parse("MetaGraphDef", (TF / "meta_ref_sgd" / "model.ckpt-3.meta").read_bytes(), "m")
    message.graph_def.node.add(name="save/Restore", op="RestoreSlice", input=["save/Const"])
    assert import_meta_graph(message) is not None
    assert not [op for op in get_default_graph().get_operations() if op.name.startswith("save/")]


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(NotFoundError, match=r"none\.meta.*for example model\.ckpt-200\.meta"):
        import_meta_graph(tmp_path / "none.meta")
    with pytest.raises(IOError, match="No such file"):
        import_meta_graph(str(tmp_path / "none.meta"))


@pytest.mark.parametrize("contents", [b"\xff\xff\xff", b"graph_def { node {", b"no graph"])
def test_what_is_no_meta_graph_is_refused(tmp_path: Path, contents: bytes) -> None:
    (tmp_path / "bad.meta").write_bytes(contents)
    with pytest.raises(DataLossError, match=r"bad\.meta"):
        import_meta_graph(tmp_path / "bad.meta")


def test_a_collection_that_names_what_is_not_there_is_refused() -> None:
    with Graph().as_default() as graph:
        small_graph()
        message = messages.parse("MetaGraphDef", meta_graph_def(graph, Saver()), "g.meta")
    lost = messages.VariableDef(variable_name="lost:0", initializer_name="lost/Assign")
    message.collection_def["variables"].bytes_list.value.append(messages.to_bytes(lost))
    with pytest.raises(DataLossError, match="speaks of 'lost:0'"):
        import_meta_graph(message)


def test_a_name_without_meta_is_answered_with_the_file_there_is(tmp_path: Path) -> None:
    (tmp_path / "model.ckpt-1.meta").write_bytes(b"")
    with pytest.raises(NotFoundError, match=r"No such file.*There is '.*model\.ckpt-1\.meta'"):
        import_meta_graph(tmp_path / "model.ckpt-1")


def test_an_empty_file_is_no_graph(tmp_path: Path) -> None:
    (tmp_path / "empty.meta").write_bytes(b"")
    with pytest.raises(DataLossError, match=r"empty\.meta: the file is empty; take the \.meta of another"):
        import_meta_graph(tmp_path / "empty.meta")


def test_a_number_is_no_file() -> None:
    with pytest.raises(TypeError, match=r"takes a file's name or a MetaGraphDef, given: 3 \(int\)"):
        import_meta_graph(3)


def test_a_fifo_is_no_graph(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "model.ckpt-1.meta")
    with pytest.raises(DataLossError, match=r"model\.ckpt-1\.meta' is a FIFO"):
        import_meta_graph(tmp_path / "model.ckpt-1.meta")


def test_no_flipped_bit_of_a_meta_file_goes_unnoticed(tmp_path: Path, rng: np.random.Generator) -> None:
    path = tmp_path / "graph.meta"
    Variable([[1.0, 2.0]], name="w")
    export_meta_graph(path)
    whole = path.read_bytes()
    for bit in rng.integers(8 * len(whole), size=60):
        flipped = bytearray(whole)
        flipped[bit // 8] ^= 1 << bit % 8
        path.write_bytes(flipped)
        with (
            Graph().as_default(),
            pytest.raises(DataLossError, match="checksum mismatch|the file is cut off"),
        ):
            import_meta_graph(path)


def test_a_meta_file_of_ours_that_was_cut_between_two_fields_is_told(tmp_path: Path) -> None:
    path = tmp_path / "graph.meta"
    Variable([[1.0, 2.0]], name="w")
    message = export_meta_graph(path)
    message.ClearField("collection_def")  # the last field: what is left is a message by itself
    path.write_bytes(messages.to_bytes(message))
    with Graph().as_default(), pytest.raises(DataLossError, match="the file is cut off"):
        import_meta_graph(path)


@pytest.mark.parametrize(
    ("before", "after"),
    [(b"seen/Initializer/zeros", b"seen/Initia!izer/zeros"), (b"\x0bhidden/bias", b"\x0bhidden/\xffias")],
)  # fmt: skip
def test_a_damaged_meta_file_of_tensorflows_is_an_error_that_names_it(
    tmp_path: Path, before: bytes, after: bytes
) -> None:
    whole = (TF / "meta_ref_sgd" / "model.ckpt-3.meta").read_bytes()
    assert before in whole
    (tmp_path / "graph.meta").write_bytes(whole.replace(before, after))
    with Graph().as_default(), pytest.raises(DataLossError, match=r"graph\.meta"):
        import_meta_graph(tmp_path / "graph.meta")


def test_a_meta_file_of_ours_from_before_there_was_a_checksum_is_read(tmp_path: Path) -> None:
    path = tmp_path / "graph.meta"
    Variable([[1.0, 2.0]], name="w")
    message = export_meta_graph(path)
    message.meta_info_def.tensorflow_version = "2.15.1+estimator"  # as the first version of the package wrote
    path.write_bytes(messages.to_bytes(message))
    with Graph().as_default():
        import_meta_graph(path)
        assert [variable.op.name for variable in global_variables()] == ["w"]


# -- an Estimator's graph ----------------------------------------------------------------------------------------------

IRIS = TF / "dnn_iris_adagrad_default"
COMPONENTS = ("petal_length", "petal_width", "sepal_length", "sepal_width", "__labels__")  # of its iterator


def iris_batch(number: int) -> dict[str, Any]:
    """The elements of the iterator in a step, as a feed."""
    data, rows = np.load(IRIS / "data.npz"), np.load(IRIS / "expected.npz")["cont_batches"][number]
    return {f"IteratorGetNext:{place}": data[name][rows] for place, name in enumerate(COMPONENTS)}


def trained_on(meta: Path) -> tuple[list[float], dict[str, Any]]:
    """The losses of five more steps of the classifier, and its variables then."""
    saver = import_meta_graph(meta)
    assert saver is not None
    graph = get_default_graph()
    loss, train_op = (
        graph.get_collection(GraphKeys.LOSSES)[-1],
        graph.get_collection(GraphKeys.TRAIN_OP)[0],
    )
    with Session() as session:
        saver.restore(session, IRIS / "model_dir" / "model.ckpt-200")
        losses = [session.run([loss, train_op], iris_batch(step))[0] for step in range(5)]
        return losses, {variable.op.name: session.run(variable) for variable in global_variables()}


def test_an_estimators_graph_trains_on_when_its_iterator_is_fed() -> None:
    losses, variables = trained_on(IRIS / "model_dir" / "model.ckpt-200.meta")
    expected = np.load(IRIS / "expected.npz")
    np.testing.assert_allclose(losses, expected["loss_cont_5"], rtol=1e-5)
    assert len(variables) == 13
    for name, value in variables.items():
        key = name.replace("dnn/dnn/", "dnn/").replace("/part_0/", "/t_0/").removesuffix("/part_0")
        np.testing.assert_allclose(value, expected[f"vars_after_5/{key}"], rtol=1e-5, atol=1e-6, err_msg=name)


def test_an_estimators_graph_whose_iterator_is_not_fed_says_what_to_feed() -> None:
    import_meta_graph(IRIS / "model_dir" / "model.ckpt-200.meta")
    (step, *_) = get_default_graph().get_collection(GraphKeys.TRAIN_OP)
    feed = iris_batch(0)
    del feed["IteratorGetNext:4"]
    with (
        Session() as session,
        pytest.raises(UnimplementedError, match=r"IteratorGetNext .* feed what it gives"),
    ):
        session.run(step, feed)


def test_an_estimators_graph_keeps_its_iterator_when_it_is_written_again(tmp_path: Path) -> None:
    saver = import_meta_graph(IRIS / "model_dir" / "model.ckpt-200.meta")
    types = {op.type for op in get_default_graph().get_operations() if op.definition.opaque is not None}
    assert {"IteratorV2", "IteratorGetNext", "TensorSliceDataset"} <= types
    export_meta_graph(tmp_path / "again.meta", saver=saver)
    with Graph().as_default():
        losses, _ = trained_on(tmp_path / "again.meta")
    np.testing.assert_allclose(losses, np.load(IRIS / "expected.npz")["loss_cont_5"], rtol=1e-5)
