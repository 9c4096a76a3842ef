"""What the graph of a SavedModel says beyond the operations."""

from __future__ import annotations

from typing import Any

from estimator import tf
from estimator.formats import messages
from estimator.graph.graph import Graph
from estimator.saved_model.meta_graph import servable_meta_graph
from estimator.saved_model.signatures import predict_signature_def


def _message(graph: Graph, signatures: dict[str, Any] | None = None, **given: Any) -> Any:
    arguments = {"tags": ["serve"], "main_op": None, "assets": []} | given
    return servable_meta_graph(
        graph, tf.train.Saver(allow_empty=True), signatures=signatures or {}, **arguments
    )


def test_tags_assets_and_the_main_op_stand_where_loaders_look(graph: Graph) -> None:
    asset = messages.AssetFileDef(filename="words.txt")
    found = _message(graph, tags=["serve", "gpu"], main_op=tf.no_op("start"), assets=[asset])
    assert list(found.meta_info_def.tags) == ["serve", "gpu"]
    assert list(found.asset_file_def) == [asset]
    (packed,) = found.collection_def["saved_model_assets"].any_list.value  # where TensorFlow up to 1.13 looks
    assert messages.parse("AssetFileDef", packed.value, "assets") == asset
    assert list(found.collection_def["saved_model_main_op"].node_list.value) == ["start"]


def test_the_main_op_takes_the_place_of_one_that_the_graph_has_come_with(graph: Graph) -> None:
    for key in ("saved_model_main_op", "legacy_init_op"):
        graph.add_to_collection(key, tf.no_op("before"))
    kept = _message(graph)
    assert list(kept.collection_def["saved_model_main_op"].node_list.value) == ["before"]
    found = _message(graph, main_op=tf.no_op("now"))
    assert list(found.collection_def["saved_model_main_op"].node_list.value) == ["now"]
    assert "legacy_init_op" not in found.collection_def


def test_a_signature_names_the_placeholders_that_stand_for_an_iterator(graph: Graph) -> None:
    element = tf.data.Dataset.from_tensors({"a": [1.0], "b": [2.0]}).make_one_shot_iterator().get_next()
    given = predict_signature_def(element, {"y": element["a"] + element["b"]})
    found = _message(graph, {"f": given})
    nodes = {f"{node.name}:0": node.op for node in found.graph_def.node}
    taken = [info.name for info in found.signature_def["f"].inputs.values()]
    assert [nodes[name] for name in taken] == ["Placeholder", "Placeholder"]
    assert len(set(taken)) == 2
    assert given.inputs["b"].name == "IteratorGetNext:1"  # what was given is not changed


def test_sparse_tensors_keep_their_names(graph: Graph) -> None:
    sparse = tf.sparse_placeholder(tf.string, name="words")
    given = predict_signature_def({"words": sparse}, {"same": tf.SparseTensor(*sparse.components)})
    assert _message(graph, {"f": given}).signature_def["f"] == given
