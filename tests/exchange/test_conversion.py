"""Whole conversions, with safetensors on PyTorch's side; tests/interop/test_torch.py has its own files."""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import yaml

import estimator as est
from estimator import tf
from estimator.checkpoint.reader import load_checkpoint
from estimator.core.dtypes import as_dtype, bfloat16, float32, float64
from estimator.core.errors import AlreadyExistsError, DataLossError, NotFoundError, UsageError
from estimator.exchange import convert
from estimator.exchange.held import Held
from estimator.exchange.plan import Wishes, plan
from estimator.formats.safetensors import TypedArray, pieces, read

Array = np.ndarray[Any, Any]


@pytest.fixture
def net(rng: np.random.Generator) -> dict[str, Array]:
    """A state dict: two dense layers and a batch norm between them."""
    shapes = {
        "fc1.weight": (5, 4),
        "fc1.bias": (5,),
        "norm.weight": (5,),
        "norm.bias": (5,),
        "norm.running_mean": (5,),
        "norm.running_var": (5,),
        "fc2.weight": (3, 5),
        "fc2.bias": (3,),
    }
    arrays = {name: rng.normal(size=shape).astype(np.float32) for name, shape in shapes.items()}
    arrays["norm.running_var"] **= 2
    return arrays | {"norm.num_batches_tracked": np.array(7)}


def torch_output(net: Mapping[str, Array], x: Array) -> Array:
    """What the model computes when it is not trained: Linear, BatchNorm1d(eps=1e-5), ReLU, Linear."""
    h = x @ net["fc1.weight"].T + net["fc1.bias"]
    h = (h - net["norm.running_mean"]) / np.sqrt(net["norm.running_var"] + 1e-5)
    h = np.maximum(h * net["norm.weight"] + net["norm.bias"], 0)
    return h @ net["fc2.weight"].T + net["fc2.bias"]


def save(path: Path, arrays: Mapping[str, Any], metadata: Mapping[str, str] | None = None) -> Path:
    """A safetensors file."""
    typed = {
        name: value if isinstance(value, TypedArray) else TypedArray(value, as_dtype(value.dtype))
        for name, value in arrays.items()
    }
    path.write_bytes(b"".join(pieces(typed, metadata or {})))
    return path


def model_fn(features: Any, labels: Any, mode: str) -> est.EstimatorSpec:
    h = est.layers.dense(features["x"], 5, name="hidden")
    h = est.layers.batch_normalization(h, epsilon=1e-5, training=mode == "train", name="norm")
    y = est.layers.dense(est.nn.relu(h), 3, name="logits")
    if mode == "infer":
        return est.EstimatorSpec(mode, predictions={"y": y})
    loss = tf.reduce_mean(tf.square(y - labels))
    train_op = tf.train.AdamOptimizer(0.01).minimize(loss, tf.train.get_global_step())
    return est.EstimatorSpec(mode, loss=loss, train_op=train_op)


X = np.linspace(-1, 1, 24, dtype=np.float32).reshape(6, 4)


def input_fn() -> Any:
    return est.data.Dataset.from_tensors(({"x": X}, np.ones((6, 3), np.float32))).repeat()


def model(model_dir: Path, **settings: Any) -> est.Estimator:
    return est.Estimator(model_fn, model_dir, est.RunConfig(progress=False, **settings))


def predictions(model_dir: Path) -> Array:
    given = model(model_dir).predict(lambda: est.data.Dataset.from_tensors({"x": X}))
    return np.array([row["y"] for row in given])


