"""SavedModels of TensorFlow's and ours, loaded: they answer as there, wherever they were moved."""

from __future__ import annotations

import os
import shutil
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from estimator import tf
from estimator.formats import messages
from estimator.graph.graph import Graph
from estimator.saved_model.loader import SavedModelLoader, init_op_name, parse_saved_model
from tests.saved_model.tensorflow_made import MADE, NAMES, answers_as_expected, loads_and_answers

REFERENCES = MADE / "saved_model_references"


@pytest.fixture
def exported(tmp_path: Path, graph: Graph) -> Path:
    """A SavedModel of ours: y = x w, looked up in a table of words, with a counter that no saver has."""
    (tmp_path / "from").mkdir()
    (tmp_path / "from" / "words.txt").write_text("red\ngreen\n")
    x, word = tf.placeholder(tf.float32, [None, 2], name="x"), tf.placeholder(tf.string, [None], name="word")
    table = tf.contrib.lookup.index_table_from_file(str(tmp_path / "from" / "words.txt"))
    w = tf.get_variable("w", initializer=[[1.0], [2.0]])
    calls = tf.get_variable("calls", initializer=7, collections=[tf.GraphKeys.LOCAL_VARIABLES])
    y = tf.matmul(x, w, name="y")
    with tf.Session() as session:
        session.run(tf.global_variables_initializer())
        session.run(w.assign([[3.0], [4.0]]))
        builder = tf.saved_model.builder.SavedModelBuilder(str(tmp_path / "export"))
        builder.add_meta_graph_and_variables(
            session,
            [tf.saved_model.tag_constants.SERVING],
            {
                tf.saved_model.signature_constants.DEFAULT_SERVING_SIGNATURE_DEF_KEY: (
                    tf.saved_model.signature_def_utils.build_signature_def(
                        inputs={
                            "x": tf.saved_model.utils.build_tensor_info(x),
                            "word": tf.saved_model.utils.build_tensor_info(word),
                        },
                        outputs={
                            "y": tf.saved_model.utils.build_tensor_info(y),
                            "id": tf.saved_model.utils.build_tensor_info(table.lookup(word)),
                            "calls": tf.saved_model.utils.build_tensor_info(calls),
                        },
                        method_name=tf.saved_model.signature_constants.PREDICT_METHOD_NAME,
                    )
                )
            },
            assets_collection=tf.get_collection(tf.GraphKeys.ASSET_FILEPATHS),
            main_op=tf.group(tf.local_variables_initializer(), tf.tables_initializer()),
        )
        builder.save()
    shutil.rmtree(tmp_path / "from")
    shutil.move(tmp_path / "export", tmp_path / "moved")
    return tmp_path / "moved"


def _asked(session: tf.Session, meta_graph: Any, scope: str = "") -> dict[str, Any]:
    signature = meta_graph.signature_def["serving_default"]
    outputs = {key: scope + info.name for key, info in signature.outputs.items()}
    fed = {"x": [[1.0, 1.0]], "word": ["green"]}
    return session.run(outputs, {scope + signature.inputs[key].name: value for key, value in fed.items()})


@pytest.mark.parametrize("name", NAMES)
def test_what_tensorflow_has_saved_answers_as_there(name: str) -> None:
    assert loads_and_answers(MADE / name) >= 2


def test_an_export_of_the_first_days_answers(tmp_path: Path) -> None:
    """TensorFlow 0.12 wrote no types in signatures, variables of the first op, and placeholders without shapes."""
    found = parse_saved_model(REFERENCES)
    (meta_graph,) = found.meta_graphs
    meta_graph.graph_def.versions.producer = 19
    for node in meta_graph.graph_def.node:
        if node.op == "VariableV2":
            node.op = "Variable"
        if node.op == "Placeholder":
            node.attr["shape"].shape.ClearField("dim")
    signature = meta_graph.signature_def["serving_default"]
    for info in (*signature.inputs.values(), *signature.outputs.values()):
        info.ClearField("dtype")
        info.ClearField("tensor_shape")
    shutil.copytree(REFERENCES, tmp_path / "e")
    (tmp_path / "e" / "saved_model.pb").write_bytes(messages.to_bytes(found))
    assert loads_and_answers(tmp_path / "e") == 4


def test_what_is_exported_here_answers_as_here_wherever_it_was_moved(exported: Path) -> None:
    with tf.Session(graph=tf.Graph()) as session:
        meta_graph = tf.saved_model.loader.load(
            session, [tf.saved_model.tag_constants.SERVING], str(exported)
        )
        answer = _asked(session, meta_graph)
    np.testing.assert_array_equal(answer["y"], [[7.0]])
    assert answer["id"] == [1]  # the table was filled from the file that lies here
    assert answer["calls"] == 7


