"""The contexts of TensorFlow 1's control flow, of files that TensorFlow wrote (tests/data/tf/make_meta_v1.py).

tests/interop/test_frames.py lets TensorFlow differentiate what is written again.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from estimator.checkpoint.contexts import CONTEXTS, context_below
from estimator.checkpoint.import_meta import export_meta_graph, import_meta_graph
from estimator.core.errors import DataLossError
from estimator.formats import messages
from estimator.graph.graph import Graph, get_default_graph

TF = Path(__file__).parents[1] / "data" / "tf"
FOLDERS = ["meta_v1_nested_ref", "meta_v1_maps_resource", "meta_v1_chosen_resource"]


@pytest.fixture(autouse=True)
def _graph() -> Iterator[Graph]:
    with Graph().as_default() as graph:
        yield graph


def meta(folder: str) -> Any:
    path = TF / folder / "model.ckpt.meta"
    return messages.parse("MetaGraphDef", path.read_bytes(), str(path))


def contexts(meta_graph: Any) -> dict[str, list[bytes]]:
    return {
        key: list(meta_graph.collection_def[key].bytes_list.value)
        for key in CONTEXTS
        if key in meta_graph.collection_def
    }


def elements(message: Any) -> Iterator[str]:
    """The names of operations and tensors that a context speaks of, those of contexts inside among them."""
    for field, value in message.ListFields():
        if field.name == "values_def":
            yield from (*value.values, *value.external_values, *value.external_values.values())
        elif field.name in ("nested_contexts", "cond_ctxt", "while_ctxt"):
            for part in value if field.name == "nested_contexts" else [value]:
                yield from elements(part)
        elif field.name != "context_name" and isinstance(value, str):
            yield value
        elif field.name in ("loop_exit_names", "loop_enter_names"):
            yield from value


@pytest.mark.parametrize("folder", FOLDERS)
def test_contexts_go_out_with_the_graph_as_they_came_also_if_it_came_twice(folder: str) -> None:
    theirs = contexts(meta(folder))
    assert theirs
    for _ in range(2):
        import_meta_graph(TF / folder / "model.ckpt.meta")
    assert contexts(export_meta_graph()) == theirs


@pytest.mark.parametrize("folder", FOLDERS)
def test_below_a_scope_contexts_name_what_lies_there(folder: str) -> None:
    import_meta_graph(TF / folder / "model.ckpt.meta", import_scope="old")
    theirs = contexts(meta(folder))
    found = contexts(export_meta_graph())
    assert found.keys() == theirs.keys()
    named = 0
    for key, kind in CONTEXTS.items():
        for data, their_data in zip(found.get(key, []), theirs.get(key, []), strict=True):
            ours, other = (messages.parse(kind, each, key) for each in (data, their_data))
            assert ours.context_name == f"old/{other.context_name}"
            assert sorted(elements(ours)) == sorted(f"old/{name}" for name in elements(other))
            for name in elements(ours):
                get_default_graph().as_graph_element(name)
                named += 1
    assert named > 100


def test_numbers_and_flags_of_a_context_stay_below_a_scope() -> None:
    text = """context_name: "c" parallel_iterations: 7 back_prop: true pivot_name: "p:0"
        nested_contexts { cond_ctxt { context_name: "d" branch: 1 } }"""
    data = messages.to_bytes(messages.parse_text("WhileContextDef", text, "the test"))
    below = messages.parse("WhileContextDef", context_below("while_context", data, "old/"), "the test")
    assert below == messages.parse_text(
        "WhileContextDef",
        """context_name: "old/c" parallel_iterations: 7 back_prop: true pivot_name: "old/p:0"
        nested_contexts { cond_ctxt { context_name: "old/d" branch: 1 } }""",
        "the test",
    )


def test_a_collection_that_holds_no_contexts_is_refused() -> None:
    meta_graph = meta("meta_v1_nested_ref")
    meta_graph.collection_def["while_context"].bytes_list.value[0] = b"\xff\xff"
    with pytest.raises(DataLossError, match="collection 'while_context'"):
        import_meta_graph(meta_graph)
