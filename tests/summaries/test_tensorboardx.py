"""What tensorboardX's SummaryWriter adds is read by TensorBoard from the events file that the Estimator writes."""

from __future__ import annotations

import io
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image
from tensorboard.backend.event_processing.event_accumulator import EventAccumulator
from tensorboard.plugins.hparams import metadata

from estimator import tf
from tests.tiny import batches, estimator


def test_what_it_adds_stands_in_the_estimators_events_file(tmp_path: Path) -> None:
    estimator(tmp_path, save_summary_steps=1).train(batches(), steps=2)
    with tf.summary.tensorboardx_writer(tmp_path) as writer:
        writer.add_scalar("speed", 3.5, 2)
        writer.add_text("note", "halfway", 2)
        writer.add_histogram("weights", np.arange(10.0), 2, walltime=1e9)
        writer.add_pr_curve("curve", [0, 1, 1, 0], [0.1, 0.8, 0.6, 0.3], 2)
        assert writer.logdir == str(tmp_path)
    assert len(list(tmp_path.glob("events.out.tfevents.*"))) == 1
    shown = EventAccumulator(str(tmp_path), size_guidance={"scalars": 0}).Reload()
    assert [(event.step, event.value) for event in shown.Scalars("speed")] == [(2, 3.5)]
    assert shown.Histograms("weights")[0].wall_time == 1e9
    assert shown.Tensors("note/text_summary")[0].tensor_proto.string_val == [b"halfway"]
    assert shown.summary_metadata["curve"].plugin_data.plugin_name == "pr_curves"
    assert [event.step for event in shown.Scalars("loss")] == [1, 2]


def test_metadata_of_a_block_is_that_of_its_events(tmp_path: Path) -> None:
    with tf.summary.tensorboardx_writer(tmp_path) as writer:
        if not hasattr(writer, "use_metadata"):
            pytest.skip("tensorboardX before 2.6.4")
        with writer.use_metadata(global_step=7):
            writer.add_scalar("late", 1.0)
    shown = EventAccumulator(str(tmp_path)).Reload()
    assert [event.step for event in shown.Scalars("late")] == [7]


def test_an_event_is_in_the_file_before_the_writer_is_closed(tmp_path: Path) -> None:
    writer = tf.summary.tensorboardx_writer(str(tmp_path))
    writer.add_scalar("x", 1.0, 1)
    assert EventAccumulator(str(tmp_path)).Reload().Scalars("x")[0].step == 1
    writer.close()
    writer.add_scalar("x", 2.0, 2)  # tensorboardX opens again by itself
    assert [event.step for event in EventAccumulator(str(tmp_path)).Reload().Scalars("x")] == [1, 2]


def test_torch_is_not_imported_for_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = tmp_path / "torch"
    folder.mkdir()
    (folder / "__init__.py").write_text("raise RuntimeError('imported')\n")
    monkeypatch.syspath_prepend(tmp_path)
    for name in [name for name in sys.modules if name.split(".")[0] == "tensorboardX"]:
        monkeypatch.delitem(sys.modules, name)
    from estimator.summaries import tensorboardx

    assert tensorboardx._tensorboardx().SummaryWriter
    assert "torch" not in sys.modules


def test_a_tensorboardx_that_cannot_be_imported_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    from estimator.summaries import tensorboardx

    tensorboardx._kind.cache_clear()
    monkeypatch.setitem(sys.modules, "tensorboardX", None)
    with pytest.raises(ImportError, match=r"needs tensorboardX.*pip install 'tensorboardX>=2\.6'"):
        tf.summary.tensorboardx_writer("nowhere")


def picture(event: Any) -> list[int]:
    with Image.open(io.BytesIO(event.encoded_image_string)) as image:
        return list(map(int, np.asarray(image.convert("RGB"))[..., 0].ravel()))


def test_images_of_floats_are_clipped(tmp_path: Path) -> None:
    pixels = np.array([[[-0.5, 0.0, 1.0], [1.5, np.nan, np.inf]]])  # [1, 2, 3]
    with tf.summary.tensorboardx_writer(tmp_path) as writer:
        writer.add_image("one", pixels, 1)
        writer.add_images("batch", pixels[None], 1)
        writer.add_images("listed", [pixels], 1)
        writer.add_images("listed_last", [pixels.transpose(1, 2, 0)], 1, None, "HWC")
        writer.add_image("bytes", np.array([[[0, 128, 255]]], np.uint8), 1)
    shown = EventAccumulator(str(tmp_path)).Reload()
    for tag in ("one", "batch", "listed", "listed_last"):
        assert picture(shown.Images(tag)[0]) == [0, 0, 255, 255, 0, 255], tag
    assert picture(shown.Images("bytes")[0]) == [0, 128, 255]


def test_a_histogram_leaves_out_and_counts_what_is_not_finite(tmp_path: Path) -> None:
    with tf.summary.tensorboardx_writer(tmp_path) as writer:
        writer.add_histogram("weights", np.array([1.0, np.nan, 3.0, np.inf]), 1)
        writer.add_histogram("weights", np.array([], np.float32), 2)
        writer.add_histogram("weights", [np.nan], 3)
        writer.add_histogram("counts", np.array([1, 2]), 3)
    shown = EventAccumulator(str(tmp_path)).Reload()
    (event,) = shown.Histograms("weights")
    histogram = event.histogram_value
    assert (histogram.num, histogram.min, histogram.max, histogram.sum) == (2, 1, 3, 4)
    assert [(event.step, event.value) for event in shown.Scalars("weights/not_finite")] == [(1, 2), (3, 1)]
    assert shown.Histograms("counts")[0].histogram_value.num == 2


def test_hyperparameters_may_be_numpys_and_lists(tmp_path: Path) -> None:
    with tf.summary.tensorboardx_writer(tmp_path) as writer:
        writer.add_hparams(
            {"rate": np.float32(0.5), "units": [10, 10], "deep": np.bool_(True)}, {"best": 0.9}, "trial"
        )
    shown = EventAccumulator(str(tmp_path / "trial")).Reload()
    content = shown.SummaryMetadata("_hparams_/session_start_info").plugin_data.content
    told = metadata.parse_session_start_info_plugin_data(content).hparams
    assert (
        told["rate"].number_value == 0.5
        and told["units"].string_value == "[10, 10]"
        and told["deep"].bool_value
    )