def test_scripts_load_by_position_or_by_keywords_with_a_scope_or_without(exported: Path) -> None:
    with tf.Session(graph=tf.Graph()) as session:
        meta_graph = tf.saved_model.load(sess=session, tags=["serve"], export_dir=str(exported))
        assert _asked(session, meta_graph)["id"] == [1]
    with tf.Session(graph=tf.Graph()) as session:
        meta_graph = tf.saved_model.loader.load(session, tags=["serve"], export_dir=str(exported))
        assert _asked(session, meta_graph)["id"] == [1]
    with tf.Session(graph=tf.Graph()) as session:
        meta_graph = tf.saved_model.loader.load(
            sess=session, tags={"serve"}, export_dir=exported, import_scope="a"
        )
        assert _asked(session, meta_graph, "a/")["id"] == [1]
        assert [variable.op.name for variable in tf.global_variables()] == ["a/w"]


def test_a_scope_that_is_taken_gets_a_number_and_what_is_loaded_there_is_initialised(exported: Path) -> None:
    with tf.Session(graph=tf.Graph()) as session:
        for scope in ("a/", "a_1/"):
            meta_graph = tf.saved_model.load(session, ["serve"], exported, import_scope="a")
            assert _asked(session, meta_graph, scope)["id"] == [1]


def test_models_below_two_scopes_have_variables_and_tables_of_their_own(tmp_path: Path) -> None:
    """As the variables of TensorFlow 1 that are references have. Both words stand in a file of the same name."""
    words = tmp_path / "words.txt"
    for name, word in (("one", "red"), ("two", "green")):
        words.write_text(f"{word}\n")
        with tf.Graph().as_default(), tf.Session() as session:
            given = tf.placeholder(tf.string, [None], name="given")
            w = tf.get_variable("w", initializer=[float(len(name + word))])
            tf.identity(tf.contrib.lookup.index_table_from_file(str(words)).lookup(given), name="id")
            session.run([w.initializer, tf.tables_initializer()])
            tf.saved_model.simple_save(
                session, tmp_path / name, {"given": given}, {"w": w}, tf.tables_initializer()
            )
    with tf.Session(graph=tf.Graph()) as session:
        for name in ("one", "two"):
            tf.saved_model.load(session, ["serve"], tmp_path / name, import_scope=name)
        found = {
            name: (
                session.run(f"{name}/id:0", {f"{name}/given:0": ["red", "green"]}).tolist(),
                value.tolist(),
            )
            for name, value in zip(("one", "two"), session.run(tf.global_variables()), strict=True)
        }
    assert found == {"one": ([0, -1], [6.0]), "two": ([-1, 0], [8.0])}


def test_a_model_loaded_twice_answers_under_its_names(exported: Path) -> None:
    with tf.Session(graph=tf.Graph()) as session:
        for _ in range(2):
            meta_graph = tf.saved_model.load(session, ["serve"], exported)
        assert _asked(session, meta_graph)["id"] == [1]


def test_a_tensor_of_the_graph_can_take_the_place_of_one_of_the_file(exported: Path) -> None:
    with tf.Graph().as_default(), tf.Session() as session:
        rows = tf.constant([[1.0, 0.0], [0.0, 1.0]])
        meta_graph = tf.saved_model.load(session, ["serve"], exported, input_map={"x:0": rows})
        output = meta_graph.signature_def["serving_default"].outputs["y"]
        tensor = tf.saved_model.get_tensor_from_tensor_info(output)
        np.testing.assert_array_equal(session.run(tensor), [[3.0], [4.0]])


def test_what_was_loaded_can_be_exported_again(exported: Path, tmp_path: Path) -> None:
    with tf.Session(graph=tf.Graph()) as session:
        meta_graph = tf.saved_model.load(session, ["serve"], exported)
        builder = tf.saved_model.Builder(tmp_path / "again")
        builder.add_meta_graph_and_variables(
            session, ["serve"], meta_graph.signature_def, tf.get_collection(tf.GraphKeys.ASSET_FILEPATHS)
        )
        builder.save()
    shutil.rmtree(exported)
    with tf.Session(graph=tf.Graph()) as session:
        assert _asked(session, tf.saved_model.load(session, ["serve"], tmp_path / "again"))["id"] == [1]


