"""TensorFlow's messages in a pool of our own, against files of TensorFlow."""

from __future__ import annotations

import pickle
import pydoc
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from estimator.core.errors import DataLossError
from estimator.formats import messages


@pytest.fixture
def meta_bytes(tf_files: Path) -> bytes:
    return (tf_files / "dnn_iris_adagrad_default" / "model_dir" / "model.ckpt-200.meta").read_bytes()


def test_a_meta_graph_survives_reading_and_writing(meta_bytes: bytes) -> None:
    meta = messages.parse("MetaGraphDef", meta_bytes, "meta")
    again = messages.to_bytes(meta)
    assert len(again) == len(meta_bytes)  # map entries may come in another order
    assert messages.parse("MetaGraphDef", again, "again") == meta


def test_a_meta_graph_has_tensorflows_contents(meta_bytes: bytes) -> None:
    meta = messages.parse("MetaGraphDef", meta_bytes, "meta")
    assert meta.meta_info_def.tensorflow_version == "2.15.1"
    assert meta.saver_def.version == messages.SaverDef.V2 and meta.saver_def.sharded
    names = {
        messages.VariableDef.FromString(each).variable_name
        for each in meta.collection_def["trainable_variables"].bytes_list.value
    }
    assert "dnn/hiddenlayer_0/kernel/part_0:0" in names


def test_a_graph_in_text_form_reads_and_prints_the_same(tf_files: Path) -> None:
    text = (tf_files / "dnn_iris_adagrad_default" / "model_dir" / "graph.pbtxt").read_text()
    printed = messages.to_text(messages.parse_text("GraphDef", text, "graph.pbtxt"))
    # TensorFlow printed float32 values with the digits of a double, protobuf of today prints the shortest form
    assert [_rounded(line) for line in printed.splitlines()] == [_rounded(line) for line in text.splitlines()]


def _rounded(line: str) -> str:
    label, _, value = line.partition(": ")
    return f"{label}: {float(value):.6g}" if label.strip() in ("f", "float_val") else line


def test_a_checkpoint_state_prints_as_tensorflow_does() -> None:
    state = messages.CheckpointState(model_checkpoint_path='ü"\\', all_model_checkpoint_paths=["a", "b"])
    assert messages.to_text(state) == (
        'model_checkpoint_path: "\\303\\274\\"\\\\"\n'
        'all_model_checkpoint_paths: "a"\nall_model_checkpoint_paths: "b"\n'
    )


def test_text_with_comments_unknown_fields_and_single_quotes_is_read() -> None:
    text = "# made by hand\r\nmodel_checkpoint_path: 'model.ckpt-1'\r\nfrom_the_future { a: 1 }\r\n"
    assert messages.parse_text("CheckpointState", text, "checkpoint").model_checkpoint_path == "model.ckpt-1"


def test_reference_types_have_names_in_text() -> None:
    node = messages.NodeDef(name="v", op="VariableV2")
    node.attr["dtype"].type = 101
    assert "type: DT_FLOAT_REF" in messages.to_text(node)
    assert messages.DataType.Value("DT_UINT64_REF") == 123


def test_unknown_fields_survive_in_binary_form() -> None:
    future = b"\xfa\x3f\x03abc"  # field 1023, three bytes
    assert messages.to_bytes(messages.NodeDef.FromString(future)) == future


@pytest.mark.parametrize("name", ["Summary", "Summary.Value", "AttrValue.ListValue"])
def test_classes_and_messages_are_pickled_and_explained(name: str) -> None:
    kind = messages.get(name)
    message = kind.FromString(b"\xfa\x3f\x03abc")
    again = pickle.loads(pickle.dumps(message))  # noqa: S301  our own
    assert again == message and type(again) is kind
    assert kind.__module__ == messages.__name__ and kind.__name__ in pydoc.render_doc(kind)


def test_messages_within_others_are_pickled() -> None:
    """In a process of its own, where nobody has asked for the inner ones by name."""
    code = (
        "import pickle; from estimator.formats import messages\n"
        "event = messages.Event(); value = event.summary.value.add(tag='loss', simple_value=0.5)\n"
        "graph = messages.GraphDef(); node = graph.node.add(name='x')\n"
        "node.attr['shape'].shape.dim.add(size=3)\n"
        "for message in event, value, graph, node, node.attr['shape'], node.attr['shape'].shape.dim[0]:\n"
        "    again = pickle.loads(pickle.dumps(message)); assert again == message and type(again) is type(message)\n"
        "assert pickle.loads(pickle.dumps(messages.SaverDef)) is messages.SaverDef\n"
    )
    subprocess.run([sys.executable, "-c", code], check=True)


def test_maps_are_written_in_the_order_of_their_keys() -> None:
    written = set()
    for names in ("abcdefgh", "hgfedcba"):
        node = messages.NodeDef()
        for name in names:
            node.attr[name].i = ord(name)
        written.add(messages.to_bytes(node))
    assert len(written) == 1


def test_an_oneof_holds_one_value() -> None:
    attr = messages.AttrValue(i=3)
    attr.s = b"x"
    assert attr.WhichOneof("value") == "s"


def test_a_misspelt_message_is_answered_with_near_names() -> None:
    with pytest.raises(AttributeError, match=r"no message 'GrafDef'.*'GraphDef'"):
        messages.get("GrafDef")


def test_damaged_bytes_are_named_with_their_source() -> None:
    with pytest.raises(DataLossError, match="/m/x.meta: these 2 bytes are not a MetaGraphDef message"):
        messages.parse("MetaGraphDef", b"\xff\xff", "/m/x.meta")


def test_damaged_text_is_named_with_its_line() -> None:
    with pytest.raises(DataLossError, match="/m/checkpoint: the text is not a CheckpointState message: 2:1"):
        messages.parse_text("CheckpointState", "model_checkpoint_path: 'a'\n}", "/m/checkpoint")


def test_text_that_is_not_utf8_is_damage() -> None:
    with pytest.raises(DataLossError, match="/m/checkpoint: the text is not a CheckpointState"):
        messages.parse_text("CheckpointState", b"\xff\xfe", "/m/checkpoint")


def test_an_example_is_written_as_tensorflow_does() -> None:
    example = messages.Example()
    example.features.feature["a"].int64_list.value.extend([1, 2])
    # tf.train.Example of the same feature, serialised by TensorFlow 2.15.1
    assert messages.to_bytes(example).hex() == "0a0d0a0b0a016112061a040a020102"


def test_importing_the_formats_loads_no_protobuf() -> None:
    code = (
        "import sys; from estimator.formats import messages, bundle, tensors, records; "
        "sys.exit('google.protobuf' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_the_names_stay_free_in_protobufs_default_pool() -> None:
    from google.protobuf import descriptor_pool

    messages.get("GraphDef")
    with pytest.raises(KeyError):
        descriptor_pool.Default().FindMessageTypeByName("tensorflow.GraphDef")


def test_a_class_is_made_without_a_look_at_all_the_tables(monkeypatch: pytest.MonkeyPatch) -> None:
    messages.pool()
    looks: list[str] = []

    def look(table: str) -> Iterator[Any]:
        looks.append(table)
        return iter(())

    monkeypatch.setattr(messages, "_messages", look)
    make = messages._get.__wrapped__
    assert make("NodeDef").DESCRIPTOR.full_name == "tensorflow.NodeDef"
    assert not looks
    with pytest.raises(AttributeError, match="there is no message 'NodeDf'"):
        make("NodeDf")
    assert looks
