"""What a builder writes, in which order, and what it refuses before anything is written."""

from __future__ import annotations

import gc
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from estimator import tf
from estimator.checkpoint.resume import RESUME_KEY, ResumeState
from estimator.formats import messages
from estimator.formats.bundle import BundleReader
from estimator.graph.graph import Graph
from estimator.runtime.session import Session
from estimator.saved_model.builder import SavedModelBuilder
from estimator.saved_model.signatures import build_signature_def, predict_signature_def


def _parsed(path: Path) -> Any:
    return messages.parse("SavedModel", path.read_bytes(), str(path))


def _files(folder: Path) -> list[str]:
    return sorted(str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file())


@pytest.fixture
def session(graph: Graph) -> Iterator[Session]:
    """A session whose graph is y = x w."""
    x = tf.placeholder(tf.float32, [None, 2], name="x")
    w = tf.get_variable("w", initializer=[[1.0], [2.0]])
    tf.matmul(x, w, name="y")
    with tf.Session() as made:
        made.run(tf.global_variables_initializer())
        yield made


def _signature(graph: Graph, inputs: str = "x:0", outputs: str = "y:0") -> Any:
    return predict_signature_def(
        {"x": graph.get_tensor_by_name(inputs)}, {"y": graph.get_tensor_by_name(outputs)}
    )


def test_a_saved_model_has_the_graph_its_signatures_and_the_variables(
    session: Session, tmp_path: Path
) -> None:
    builder = SavedModelBuilder(tmp_path / "new" / "export")
    builder.add_meta_graph_and_variables(session, ["serve"], {"serving_default": _signature(session.graph)})
    assert builder.save() == os.fsencode(tmp_path / "new" / "export" / "saved_model.pb")
    assert _files(tmp_path) == [
        "new/export/saved_model.pb",
        "new/export/variables/variables.data-00000-of-00001",
        "new/export/variables/variables.index",
    ]
    found = _parsed(tmp_path / "new" / "export" / "saved_model.pb")
    assert found.saved_model_schema_version == 1
    (meta_graph,) = found.meta_graphs
    assert list(meta_graph.meta_info_def.tags) == ["serve"]
    assert meta_graph.signature_def["serving_default"].outputs["y"].name == "y:0"
    with BundleReader(str(tmp_path / "new" / "export" / "variables" / "variables")) as reader:
        np.testing.assert_array_equal(reader.get("w"), [[1.0], [2.0]])


def test_a_loader_is_told_how_the_variables_are_restored(session: Session, tmp_path: Path) -> None:
    builder = SavedModelBuilder(tmp_path / "export")
    builder.add_meta_graph_and_variables(session, ["serve"])
    builder.save()
    (meta_graph,) = _parsed(tmp_path / "export" / "saved_model.pb").meta_graphs
    nodes = {node.name: node.op for node in meta_graph.graph_def.node}
    assert nodes[meta_graph.saver_def.restore_op_name] == "NoOp"  # the C++ loader runs it
    assert "RestoreV2" in nodes.values()


def test_a_graph_without_variables_has_no_saver(graph: Graph, tmp_path: Path) -> None:
    x = tf.placeholder(tf.float32, name="x")
    builder = SavedModelBuilder(tmp_path / "export")
    with tf.Session() as session:
        builder.add_meta_graph_and_variables(
            session, ["serve"], {"f": predict_signature_def({"x": x}, {"y": x + 1.0})}
        )
    builder.save()
    (meta_graph,) = _parsed(tmp_path / "export" / "saved_model.pb").meta_graphs
    assert not meta_graph.HasField("saver_def")
    assert not any(node.op == "SaveV2" for node in meta_graph.graph_def.node)
    assert _files(tmp_path / "export") == ["saved_model.pb"]


def test_text_is_written_where_text_is_wanted(session: Session, tmp_path: Path) -> None:
    builder = SavedModelBuilder(tmp_path / "export")
    builder.add_meta_graph_and_variables(session, ["serve"])
    assert builder.save(as_text=True).endswith(b"saved_model.pbtxt")
    text = (tmp_path / "export" / "saved_model.pbtxt").read_text()
    assert messages.parse_text("SavedModel", text, "it").meta_graphs[0].meta_info_def.tags == ["serve"]


def test_the_folder_appears_when_it_is_complete(session: Session, tmp_path: Path) -> None:
    builder = SavedModelBuilder(tmp_path / "export")
    builder.add_meta_graph_and_variables(session, ["serve"])
    (unfinished,) = tmp_path.iterdir()
    assert unfinished.name.startswith(".tmp.")
    builder.save()
    assert os.listdir(tmp_path) == ["export"]