@pytest.mark.parametrize("name", ["saved_model_references", "saved_model_several"])
def test_what_tensorflow_has_saved_can_be_exported_again(name: str, tmp_path: Path) -> None:
    with tf.Session(graph=tf.Graph()) as session:
        meta_graph = tf.saved_model.load(session, ["serve"], MADE / name)
        main_op = session.graph.get_operation_by_name(init_op_name(meta_graph))
        builder = tf.saved_model.Builder(tmp_path / "again")
        builder.add_meta_graph_and_variables(session, ["serve"], meta_graph.signature_def, main_op=main_op)
        builder.save()
    with tf.Session(graph=tf.Graph()) as session:
        meta_graph = tf.saved_model.load(session, ["serve"], tmp_path / "again")
        assert answers_as_expected(session, meta_graph, MADE / name) >= 2


def test_the_parts_of_a_load_can_be_done_one_after_another(exported: Path) -> None:
    loader = SavedModelLoader(exported)
    with tf.Session(graph=tf.Graph()) as session:
        saver, _ = loader.load_graph(session.graph, ["serve"])
        with pytest.raises(tf.errors.FailedPreconditionError):
            session.run("w:0")
        loader.restore_variables(session, saver)
        np.testing.assert_array_equal(session.run("w:0"), [[3.0], [4.0]])
        loader.run_init_ops(session, ["serve"])
        assert _asked(session, loader.get_meta_graph_def_from_tags(["serve"]))["id"] == [1]
    assert loader.variables_path == str(exported / "variables" / "variables")
    assert loader.export_dir == str(exported)


def test_a_model_without_variables_needs_none(graph: Graph, tmp_path: Path) -> None:
    x = tf.placeholder(tf.float32, name="x")
    with tf.Session() as session:
        tf.saved_model.simple_save(session, str(tmp_path / "e"), inputs={"x": x}, outputs={"y": 2.0 * x})
    with tf.Session(graph=tf.Graph()) as session:
        signature = tf.saved_model.load(session, ["serve"], tmp_path / "e").signature_def["serving_default"]
        assert session.run(signature.outputs["y"].name, {signature.inputs["x"].name: 2.0}) == 4.0


# -- which graph -------------------------------------------------------------------------------------------------------


def test_the_graph_is_found_by_all_of_its_tags(exported: Path) -> None:
    loader = SavedModelLoader(exported)
    assert loader.get_meta_graph_def_from_tags("serve") is loader.get_meta_graph_def_from_tags(None)
    for tags in (["serve", "gpu"], ["train"], []):
        with pytest.raises(
            RuntimeError, match=r"tags \[.*could not be found. It has graphs with the tags \['serve'\]"
        ):
            loader.get_meta_graph_def_from_tags(tags)


def test_without_tags_several_graphs_are_ambiguous(graph: Graph, tmp_path: Path) -> None:
    builder = tf.saved_model.Builder(tmp_path / "e")
    with tf.Session() as session:
        builder.add_meta_graph_and_variables(session, ["train"])
        builder.add_meta_graph(["serve", "gpu"])
    builder.save()
    loader = SavedModelLoader(tmp_path / "e")
    assert set(loader.get_meta_graph_def_from_tags({"gpu", "serve"}).meta_info_def.tags) == {"gpu", "serve"}
    with pytest.raises(tf.errors.NotFoundError, match=r"no tags are given.*\['train'\], \['gpu', 'serve'\]"):
        loader.get_meta_graph_def_from_tags(None)


def test_what_a_load_runs_is_said_in_one_of_three_ways() -> None:
    meta_graph = messages.MetaGraphDef()
    assert init_op_name(meta_graph) is None
    for key, name in (("legacy_init_op", "a"), ("saved_model_main_op", "b")):
        meta_graph.collection_def[key].node_list.value.append(name)
        assert init_op_name(meta_graph) == name
    meta_graph.signature_def["__saved_model_init_op"].outputs["__saved_model_init_op"].name = "c"
    assert init_op_name(meta_graph) == "c"
    meta_graph.signature_def.clear()
    meta_graph.collection_def["saved_model_main_op"].node_list.value.append("d")
    with pytest.raises(
        RuntimeError, match="exactly one SavedModel init op in 'saved_model_main_op'.*'b', 'd'"
    ):
        init_op_name(meta_graph)


# -- what is wrong -----------------------------------------------------------------------------------------------------


def test_a_folder_without_a_saved_model_says_where_one_is(tmp_path: Path, exported: Path) -> None:
    training = tmp_path / "training"
    training.mkdir()
    (training / "checkpoint").touch()
    tried = {
        training: "the checkpoints of a training: export that",
        tmp_path / "no_such": "no such folder",
        tmp_path: f"lies below: '{exported}'",
        exported / "variables": f"Pass the folder of the SavedModel: '{exported}'",
        exported / "saved_model.pb": f"Pass the folder of the SavedModel: '{exported}'",
    }
    for path, advice in tried.items():
        with pytest.raises(OSError, match="SavedModel file does not exist at: ") as caught:
            parse_saved_model(path)
        assert advice in str(caught.value)
        assert not tf.saved_model.contains_saved_model(path)
    assert tf.saved_model.loader.maybe_saved_model_directory(str(exported))


