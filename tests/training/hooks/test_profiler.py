"""The times of operations as a Chrome trace. Judge: TensorFlow 2.15.1, observed: which steps, which files, their events."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from estimator.formats import messages
from estimator.graph.graph import Graph
from estimator.summaries.reader import summary_iterator
from estimator.summaries.writer import FileWriter
from estimator.training.hooks.profiler import ProfilerHook
from tests.tiny import batches, estimator


def trained(folder: Path, steps: int, **arguments: Any) -> Any:
    hook = ProfilerHook(output_dir=folder / "traces", **arguments)
    return estimator(folder / "model").train(batches(), hooks=[hook], steps=steps)


def events(folder: Path, step: int) -> list[dict[str, Any]]:
    found = json.loads((folder / "traces" / f"timeline-{step}.json").read_text())["traceEvents"]
    assert isinstance(found, list)
    return found


def test_every_so_many_steps_there_is_a_file(tmp_path: Path) -> None:
    trained(tmp_path, 5, save_steps=2)  # TensorFlow: timeline-2.json, timeline-4.json
    assert sorted(path.name for path in (tmp_path / "traces").glob("timeline-*")) == [
        "timeline-2.json",
        "timeline-4.json",
    ]


def test_operations_follow_one_another_with_their_names_and_inputs(tmp_path: Path) -> None:
    trained(tmp_path, 2, save_steps=2)
    operations = [event for event in events(tmp_path, 2) if event["ph"] == "X"]
    product = next(event for event in operations if event["args"]["name"] == "hidden/MatMul")
    assert (product["name"], product["cat"], product["args"]["op"]) == ("MatMul", "Op", "MatMul")
    assert product["args"]["input1"] == "hidden/kernel/read"
    assert product["dur"] > 0
    for before, after in zip(operations, operations[1:], strict=False):
        assert (
            before["ts"] + before["dur"] <= after["ts"] + 1
        )  # a microsecond, since they are floats of 2**60


def test_arrows_lead_from_what_makes_a_tensor_to_what_reads_it(tmp_path: Path) -> None:
    trained(tmp_path, 2, save_steps=2)
    arrows = {event["ph"]: event for event in events(tmp_path, 2) if event.get("name") == "hidden/MatMul"}
    operations = {event["args"]["name"]: event for event in events(tmp_path, 2) if event["ph"] == "X"}
    assert arrows["s"]["id"] == arrows["t"]["id"]
    assert arrows["s"]["ts"] == operations["hidden/MatMul"]["ts"] + operations["hidden/MatMul"]["dur"]
    assert arrows["t"]["ts"] == operations["hidden/BiasAdd"]["ts"]


def test_without_dataflow_there_are_none(tmp_path: Path) -> None:
    trained(tmp_path, 2, save_steps=2, show_dataflow=False, show_memory=True)
    assert {event["ph"] for event in events(tmp_path, 2)} == {"M", "X"}


def test_the_training_is_the_one_without_it(tmp_path: Path) -> None:
    found = trained(tmp_path / "traced", 5, save_steps=1)
    plain = estimator(tmp_path / "plain").train(batches(), steps=5)
    for name in plain.get_variable_names():
        np.testing.assert_array_equal(found.get_variable_value(name), plain.get_variable_value(name))


def test_arguments_are_checked(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="exactly one of save_secs and save_steps"):
        ProfilerHook()
    with pytest.raises(ValueError, match="exactly one of save_secs and save_steps"):
        ProfilerHook(save_steps=1, save_secs=1)
    with Graph().as_default(), pytest.raises(RuntimeError, match="no global step"):
        ProfilerHook(save_steps=1).begin()


def test_the_times_are_in_an_events_file_under_the_tag_of_their_step(tmp_path: Path) -> None:
    trained(tmp_path, 5, save_steps=2)
    (file,) = (tmp_path / "traces").glob("events.*")
    found = {
        event.tagged_run_metadata.tag: (event.step, messages.RunMetadata.FromString(event.tagged_run_metadata.run_metadata))
        for event in summary_iterator(file)
        if event.HasField("tagged_run_metadata")
    }  # fmt: skip
    assert {tag: step for tag, (step, _) in found.items()} == {"step_2": 2, "step_4": 4}  # as TensorFlow's
    names = {
        node.node_name for device in found["step_2"][1].step_stats.dev_stats for node in device.node_stats
    }
    assert "hidden/MatMul" in names


def test_a_tag_names_one_run(tmp_path: Path) -> None:
    with FileWriter(tmp_path) as writer:
        writer.add_run_metadata(messages.RunMetadata(), "step_1")
        with pytest.raises(ValueError, match="'step_1' was used for an earlier run"):
            writer.add_run_metadata(messages.RunMetadata(), "step_1")