def test_values_are_those_of_the_time_when_they_were_added(session: Session, tmp_path: Path) -> None:
    builder = SavedModelBuilder(tmp_path / "export")
    builder.add_meta_graph_and_variables(session, ["serve"])
    session.run(tf.global_variables()[0].assign([[7.0], [7.0]]))
    builder.save()
    with BundleReader(str(tmp_path / "export" / "variables" / "variables")) as reader:
        np.testing.assert_array_equal(reader.get("w"), [[1.0], [2.0]])


def test_a_folder_that_its_owner_renames_is_filled_where_it_is(session: Session, tmp_path: Path) -> None:
    builder = SavedModelBuilder(tmp_path / "temp-1", in_place=True)
    builder.add_meta_graph_and_variables(session, ["serve"])
    assert os.listdir(tmp_path) == ["temp-1"]
    assert builder.save() == os.fsencode(tmp_path / "temp-1" / "saved_model.pb")
    assert os.listdir(tmp_path) == ["temp-1"]


def test_a_builder_that_is_given_up_leaves_nothing(session: Session, tmp_path: Path) -> None:
    builder = SavedModelBuilder(tmp_path / "export")
    builder.add_meta_graph_and_variables(session, ["serve"])
    assert os.listdir(tmp_path)
    del builder
    gc.collect()
    assert not os.listdir(tmp_path)