@pytest.mark.parametrize("name", ["saved_model.pb", "saved_model.pbtxt"])
@pytest.mark.parametrize(
    "data", [b"\x0a\xff", b"\x00" * 100_000, b"meta_graphs {"], ids=["cut", "zeros", "half"]
)
def test_a_damaged_file_is_told(tmp_path: Path, name: str, data: bytes) -> None:
    (tmp_path / name).write_bytes(data)
    with pytest.raises(OSError, match=name.replace(".", r"\.")) as caught:
        parse_saved_model(tmp_path)
    assert isinstance(caught.value, tf.errors.DataLossError)


def test_a_graph_that_contradicts_itself_is_told_as_damage(tmp_path: Path) -> None:
    changes: dict[str, Any] = {
        "name": lambda node: setattr(node, "name", "no name!"),
        "input": lambda node: node.input.append("nobody"),
    }
    for what, change in changes.items():
        found = parse_saved_model(REFERENCES)
        (node,) = [node for node in found.meta_graphs[0].graph_def.node if node.name == "x"]
        change(node)
        shutil.copytree(REFERENCES, tmp_path / what)
        (tmp_path / what / "saved_model.pb").write_bytes(messages.to_bytes(found))
        with tf.Session(graph=tf.Graph()) as session, pytest.raises(tf.errors.DataLossError):
            tf.saved_model.load(session, ["serve"], tmp_path / what)


def test_a_load_says_of_an_operation_that_is_not_there_that_it_is_damage(tmp_path: Path) -> None:
    found = parse_saved_model(REFERENCES)
    found.meta_graphs[0].collection_def["legacy_init_op"].node_list.value[:] = ["nobody"]
    shutil.copytree(REFERENCES, tmp_path / "e")
    (tmp_path / "e" / "saved_model.pb").write_bytes(messages.to_bytes(found))
    with (
        tf.Session(graph=tf.Graph()) as session,
        pytest.raises(OSError, match="e: the graph .* contradicts itself.*nobody"),
    ):
        tf.saved_model.load(session, ["serve"], tmp_path / "e")


def test_a_keyword_that_no_import_takes_is_answered() -> None:
    with (
        tf.Session(graph=tf.Graph()) as session,
        pytest.raises(TypeError, match="'clear_device'. Did you mean 'clear_devices'"),
    ):
        tf.saved_model.load(session, ["serve"], REFERENCES, clear_device=True)


@pytest.mark.parametrize("name", ["saved_model_references", "saved_model_module"])
def test_values_of_tensorflows_that_are_gone_are_said_alike(tmp_path: Path, name: str) -> None:
    shutil.copytree(MADE / name, tmp_path / "e")
    shutil.rmtree(tmp_path / "e" / "variables")
    with tf.Session(graph=tf.Graph()) as session, pytest.raises(ValueError, match="not a valid checkpoint"):
        tf.saved_model.load(session, ["serve"], tmp_path / "e")


def test_values_that_are_gone_are_an_error_before_anything_is_run(exported: Path) -> None:
    os.remove(exported / "variables" / "variables.index")
    with tf.Session(graph=tf.Graph()) as session, pytest.raises(ValueError, match="not a valid checkpoint"):
        tf.saved_model.load(session, ["serve"], exported)


def test_an_asset_that_is_gone_is_named(exported: Path) -> None:
    os.remove(exported / "assets" / "words.txt")
    with (
        tf.Session(graph=tf.Graph()) as session,
        pytest.raises(tf.errors.NotFoundError, match=str(exported / "assets" / "words.txt")),
    ):
        tf.saved_model.load(session, ["serve"], exported)


def test_an_op_that_is_not_here_matters_only_to_a_run_that_needs_it(tmp_path: Path) -> None:
    found = parse_saved_model(REFERENCES)
    (meta_graph,) = found.meta_graphs
    op = meta_graph.meta_info_def.stripped_op_list.op.add(name="NotHere")
    op.output_arg.add(name="y", type=1)
    meta_graph.graph_def.node.add(name="unknown", op="NotHere")
    shutil.copytree(REFERENCES, tmp_path / "e")
    (tmp_path / "e" / "saved_model.pb").write_bytes(messages.to_bytes(found))
    assert loads_and_answers(tmp_path / "e") == 4
    with tf.Session(graph=tf.Graph()) as session:
        tf.saved_model.load(session, ["serve"], tmp_path / "e")
        with pytest.raises(tf.errors.UnimplementedError, match="NotHere"):
            session.run("unknown:0")