@pytest.fixture(scope="module")
def fresh(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The model_dir of that model, after one step."""
    path = tmp_path_factory.mktemp("fresh")
    model(path).train(input_fn, steps=1)
    return path


RULES = ["fc1=hidden", "fc2=logits"]


def test_a_model_predicts_here_what_it_predicted_there_and_trains_on(
    net: dict[str, Array], fresh: Path, tmp_path: Path
) -> None:
    done = convert(
        save(tmp_path / "net.safetensors", net, {"global_step": "40", "epoch": "2"}),
        tmp_path / "model", map=RULES, like=fresh,
    )  # fmt: skip
    assert done.step == 40
    assert "norm.num_batches_tracked () takes no part." in done.notes
    np.testing.assert_allclose(predictions(tmp_path / "model"), torch_output(net, X), atol=1e-5)
    model(tmp_path / "model", missing_slots="fresh").train(input_fn, steps=2)
    assert load_checkpoint(tmp_path / "model").get_tensor("global_step") == 42


def test_and_goes_back_bit_for_bit(net: dict[str, Array], fresh: Path, tmp_path: Path) -> None:
    source = save(tmp_path / "net.safetensors", net)
    convert(source, tmp_path / "model", map=RULES, like=fresh, step=7)
    back = [f"{ours}={torch}" for torch, _, ours in (rule.partition("=") for rule in RULES)]
    convert(tmp_path / "model", tmp_path / "back.safetensors", map=back, like=source)
    contents = read((tmp_path / "back.safetensors").read_bytes(), "")
    assert contents.metadata == {"format": "pt", "global_step": "7"}
    assert contents.tensors.keys() == net.keys()
    for name, array in net.items():
        np.testing.assert_array_equal(contents.tensors[name].array, array, err_msg=name)


def test_the_model_dir_says_where_its_checkpoint_comes_from(
    net: dict[str, Array], fresh: Path, tmp_path: Path
) -> None:
    told = {"epoch": "3", "loss": "0.25", "global_step": "40"}
    convert(save(tmp_path / "net.safetensors", net, told), tmp_path / "models" / "net", map=RULES, like=fresh)
    (entry,) = yaml.safe_load((tmp_path / "models" / "net" / "metadata.yaml").read_text())
    assert entry["converted_from"] == "../../net.safetensors"
    assert (entry["epoch"], entry["loss"], entry["end_step"]) == (3, 0.25, 40)
    back = ["hidden=fc1", "logits=fc2"]
    convert(tmp_path / "models" / "net", tmp_path / "back.safetensors", map=[*back, "norm=norm"])
    assert read((tmp_path / "back.safetensors").read_bytes(), "").metadata == {"format": "pt", **told}


def test_what_is_to_be_done_is_listed_with_names_and_shapes_and_nothing_is_written(
    net: dict[str, Array], fresh: Path, tmp_path: Path
) -> None:
    source = save(tmp_path / "net.safetensors", net)
    text = str(convert(source, tmp_path / "model", map=["fc1=hidden"], like=fresh, dry_run=True))
    assert [line.split() for line in text.splitlines()][1:3] == [
        "fc1.bias (5,) -> hidden/bias (5,) as it is (fc1=hidden)".split(),
        "fc1.weight (5, 4) -> hidden/kernel (4, 5) transposed (fc1=hidden)".split(),
    ]
    assert "logits/kernel (5, 3)" in text
    assert "transposed (the only one of its shapes)" in text
    assert not (tmp_path / "model").exists()


def test_all_that_does_not_fit_is_one_error_before_anything_is_written(
    net: dict[str, Array], fresh: Path, tmp_path: Path
) -> None:
    net["fc1.weight"] = np.zeros((6, 4), np.float32)
    net["odd"] = np.zeros(2, np.float32)
    source = save(tmp_path / "net.safetensors", net)
    with pytest.raises(UsageError) as caught:
        convert(source, tmp_path / "model", map=["fc1=hidden", "fc3=logits"], like=fresh, drop=["tail"])
    text = str(caught.value)
    assert "fc1.weight (6, 4) gives (4, 6) (transposed), and hidden/kernel (4, 5) is wanted." in text
    assert "odd (2,) becomes nothing: give --map" in text
    assert "nothing in the source fits 'fc3=logits'. Did you mean 'fc2'" in text
    assert "nothing in the source fits --drop 'tail'." in text
    assert "nothing becomes hidden/bias (5,), hidden/kernel (4, 5) of the target" in text
    assert not (tmp_path / "model").exists()


def test_layers_of_equal_shapes_are_proposed_and_not_taken(tmp_path: Path, rng: np.random.Generator) -> None:
    twins = {f"{name}.weight": rng.normal(size=(3, 3)) for name in ("b", "a")}
    like = {"x.weight": np.zeros((3, 3)), "y.weight": np.zeros((3, 3))}
    convert(
        save(tmp_path / "like.safetensors", like),
        tmp_path / "like",
        map=["x.weight=d/kernel", "y.weight=d_1/kernel"],
    )
    source = save(tmp_path / "net.safetensors", twins)
    with pytest.raises(
        UsageError, match="by the order of layers it may be, if you know it: --map a=d --map b=d_1"
    ):
        convert(source, tmp_path / "model", like=tmp_path / "like")


def test_without_anything_to_look_like_rules_say_all_names(net: dict[str, Array], tmp_path: Path) -> None:
    source = save(tmp_path / "net.safetensors", net)
    convert(source, tmp_path / "model", map=["fc1=hidden", "norm=norm", "fc2=logits"])
    reader = load_checkpoint(tmp_path / "model")
    assert reader.get_variable_to_shape_map() == {
        "global_step": [], "hidden/bias": [5], "hidden/kernel": [4, 5], "logits/bias": [3], "logits/kernel": [5, 3],
        "norm/beta": [5], "norm/gamma": [5], "norm/moving_mean": [5], "norm/moving_variance": [5],
    }  # fmt: skip
    assert reader.get_tensor("global_step") == 0
    np.testing.assert_array_equal(reader.get_tensor("hidden/kernel"), net["fc1.weight"].T)
    convert(tmp_path / "model", tmp_path / "back.safetensors", map=["hidden=fc1", "norm=norm", "logits=fc2"])
    back = read((tmp_path / "back.safetensors").read_bytes(), "").tensors
    assert back.keys() == net.keys()
    np.testing.assert_array_equal(back["fc1.weight"].array, net["fc1.weight"])


def test_a_target_that_is_there_is_what_it_is_to_look_like_and_is_not_lost(
    net: dict[str, Array], tmp_path: Path
) -> None:
    model(tmp_path / "model").train(input_fn, steps=1)
    source = save(tmp_path / "net.safetensors", net)
    with pytest.raises(
        AlreadyExistsError, match=r"model.ckpt-1' is there: choose another name or step, or say --replace"
    ):
        convert(source, tmp_path / "model", map=RULES, step=1)
    convert(source, tmp_path / "model", map=RULES, step=5)
    assert {path.stem for path in (tmp_path / "model").glob("*.index")} == {
        "model.ckpt-1",
        "model.ckpt-5",
    }
    np.testing.assert_allclose(predictions(tmp_path / "model"), torch_output(net, X), atol=1e-5)
    convert(source, tmp_path / "model", map=RULES, step=1, replace=True)
    assert load_checkpoint(tmp_path / "model").get_tensor("global_step") == 1


def test_a_file_is_replaced_only_if_that_is_said(net: dict[str, Array], fresh: Path, tmp_path: Path) -> None:
    source = save(tmp_path / "net.safetensors", net)
    back = ["hidden=fc1", "logits=fc2"]
    before = source.read_bytes()
    with pytest.raises(AlreadyExistsError, match="net.safetensors' is there"):
        convert(fresh, source, map=back)
    assert source.read_bytes() == before
    convert(fresh, source, map=back, replace=True)
    kernel = load_checkpoint(fresh).get_tensor("hidden/kernel")
    np.testing.assert_array_equal(read(source.read_bytes(), "").tensors["fc1.weight"].array, kernel.T)


def test_parts_of_the_target_may_stay_and_parts_of_the_source_stay_behind(
    net: dict[str, Array], fresh: Path, tmp_path: Path
) -> None:
    net["fc2.weight"], net["fc2.bias"] = np.zeros((9, 5), np.float32), np.zeros(9, np.float32)  # another head
    source = save(tmp_path / "net.safetensors", net)
    done = convert(source, tmp_path / "model", map=["fc1=hidden"], like=fresh, keep=["logits"], drop=["fc2"])
    before, after = load_checkpoint(fresh), load_checkpoint(tmp_path / "model")
    np.testing.assert_array_equal(after.get_tensor("logits/kernel"), before.get_tensor("logits/kernel"))
    np.testing.assert_array_equal(after.get_tensor("hidden/kernel"), net["fc1.weight"].T)
    assert "fc2.weight (9, 5) takes no part." in done.notes
    assert any(note.endswith(": logits/bias, logits/kernel.") for note in done.notes)


def test_types_become_those_of_the_target_and_that_is_said(
    net: dict[str, Array], fresh: Path, tmp_path: Path
) -> None:
    exact = net["fc1.weight"].astype(np.float64) + 1e-9
    half = np.array([1, -2, 0.5, 3, -0.25], np.float32)
    bits = TypedArray((half.view(np.uint32) >> 16).astype(np.uint16), bfloat16)
    source = save(tmp_path / "net.safetensors", net | {"fc1.weight": exact, "norm.weight": bits})
    done = convert(source, tmp_path / "model", map=RULES, like=fresh)
    reader = load_checkpoint(tmp_path / "model")
    np.testing.assert_array_equal(reader.get_tensor("hidden/kernel"), exact.T.astype(np.float32))
    np.testing.assert_array_equal(reader.get_tensor("norm/gamma"), half)
    assert {"hidden/kernel was float64 and is float32.", "norm/gamma was bfloat16 and is float32."} <= set(
        done.notes
    )


def test_numbers_of_another_kind_do_not_fit(net: dict[str, Array], fresh: Path, tmp_path: Path) -> None:
    source = save(tmp_path / "net.safetensors", net | {"fc1.bias": np.zeros(5, np.int64)})
    with pytest.raises(UsageError, match=r"hidden/bias is float32 in the target and int64 in the source\."):
        convert(source, tmp_path / "model", map=RULES, like=fresh)


def test_bfloat16_stays_what_it_is_where_nobody_wants_another_type(tmp_path: Path) -> None:
    weights = {"fc.weight": TypedArray(np.arange(6, dtype=np.uint16).reshape(2, 3), bfloat16)}
    convert(save(tmp_path / "net.safetensors", weights), tmp_path / "model", map=["fc.weight=d/kernel"])
    reader = load_checkpoint(tmp_path / "model")
    assert reader.get_variable_to_dtype_map()["d/kernel"] is bfloat16
    np.testing.assert_array_equal(reader.get_tensor("d/kernel"), weights["fc.weight"].array.T)


def test_a_dense_layer_behind_a_convolution_has_to_be_explained(
    tmp_path: Path, rng: np.random.Generator
) -> None:
    net = {
        "conv.weight": rng.normal(size=(2, 1, 3, 3)),
        "conv.bias": rng.normal(size=2),
        "fc.weight": rng.normal(size=(3, 24)),
        "fc.bias": rng.normal(size=3),
    }
    source, rules = save(tmp_path / "net.safetensors", net), ["conv=conv2d", "fc=dense"]
    with pytest.raises(
        UsageError, match=r"fc.weight \(3, 24\) follows a convolution with 2 channels: .*--flatten fc=2,"
    ):
        convert(source, tmp_path / "model", map=rules)
    with pytest.raises(UsageError, match=r"features \(2, 3, 5\) are 30 numbers, and the layer has 24 inputs"):
        convert(source, tmp_path / "model", map=rules, flatten={"fc": (2, 3, 5)})
    with pytest.raises(
        UsageError, match="--flatten fc1: there is no dense layer of that name .* Did you mean 'fc'"
    ):
        convert(source, tmp_path / "model", map=rules, flatten={"fc1": (2, 3, 4), "fc": ()})
    convert(source, tmp_path / "model", map=rules, flatten={"fc": (2, 3, 4)})
    kernel = load_checkpoint(tmp_path / "model").get_tensor("dense/kernel")
    image = rng.normal(size=(2, 3, 4))
    np.testing.assert_allclose(
        np.moveaxis(image, 0, -1).reshape(-1) @ kernel, net["fc.weight"] @ image.reshape(-1)
    )
    convert(source, tmp_path / "plain", map=rules, flatten={"fc": ()})
    np.testing.assert_array_equal(
        load_checkpoint(tmp_path / "plain").get_tensor("dense/kernel"), net["fc.weight"].T
    )


def test_a_ready_made_model_keeps_its_recipe(tmp_path: Path, rng: np.random.Generator) -> None:
    column = tf.feature_column.numeric_column("x", shape=[4])
    classifier = est.DNNClassifier(
        [5], [column], tmp_path / "fresh", n_classes=3, config=est.RunConfig(progress=False)
    )
    classifier.train(lambda: est.data.Dataset.from_tensors(({"x": X}, [0, 1, 2, 0, 1, 2])), steps=1)
    net = {
        "0.weight": rng.normal(size=(5, 4)), "0.bias": rng.normal(size=5),
        "2.weight": rng.normal(size=(3, 5)), "2.bias": rng.normal(size=3),
    }  # fmt: skip
    arrays = {name: array.astype(np.float32) for name, array in net.items()}
    convert(save(tmp_path / "net.safetensors", arrays), tmp_path / "model", like=tmp_path / "fresh")
    assert json.loads((tmp_path / "model" / ".recipe.json").read_text())["estimator"] == "DNNClassifier"
    moved = est.DNNClassifier([5], [column], tmp_path / "model", n_classes=3)
    found = [row["logits"] for row in moved.predict(lambda: est.data.Dataset.from_tensors({"x": X}))]
    wanted = np.maximum(X @ net["0.weight"].T + net["0.bias"], 0) @ net["2.weight"].T + net["2.bias"]
    np.testing.assert_allclose(np.array(found), wanted, atol=1e-5)


@pytest.mark.parametrize(
    ("source", "target", "kind", "message"),
    [
        ("a.pth", "b.safetensors", UsageError, "are both files of PyTorch: one side is a"),
        ("models/a", "models/b", UsageError, "are both checkpoints"),
        ("gone.safetensors", "b", NotFoundError, "gone.safetensors"),
        ("gone", "b.pth", NotFoundError, "Failed to find any matching files for gone"),
        ("bad.safetensors", "b", DataLossError, "'bad.safetensors' is no safetensors file"),
        ("s3://a/b.pth", "b", NotImplementedError, "'s3' is not implemented"),
    ],
)
def test_files_that_are_none_are_told(
    source: str,
    target: str,
    kind: type[Exception],
    message: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "bad.safetensors").write_bytes(b"PK\3\4 a zip file")
    with pytest.raises(kind, match=message):
        convert(source, target)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["bad.safetensors"]


def test_what_the_target_is_to_look_like_is_of_its_kind(net: dict[str, Array], tmp_path: Path) -> None:
    source = save(tmp_path / "net.safetensors", net)
    with pytest.raises(
        UsageError, match=r"net.safetensors' is to look like .*model', and is of the other kind"
    ):
        convert(source, tmp_path / "model", like=source)


def test_a_checkpoint_is_no_target(net: dict[str, Array], fresh: Path, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"model.ckpt-1' is a checkpoint: give its model_dir as the target"):
        convert(save(tmp_path / "net.safetensors", net), fresh / "model.ckpt-1")


def test_rules_may_be_a_dict(net: dict[str, Array], fresh: Path, tmp_path: Path) -> None:
    source = save(tmp_path / "net.safetensors", net)
    convert(source, tmp_path / "model", map={"fc1": "hidden", "fc2": "logits"}, like=fresh)
    np.testing.assert_allclose(predictions(tmp_path / "model"), torch_output(net, X), atol=1e-5)


def test_arguments_that_are_none_are_told_all_at_once(tmp_path: Path) -> None:
    given: dict[str, Any] = {
        "map": "fc1=hidden", "keep": "a", "drop": [1], "flatten": {"fc": (2, 0)}, "forget_bias": "1", "step": -1,
    }  # fmt: skip
    with pytest.raises(UsageError, match="convert: 5 problems") as caught:
        convert(tmp_path / "net.safetensors", tmp_path / "model", **given)
    for text in (
        "map is a list",
        "keep is a list",
        "drop is a list",
        "flatten: 'fc' has features",
        "forget_bias is a",
    ):
        assert text in str(caught.value)
    with pytest.raises(ValueError, match="step is a whole number from 0 on, given: 1.5"):
        convert(tmp_path / "net.safetensors", tmp_path / "model", step=1.5)  # type: ignore[arg-type]  # on purpose
    with pytest.raises(TypeError, match="flatten maps layers"):
        convert(tmp_path / "net.safetensors", tmp_path / "model", flatten=[("fc", ())])  # type: ignore[arg-type]


def test_a_file_without_weights_becomes_no_empty_checkpoint(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="net.safetensors holds no weights"):
        convert(save(tmp_path / "net.safetensors", {}), tmp_path / "model")
    assert not (tmp_path / "model").exists()


def test_a_source_of_which_all_is_dropped_becomes_no_empty_checkpoint(tmp_path: Path) -> None:
    source = save(tmp_path / "net.safetensors", {"fc.bias": np.ones(2, np.float32)})
    with pytest.raises(UsageError, match="--drop leaves nothing that takes part"):
        convert(source, tmp_path / "model", drop=["**"])
    assert not (tmp_path / "model").exists()


@pytest.mark.parametrize("name", ["global_step", "_CHECKPOINTABLE_OBJECT_GRAPH"])
def test_a_weight_does_not_take_a_name_that_checkpoints_need(name: str, tmp_path: Path) -> None:
    source = save(tmp_path / "net.safetensors", {name: np.ones(2, np.float32)})
    with pytest.raises(UsageError, match=f"{name} would be {name}, which is no weight in a checkpoint"):
        convert(source, tmp_path / "model", map=["**=**"])
    convert(source, tmp_path / "model", map=["**=net/**"])
    np.testing.assert_array_equal(load_checkpoint(tmp_path / "model").get_tensor(f"net/{name}"), [1, 1])


def test_a_step_is_what_an_int64_holds(tmp_path: Path) -> None:
    source = save(tmp_path / "net.safetensors", {"fc.bias": np.ones(2, np.float32)})
    with pytest.raises(ValueError, match="step is a whole number from 0 on, given: 9223372036854775808"):
        convert(source, tmp_path / "model", map=["**=**"], step=1 << 63)
    beyond = tmp_path / "beyond.safetensors"
    beyond.write_bytes(
        b"".join(pieces({"fc.bias": TypedArray(np.ones(2), float64)}, {"global_step": f"{1 << 63}"}))
    )
    with pytest.raises(UsageError, match="the step 9223372036854775808 is more than an int64 holds"):
        convert(beyond, tmp_path / "model", map=["**=**"])
    convert(source, tmp_path / "model", map=["**=**"], step=(1 << 63) - 1)
    assert load_checkpoint(tmp_path / "model").get_tensor("global_step") == (1 << 63) - 1


def test_what_no_optimizer_of_pytorchs_keeps_stays_behind_and_is_named(tmp_path: Path) -> None:
    column = tf.feature_column.numeric_column("x", shape=[4])
    config = est.RunConfig(progress=False)
    trained = est.DNNRegressor([5], [column], tmp_path / "m", optimizer="RMSProp", config=config)
    trained.train(lambda: est.data.Dataset.from_tensors(({"x": X}, np.ones((6, 1), np.float32))), steps=1)
    maps = {"dnn/hiddenlayer_0": "0", "dnn/logits": "2"}
    done = convert(tmp_path / "m", tmp_path / "net.safetensors", map=maps)
    assert "the optimizer's state stays behind: PyTorch has no place for RMSProp, RMSProp_1." in done.notes


def test_many_layers_of_one_kind_take_little_longer_than_few(tmp_path: Path) -> None:
    def work(layers: int) -> int:
        shapes = {f"b.{number}.w.weight": (3, 3) for number in range(layers)}
        ours = {f"d_{number}/kernel": (3, 3) for number in range(layers)}
        sides = [
            Held(
                "",
                {
                    name: TypedArray(np.broadcast_to(np.float32(0), shape), float32)
                    for name, shape in side.items()
                },
            )
            for side in (shapes, ours)
        ]
        calls = 0

        def count(frame: Any, event: str, argument: Any) -> None:
            nonlocal calls
            calls += event == "call" and frame.f_code.co_name == "pair"

        sys.setprofile(count)
        try:
            made = plan(sides[0], sides[1], True, Wishes())
        finally:
            sys.setprofile(None)
        assert len(made.proposed) == layers
        return calls

    assert work(40) == work(10) == 1