def test_an_empty_folder_is_filled_and_one_with_something_refused(session: Session, tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    builder = SavedModelBuilder(tmp_path / "empty")
    builder.add_meta_graph_and_variables(session, ["serve"])
    builder.save()
    with pytest.raises(AssertionError, match="empty already exists, and isn't empty"):
        SavedModelBuilder(tmp_path / "empty")
    (tmp_path / "file").write_text("")
    with pytest.raises(tf.errors.AlreadyExistsError, match="already exists"):
        SavedModelBuilder(tmp_path / "file")


def test_what_a_script_has_put_into_the_folder_meanwhile_stays(session: Session, tmp_path: Path) -> None:
    builder = SavedModelBuilder(tmp_path / "export")
    builder.add_meta_graph_and_variables(session, ["serve"])
    (tmp_path / "export" / "assets.extra").mkdir(parents=True)
    builder.save()
    assert sorted(os.listdir(tmp_path / "export")) == ["assets.extra", "saved_model.pb", "variables"]
    assert os.listdir(tmp_path) == ["export"]


def test_another_saved_model_that_has_come_meanwhile_is_not_replaced(
    session: Session, tmp_path: Path
) -> None:
    first, second = (SavedModelBuilder(tmp_path / "export") for _ in range(2))
    first.add_meta_graph_and_variables(session, ["first"])
    second.add_meta_graph_and_variables(session, ["second"])
    first.save()
    with pytest.raises(AssertionError, match="has got a SavedModel meanwhile"):
        second.save()
    assert _parsed(tmp_path / "export" / "saved_model.pb").meta_graphs[0].meta_info_def.tags == ["first"]


def test_graphs_with_other_tags_share_the_variables(session: Session, tmp_path: Path) -> None:
    builder = SavedModelBuilder(tmp_path / "export")
    builder.add_meta_graph_and_variables(session, ["train", "gpu"])
    with tf.Graph().as_default():
        tf.get_variable("w", [2, 1])
        builder.add_meta_graph(["serve"])
    builder.save()
    found = _parsed(tmp_path / "export" / "saved_model.pb").meta_graphs
    assert [list(meta_graph.meta_info_def.tags) for meta_graph in found] == [["train", "gpu"], ["serve"]]


def test_a_graph_with_variables_that_were_not_added_is_refused(session: Session, tmp_path: Path) -> None:
    builder = SavedModelBuilder(tmp_path / "export")
    builder.add_meta_graph_and_variables(session, "train")
    with tf.Graph().as_default():
        tf.get_variable("w", [2, 1])
        other = tf.get_variable("other", [])
        with pytest.raises(ValueError, match="values have not been added: other"):
            builder.add_meta_graph(["serve"])
        builder.add_meta_graph(
            ["serve"], saver=tf.train.Saver([v for v in tf.global_variables() if v is not other])
        )
    builder.save()
    found = _parsed(tmp_path / "export" / "saved_model.pb").meta_graphs
    assert [list(meta_graph.meta_info_def.tags) for meta_graph in found] == [["train"], ["serve"]]


def test_messages_of_generated_code_are_taken_as_ours(session: Session, tmp_path: Path) -> None:
    from google.protobuf import descriptor_pb2, descriptor_pool, message_factory

    file = descriptor_pb2.FileDescriptorProto()
    messages.get("SignatureDef").DESCRIPTOR.file.CopyToProto(file)
    other = descriptor_pool.DescriptorPool()
    for dependency in messages.get("SignatureDef").DESCRIPTOR.file.dependencies:
        needed = descriptor_pb2.FileDescriptorProto()
        dependency.CopyToProto(needed)
        other.Add(needed)
    other.Add(file)
    theirs = message_factory.GetMessageClass(other.FindMessageTypeByName("tensorflow.SignatureDef"))
    signature = theirs.FromString(_signature(session.graph).SerializeToString())
    builder = SavedModelBuilder(tmp_path / "export")
    builder.add_meta_graph_and_variables(session, ["serve"], {"f": signature})
    builder.save()
    (meta_graph,) = _parsed(tmp_path / "export" / "saved_model.pb").meta_graphs
    assert meta_graph.signature_def["f"].outputs["y"].name == "y:0"


def test_the_first_graph_comes_with_variables_and_no_other_does(session: Session, tmp_path: Path) -> None:
    builder = SavedModelBuilder(tmp_path / "export")
    with pytest.raises(AssertionError, match="invoke `add_meta_graph_and_variables"):
        builder.add_meta_graph(["serve"])
    with pytest.raises(AssertionError, match="nothing to save"):
        builder.save()
    builder.add_meta_graph_and_variables(session, ["serve"])
    with pytest.raises(AssertionError, match="invoke `add_meta_graph\\(\\)` instead"):
        builder.add_meta_graph_and_variables(session, ["serve"])


def test_it_can_be_saved_in_both_forms_and_with_a_graph_that_came_later(
    session: Session, tmp_path: Path
) -> None:
    builder = SavedModelBuilder(tmp_path / "export")
    builder.add_meta_graph_and_variables(session, ["train"])
    builder.save()
    builder.add_meta_graph(["serve"])
    builder.save(as_text=True)
    assert len(_parsed(tmp_path / "export" / "saved_model.pb").meta_graphs) == 1
    text = (tmp_path / "export" / "saved_model.pbtxt").read_text()
    assert len(messages.parse_text("SavedModel", text, "it").meta_graphs) == 2


def test_what_cannot_be_served_is_said_before_anything_is_written(session: Session, tmp_path: Path) -> None:
    builder = SavedModelBuilder(tmp_path / "export")
    signature = build_signature_def({}, {"z": messages.TensorInfo(name="z:0", dtype=1)})
    with pytest.raises(AssertionError, match="the graph has no tensor 'z:0'"):
        builder.add_meta_graph_and_variables(session, ["serve"], {"f": signature})
    assert not os.listdir(tmp_path)


def test_a_variable_without_a_value_is_an_error_and_leaves_nothing(graph: Graph, tmp_path: Path) -> None:
    tf.get_variable("w", [2])
    with tf.Session() as session, pytest.raises(tf.errors.FailedPreconditionError, match="w"):
        SavedModelBuilder(tmp_path / "export").add_meta_graph_and_variables(session, ["serve"])
    assert not os.listdir(tmp_path)


def test_the_main_op_stands_in_the_file_and_not_in_the_graph(session: Session, tmp_path: Path) -> None:
    for number, given in enumerate(({"main_op": tf.no_op("a")}, {"legacy_init_op": tf.no_op("b")})):
        builder = SavedModelBuilder(tmp_path / str(number))
        builder.add_meta_graph_and_variables(session, ["serve"], **given)
        builder.save()
        (meta_graph,) = _parsed(tmp_path / str(number) / "saved_model.pb").meta_graphs
        assert list(meta_graph.collection_def["saved_model_main_op"].node_list.value) == ["ab"[number]]
    assert not session.graph.get_collection("saved_model_main_op")


def test_a_large_constant_stays_while_a_checkpoint_leaves_it_out(graph: Graph, tmp_path: Path) -> None:
    size = (16 << 20) // 4 + 1
    tf.constant(np.arange(size, dtype=np.float32), name="large")
    builder = SavedModelBuilder(tmp_path / "export")
    with tf.Session() as session:
        builder.add_meta_graph_and_variables(session, ["serve"])
    builder.save()
    (meta_graph,) = _parsed(tmp_path / "export" / "saved_model.pb").meta_graphs
    (node,) = [node for node in meta_graph.graph_def.node if node.name == "large"]
    assert node.op == "Const"
    assert len(node.attr["value"].tensor.tensor_content) == 4 * size
    (left_out,) = [node for node in graph.as_graph_def().node if node.name == "large"]
    assert left_out.op == "Placeholder"


def test_defaults_and_devices_can_be_left_out(graph: Graph, tmp_path: Path) -> None:
    with tf.device("/cpu:0"):
        tf.matmul([[1.0]], [[2.0]], name="y")
    found = []
    for number, given in enumerate(({}, {"strip_default_attrs": True, "clear_devices": True})):
        builder = SavedModelBuilder(tmp_path / str(number))
        with tf.Session() as session:
            builder.add_meta_graph_and_variables(session, ["serve"], **given)
        builder.save()
        (meta_graph,) = _parsed(tmp_path / str(number) / "saved_model.pb").meta_graphs
        (node,) = [node for node in meta_graph.graph_def.node if node.name == "y"]
        found.append(
            (meta_graph.meta_info_def.stripped_default_attrs, "transpose_a" in node.attr, bool(node.device))
        )
    assert found == [(False, True, True), (True, False, False)]


def test_a_saver_says_which_variables_and_under_which_keys(session: Session, tmp_path: Path) -> None:
    builder = SavedModelBuilder(tmp_path / "export")
    (w,) = tf.global_variables()
    builder.add_meta_graph_and_variables(session, ["serve"], saver=tf.train.Saver({"renamed": w}))
    builder.save()
    with BundleReader(str(tmp_path / "export" / "variables" / "variables")) as reader:
        assert reader.names() == ["renamed"]


def test_what_lets_a_training_go_on_stays_with_the_training(session: Session, tmp_path: Path) -> None:
    saver = tf.train.Saver()
    saver.resume = lambda session: ResumeState()
    saver.save(session, tmp_path / "model.ckpt")
    builder = SavedModelBuilder(tmp_path / "export")
    builder.add_meta_graph_and_variables(session, ["serve"], saver=saver)
    builder.save()
    with BundleReader(str(tmp_path / "export" / "variables" / "variables")) as reader:
        assert reader.names() == ["w"]
    with BundleReader(str(tmp_path / "model.ckpt")) as reader:
        assert reader.has(RESUME_KEY)
    assert saver.last_checkpoints == [str(tmp_path / "model.ckpt")]


# -- assets ------------------------------------------------------------------------------------------------------------


def test_assets_are_copied_and_named_by_their_constants(graph: Graph, tmp_path: Path) -> None:
    for folder, text in (("a", "one"), ("b", "two"), ("c", "one")):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "words.txt").write_text(text)
    paths = [tf.constant(str(tmp_path / folder / "words.txt"), name=folder) for folder in "abc"]
    builder = SavedModelBuilder(tmp_path / "export")
    with tf.Session() as session:
        builder.add_meta_graph_and_variables(session, ["serve"], assets_collection=paths)
    builder.save()
    (meta_graph,) = _parsed(tmp_path / "export" / "saved_model.pb").meta_graphs
    assert [(item.tensor_info.name, item.filename) for item in meta_graph.asset_file_def] == [
        ("a:0", "words.txt"),
        ("b:0", "words.txt_1"),  # another file of that name
        ("c:0", "words.txt"),  # which has the same text
    ]
    assets = tmp_path / "export" / "assets"
    assert {path.name: path.read_text() for path in assets.iterdir()} == {
        "words.txt": "one",
        "words.txt_1": "two",
    }


def test_assets_that_are_not_there_are_listed_before_anything_is_written(
    graph: Graph, tmp_path: Path
) -> None:
    paths = [tf.constant(str(tmp_path / name)) for name in ("no_1", "no_2")]
    with tf.Session() as session, pytest.raises(tf.errors.NotFoundError, match="no_1.*no_2.*copies of them"):
        SavedModelBuilder(tmp_path / "export").add_meta_graph_and_variables(
            session, ["serve"], assets_collection=paths
        )
    assert not os.listdir(tmp_path)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"sess": None}, "the first argument is a Session, given: None"),
        ({"tags": None}, 'tags are texts .* as \\["serve"\\], given: None'),
        ({"tags": [3]}, r"tags are texts .*given: \[3\]"),
        ({"signature_def_map": ["x"]}, r'such as {"serving_default": signature}, given: \[\'x\'\]'),
        ({"saver": "all"}, "saver is a tf.train.Saver, given: 'all'"),
    ],
)
def test_what_cannot_be_meant_is_refused_before_anything_is_written(
    session: Session, tmp_path: Path, arguments: dict[str, Any], message: str
) -> None:
    builder = SavedModelBuilder(tmp_path / "export")
    with pytest.raises(TypeError, match=message):
        builder.add_meta_graph_and_variables(**{"sess": session, "tags": ["serve"], **arguments})
    assert not os.listdir(tmp_path)


def test_a_closed_session_has_nothing_to_save(session: Session, tmp_path: Path) -> None:
    session.close()
    with pytest.raises(RuntimeError, match="closed Session"):
        SavedModelBuilder(tmp_path / "export").add_meta_graph_and_variables(session, ["serve"])
    assert not os.listdir(tmp_path)
