"""PyTorch and safetensors as they are: files of theirs here, and ours there.

`make interop-torch` puts them into .venv-torch and runs this file there; elsewhere it is skipped. With
ESTIMATOR_TORCH=required a library that is missing is a failure.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections import OrderedDict
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import estimator as est
from estimator import tf
from estimator.checkpoint.reader import load_checkpoint
from estimator.core.dtypes import as_dtype, bfloat16
from estimator.core.errors import DataLossError, UsageError
from estimator.exchange import checkpoint, convert
from estimator.exchange.torch_optimizer import moments_wanted
from estimator.formats.safetensors import TypedArray, pieces, read
from tests.interop.conftest import TensorFlow

pytestmark = pytest.mark.filterwarnings("ignore")  # the libraries' own


def library(name: str) -> Any:
    """The library, or a skip."""
    if os.environ.get("ESTIMATOR_TORCH") == "required":
        return __import__(name, fromlist=["_"])
    return pytest.importorskip(name)


torch = library("torch")
nn = torch.nn
X = np.random.default_rng(0).normal(size=(32, 4)).astype(np.float32)
LABELS = X[:, :3].argmax(1)


@pytest.fixture(autouse=True)
def _in_a_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    torch.manual_seed(0)


# -- a model that is trained on both sides -----------------------------------------------------------------------------


def module() -> Any:
    return nn.Sequential(OrderedDict(fc1=nn.Linear(4, 10), relu=nn.ReLU(), fc2=nn.Linear(10, 3)))


def torch_steps(net: Any, optimizer: Any, count: int) -> float:
    """Train, and give the last loss."""
    loss = 0.0
    for _ in range(count):
        optimizer.zero_grad()
        loss = nn.functional.cross_entropy(net(torch.from_numpy(X)), torch.from_numpy(LABELS))
        loss.backward()
        optimizer.step()
    return float(loss)


def save(net: Any, optimizer: Any = None, path: str = "net.pth", **more: Any) -> str:
    saved = {"model_state_dict": net.state_dict(), **more}
    if optimizer is not None:
        saved["optimizer_state_dict"] = optimizer.state_dict()
    torch.save(saved, path)
    return path


def our_model(model_dir: str, optimizer: Callable[[], Any]) -> est.Estimator:
    def model_fn(features: Any, labels: Any, mode: str) -> est.EstimatorSpec:
        hidden = est.layers.dense(features["x"], 10, est.nn.relu, name="hidden")
        logits = est.layers.dense(hidden, 3, name="logits")
        if mode == "infer":
            return est.EstimatorSpec(mode, predictions={"logits": logits})
        loss = est.losses.sparse_softmax_cross_entropy(labels, logits)
        return est.EstimatorSpec(
            mode, loss=loss, train_op=optimizer().minimize(loss, tf.train.get_global_step())
        )

    return est.Estimator(model_fn, model_dir, est.RunConfig(progress=False))


def input_fn() -> Any:
    return est.data.Dataset.from_tensors(({"x": X}, LABELS)).repeat()


def logits(model: est.Estimator) -> Any:
    return np.array([row["logits"] for row in model.predict(lambda: est.data.Dataset.from_tensors({"x": X}))])


MAPS, BACK = ["fc1=hidden", "fc2=logits"], ["hidden=fc1", "logits=fc2"]
OPTIMIZERS: dict[str, tuple[Callable[[Any], Any], Callable[[], Any], set[str]]] = {
    # PyTorch's, ours, slots; Adam's epsilon is small here, since it stands in another place
    "Adam": (
        lambda parameters: torch.optim.Adam(parameters, 1e-2, eps=1e-12),
        lambda: tf.train.AdamOptimizer(1e-2, epsilon=1e-12),
        {"Adam", "Adam_1"},
    ),
    "Adam with amsgrad": (
        lambda parameters: torch.optim.Adam(parameters, 1e-2, betas=(0.8, 0.99), eps=1e-12, amsgrad=True),
        lambda: tf.train.AdamOptimizer(1e-2, 0.8, 0.99, epsilon=1e-12, amsgrad=True),
        {"Adam", "Adam_1", "Adam_2"},
    ),
    "SGD with momentum": (
        lambda parameters: torch.optim.SGD(parameters, 0.1, momentum=0.9),
        lambda: tf.train.MomentumOptimizer(0.1, 0.9),
        {"Momentum"},
    ),
    "SGD with Nesterov's momentum": (
        lambda parameters: torch.optim.SGD(parameters, 0.1, momentum=0.9, nesterov=True),
        lambda: tf.train.MomentumOptimizer(0.1, 0.9, use_nesterov=True),
        {"Momentum"},
    ),
    "Adagrad": (
        lambda parameters: torch.optim.Adagrad(parameters, 0.1, eps=0),
        lambda: tf.train.AdagradOptimizer(0.1),
        {"Adagrad"},
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", OPTIMIZERS)
def test_a_training_goes_on_here_and_back_there_as_if_it_had_never_moved(name: str) -> None:
    theirs, ours, slots = OPTIMIZERS[name]
    net = module()
    optimizer = theirs(net.parameters())
    loss = torch_steps(net, optimizer, 20)
    save(net, optimizer, epoch=2, loss=loss, global_step=20)
    our_model("fresh", ours).train(input_fn, steps=1)

    done = convert("net.pth", "model", map=MAPS, like="fresh")
    assert (done.step, done.problems) == (20, ())
    found = {name.rpartition("/")[2] for name in load_checkpoint("model").names()}
    assert slots <= found
    model = our_model("model", ours)
    np.testing.assert_allclose(logits(model), net(torch.from_numpy(X)).detach().numpy(), atol=1e-5)

    model.train(input_fn, steps=20)
    torch_steps(net, optimizer, 20)
    np.testing.assert_allclose(logits(model), net(torch.from_numpy(X)).detach().numpy(), atol=1e-4)

    convert("model", "back.pth", map=BACK, like="net.pth")
    saved = torch.load("back.pth", weights_only=True)
    assert saved["global_step"] == 40
    back = module()
    back.load_state_dict(saved["model_state_dict"])
    again = theirs(back.parameters())
    again.load_state_dict(saved["optimizer_state_dict"])
    np.testing.assert_allclose(back(torch.from_numpy(X)).detach().numpy(), logits(model), atol=1e-5)
    assert abs(torch_steps(back, again, 20) - torch_steps(net, optimizer, 20)) < 1e-4


def test_what_comes_back_at_once_is_what_went() -> None:
    net = module()
    optimizer = torch.optim.Adam(net.parameters(), 1e-2)
    loss = torch_steps(net, optimizer, 3)
    save(net, optimizer, epoch=1, loss=loss)
    convert("net.pth", "model", map=MAPS)
    convert("model", "back.pth", map=BACK, like="net.pth")
    before, after = (torch.load(path, weights_only=True) for path in ("net.pth", "back.pth"))
    assert (after["epoch"], after["loss"], after["global_step"]) == (1, loss, 3)
    assert {type(after[name]) for name in ("epoch", "loss", "global_step")} == {int, float}
    for name, tensor in before["model_state_dict"].items():
        assert torch.equal(tensor, after["model_state_dict"][name])
    old, new = before["optimizer_state_dict"], after["optimizer_state_dict"]
    assert old["param_groups"] == new["param_groups"]
    for number, kept in old["state"].items():
        for kind, tensor in kept.items():
            assert torch.equal(tensor, new["state"][number][kind])
            assert tensor.dtype is new["state"][number][kind].dtype


# -- layers ------------------------------------------------------------------------------------------------------------

SEQUENCE = np.random.default_rng(1).normal(size=(2, 5, 3)).astype(np.float32)
IMAGES = np.random.default_rng(2).normal(size=(2, 3, 8, 7)).astype(np.float32)
LAST = np.ascontiguousarray(np.moveaxis(IMAGES, 1, -1))


def _norm(layer: Any) -> Any:
    """A norm in use, with statistics of its own."""
    for tensor in layer.state_dict().values():
        if tensor.is_floating_point():
            tensor.copy_(torch.rand(tensor.shape) + 0.5)
    return layer.eval()


# name: PyTorch's layer, its inputs; Keras' layer, its arguments, its weights in order, its inputs; axes back
LAYERS: dict[str, tuple[Callable[[], Any], Any, str, dict[str, Any], list[str], Any, bool]] = {
    "Linear": (
        lambda: nn.Linear(4, 3), X, "Dense", {"units": 3}, ["kernel", "bias"], X, False,
    ),
    "Conv1d": (
        lambda: nn.Conv1d(3, 4, 2), SEQUENCE.transpose(0, 2, 1).copy(), "Conv1D",
        {"filters": 4, "kernel_size": 2}, ["kernel", "bias"], SEQUENCE, True,
    ),
    "Conv2d": (
        lambda: nn.Conv2d(3, 4, (2, 3)), IMAGES, "Conv2D",
        {"filters": 4, "kernel_size": [2, 3]}, ["kernel", "bias"], LAST, True,
    ),
    "ConvTranspose2d": (
        lambda: nn.ConvTranspose2d(3, 4, (2, 3), stride=2), IMAGES, "Conv2DTranspose",
        {"filters": 4, "kernel_size": [2, 3], "strides": 2}, ["kernel", "bias"], LAST, True,
    ),
    "Conv2d of each channel": (
        lambda: nn.Conv2d(3, 6, (2, 3), groups=3), IMAGES, "DepthwiseConv2D",
        {"depth_multiplier": 2, "kernel_size": [2, 3]}, ["depthwise_kernel", "bias"], LAST, True,
    ),
    "BatchNorm2d": (
        lambda: _norm(nn.BatchNorm2d(3)), IMAGES, "BatchNormalization", {"epsilon": 1e-5},
        ["gamma", "beta", "moving_mean", "moving_variance"], LAST, True,
    ),
    "LayerNorm": (
        lambda: _norm(nn.LayerNorm(4)), X, "LayerNormalization", {"epsilon": 1e-5}, ["gamma", "beta"], X, False,
    ),
    "LSTM": (
        lambda: nn.LSTM(3, 4, batch_first=True), SEQUENCE, "LSTM", {"units": 4, "return_sequences": True},
        ["kernel", "recurrent_kernel", "bias"], SEQUENCE, False,
    ),
    "GRU": (
        lambda: nn.GRU(3, 4, batch_first=True), SEQUENCE, "GRU", {"units": 4, "return_sequences": True},
        ["kernel", "recurrent_kernel", "bias"], SEQUENCE, False,
    ),
    "RNN": (
        lambda: nn.RNN(3, 4, batch_first=True), SEQUENCE, "SimpleRNN", {"units": 4, "return_sequences": True},
        ["kernel", "recurrent_kernel", "bias"], SEQUENCE, False,
    ),
}  # fmt: skip


def converted(name: str) -> tuple[Any, dict[str, Any]]:
    """A layer of PyTorch's and what its tensors are here."""
    make, _, _, _, weights, _, _ = LAYERS[name]
    layer = make()
    torch.save(OrderedDict((f"a.{key}", value) for key, value in layer.state_dict().items()), "layer.pth")
    rule = "a.weight=b/depthwise_kernel" if "depthwise_kernel" in weights else "a=b"
    convert(
        "layer.pth",
        "layer",
        map=[rule, *(["a.bias=b/bias"] if "depthwise" in rule else [])],
        like=_like(weights),
    )
    reader = load_checkpoint("layer")
    return layer, {weight: reader.get_tensor(f"b/{weight}") for weight in weights}


def _like(weights: list[str]) -> str | None:
    """A checkpoint for the one layer whose form its rules do not tell."""
    if "depthwise_kernel" not in weights:
        return None
    tensors = {"b/depthwise_kernel": np.zeros((2, 3, 3, 2), np.float32), "b/bias": np.zeros(6, np.float32)}
    checkpoint.save(
        "like", "model.ckpt-0", {name: TypedArray(a, as_dtype(a.dtype)) for name, a in tensors.items()}
    )
    return "like"


@pytest.fixture(scope="module")
def asked(tmp_path_factory: pytest.TempPathFactory) -> dict[str, tuple[Any, dict[str, Any]]]:
    """Every layer, converted."""
    before = Path.cwd()
    found = {}
    for name in LAYERS:
        os.chdir(tmp_path_factory.mktemp("layer"))
        torch.manual_seed(0)
        with torch.no_grad():
            found[name] = converted(name)
    os.chdir(before)
    return found


@pytest.fixture(scope="module")
def of_keras(asked: dict[str, tuple[Any, dict[str, Any]]], tensorflow: TensorFlow) -> dict[str, Any]:
    """What TensorFlow's layers give with our weights."""
    requests = [
        {
            "layer": LAYERS[name][2],
            "arguments": LAYERS[name][3],
            "weights": [weight.tolist() for weight in weights.values()],
            "inputs": LAYERS[name][5].tolist(),
        }
        for name, (_, weights) in asked.items()
    ]
    outputs = tensorflow.answer("tf_torch_layers.py", {"layers": requests})["outputs"]
    return {name: np.array(output) for name, output in zip(asked, outputs, strict=True)}


@pytest.mark.parametrize("name", LAYERS)
def test_a_layer_gives_in_tensorflow_what_it_gives_in_pytorch(
    name: str, asked: dict[str, tuple[Any, dict[str, Any]]], of_keras: dict[str, Any]
) -> None:
    layer, _ = asked[name]
    _, inputs, *_, is_turned = LAYERS[name]
    with torch.no_grad():
        given = layer(torch.from_numpy(inputs))
    output = (given[0] if isinstance(given, tuple) else given).numpy()
    np.testing.assert_allclose(of_keras[name], np.moveaxis(output, 1, -1) if is_turned else output, atol=1e-5)


def test_an_lstm_is_a_cell_of_ours() -> None:
    layer = nn.LSTM(3, 4, num_layers=2, batch_first=True)
    torch.save(layer.state_dict(), "lstm.pth")
    cells = "rnn/multi_rnn_cell/cell_{}/basic_lstm_cell"
    convert("lstm.pth", "lstm", map=[f"l{number}={cells.format(number)}" for number in range(2)])
    with tf.Graph().as_default(), tf.Session() as session:
        stacked = tf.nn.rnn_cell.MultiRNNCell([tf.nn.rnn_cell.BasicLSTMCell(4) for _ in range(2)])
        outputs, _ = tf.nn.dynamic_rnn(stacked, tf.constant(SEQUENCE), dtype=tf.float32)
        tf.train.Saver().restore(session, tf.train.latest_checkpoint("lstm"))
        found = session.run(outputs)
    np.testing.assert_allclose(found, layer(torch.from_numpy(SEQUENCE))[0].detach().numpy(), atol=1e-5)


def test_a_convolutional_network_predicts_here_what_it_predicted_there() -> None:
    net = nn.Sequential(
        OrderedDict(
            conv1=nn.Conv2d(3, 4, 3, padding=1), norm=_norm(nn.BatchNorm2d(4)), relu=nn.ReLU(), pool=nn.MaxPool2d(2),
            flat=nn.Flatten(), fc=nn.Linear(4 * 4 * 3, 5),
        )
    ).eval()  # fmt: skip
    save(net)

    def model_fn(features: Any, mode: str) -> est.EstimatorSpec:
        h = tf.layers.conv2d(features["image"], 4, 3, padding="same", name="conv")
        h = tf.nn.relu(tf.layers.batch_normalization(h, epsilon=1e-5, name="norm"))
        h = tf.layers.flatten(tf.layers.max_pooling2d(h, 2, 2))
        return est.EstimatorSpec(mode, predictions={"y": tf.layers.dense(h, 5, name="dense")})

    with pytest.raises(UsageError, match="--flatten fc=4,HEIGHT,WIDTH"):
        convert("net.pth", "model", map=["conv1=conv", "norm=norm", "fc=dense"])
    convert("net.pth", "model", map=["conv1=conv", "norm=norm", "fc=dense"], flatten={"fc": (4, 4, 3)})
    model = est.Estimator(model_fn, "model")
    found = [row["y"] for row in model.predict(lambda: est.data.Dataset.from_tensors({"image": LAST}))]
    np.testing.assert_allclose(np.array(found), net(torch.from_numpy(IMAGES)).detach().numpy(), atol=1e-5)


# -- what state dicts and optimizers look like -------------------------------------------------------------------------


class Tied(nn.Module):
    """An embedding whose weight is the last layer's too, a buffer, and a parameter without a gradient."""

    def __init__(self) -> None:
        super().__init__()
        self.embed = nn.Embedding(7, 4)
        self.register_buffer("places", torch.arange(5))
        self.norm = nn.BatchNorm1d(4)
        self.unused = nn.Linear(2, 2)
        self.out = nn.Linear(4, 7, bias=False)
        self.out.weight = self.embed.weight

    def forward(self, ids: Any) -> Any:
        return self.out(self.norm(self.embed(ids)))


TIED = ["embed.weight=embed/embeddings", "norm=norm", "unused=unused"]


def _tied(optimizer: Callable[[Any], Any], steps: int = 2) -> tuple[Any, Any]:
    net = Tied()
    made = optimizer(net)
    for _ in range(steps):
        made.zero_grad()
        net(torch.arange(7)).square().mean().backward()
        made.step()
    return net, made


@pytest.mark.parametrize("named", [False, True])
def test_parameters_are_numbered_as_the_model_lists_them(named: bool) -> None:
    net, optimizer = _tied(
        lambda net: torch.optim.Adam(net.named_parameters() if named else net.parameters(), 0.1)
    )
    if named and "param_names" not in optimizer.state_dict()["param_groups"][0]:
        pytest.skip("this torch is older than 2.6, whose optimizers keep names")
    save(net, optimizer)
    done = convert("net.pth", "model", map=TIED, drop=["places"])
    reader = load_checkpoint("model")
    state = optimizer.state_dict()["state"]
    np.testing.assert_array_equal(reader.get_tensor("embed/embeddings/Adam"), state[0]["exp_avg"].numpy())
    np.testing.assert_array_equal(reader.get_tensor("norm/beta/Adam_1"), state[2]["exp_avg_sq"].numpy())
    # what has had no gradient has no state there, and begins at 0 here
    assert not np.any(reader.get_tensor("unused/kernel/Adam"))
    assert (
        "unused.bias, unused.weight had no gradient so far: what the optimizer keeps of it begins at 0."
        in done.notes
    )
    convert("model", "back.pth", map=["embed/embeddings=embed.weight", "norm=norm", "unused=unused"], like="net.pth",
            keep=["places"])  # fmt: skip
    saved = torch.load("back.pth", weights_only=True)
    back = Tied()
    back.load_state_dict(saved["model_state_dict"])
    assert back.out.weight is back.embed.weight
    assert list(saved["model_state_dict"]) == list(net.state_dict())
    assert saved["model_state_dict"]["norm.num_batches_tracked"] == 2
    again = torch.optim.Adam(back.parameters())
    again.load_state_dict(saved["optimizer_state_dict"])
    assert torch.equal(again.state[back.norm.bias]["exp_avg"], optimizer.state[net.norm.bias]["exp_avg"])
    assert again.state[back.norm.bias]["step"].dtype is torch.float32


def test_groups_without_names_are_refused_and_weights_alone_are_not() -> None:
    def groups(net: Any) -> Any:
        return torch.optim.SGD([{"params": [net.norm.weight]}, {"params": [net.out.weight]}], 0.1, 0.9)

    net, optimizer = _tied(groups)
    save(net, optimizer)
    with pytest.raises(
        UsageError, match="2 groups of parameters without names. Save an optimizer that was made of"
    ):
        convert("net.pth", "model", map=TIED, drop=["places"])
    convert("net.pth", "model", map=TIED, drop=["places"], weights_only=True)
    assert not any("Momentum" in name for name in load_checkpoint("model").names())


def test_an_optimizer_of_some_parameters_is_refused() -> None:
    net, optimizer = _tied(lambda net: torch.optim.Adam([net.norm.weight]))
    save(net, optimizer)
    with pytest.raises(UsageError, match="the optimizer has 1 parameters, and the model 5"):
        convert("net.pth", "model", map=TIED, drop=["places"])


def test_an_optimizer_in_another_order_is_noticed_by_its_shapes() -> None:
    net = module()
    optimizer = torch.optim.Adam(reversed(list(net.parameters())))
    torch_steps(net, optimizer, 1)
    save(net, optimizer)
    with pytest.raises(
        UsageError, match=r"fc1.weight has shape \(10, 4\) and its exp_avg \(3,\): the optimizer numbers"
    ):
        convert("net.pth", "model", map=MAPS)


@pytest.mark.parametrize(
    ("optimizer", "steps"),
    [
        (lambda net: torch.optim.Adam(net.parameters()), 0),  # before its first step
        (lambda net: torch.optim.SGD(net.parameters(), 0.1), 1),  # without momentum
    ],
)
def test_an_optimizer_that_keeps_nothing_leaves_nothing(optimizer: Callable[[Any], Any], steps: int) -> None:
    net = module()
    made = optimizer(net)
    torch_steps(net, made, steps)
    save(net, made)
    convert("net.pth", "model", map=MAPS)
    assert load_checkpoint("model").names() == [
        "global_step", "hidden/bias", "hidden/kernel", "logits/bias", "logits/kernel",
    ]  # fmt: skip


def test_steps_of_old_files_are_plain_numbers() -> None:
    net = module()
    optimizer = torch.optim.Adam(net.parameters())
    torch_steps(net, optimizer, 5)
    state = optimizer.state_dict()
    for kept in state["state"].values():
        kept["step"] = int(kept["step"])
    torch.save({"model_state_dict": net.state_dict(), "optimizer_state_dict": state}, "net.pth")
    assert convert("net.pth", "model", map=MAPS).step == 5
    np.testing.assert_allclose(load_checkpoint("model").get_tensor("beta1_power"), 0.9**6, rtol=1e-6)


def test_parameters_with_different_numbers_of_steps_are_refused() -> None:
    net = module()
    optimizer = torch.optim.Adam(net.parameters())
    torch_steps(net, optimizer, 2)
    optimizer.state[net.fc1.weight]["step"] += 1
    save(net, optimizer)
    with pytest.raises(
        UsageError, match=r"different numbers of steps \(fc1.bias 2, fc1.weight 3, .*\(--weights_only\)"
    ):
        convert("net.pth", "model", map=MAPS)


def test_what_an_optimizer_of_no_kind_of_ours_keeps_is_named() -> None:
    net = module()
    optimizer = torch.optim.RMSprop(net.parameters())
    torch_steps(net, optimizer, 1)
    save(net, optimizer)
    with pytest.raises(
        UsageError, match="fc1.weight: what the optimizer keeps as square_avg has no place here"
    ):
        convert("net.pth", "model", map=MAPS)


def test_an_optimizer_of_another_kind_does_not_get_its_moments() -> None:
    net = module()
    optimizer = torch.optim.Adam(net.parameters())
    torch_steps(net, optimizer, 1)
    save(net, optimizer)
    our_model("fresh", lambda: tf.train.RMSPropOptimizer(0.1)).train(input_fn, steps=1)
    with pytest.raises(
        UsageError, match="of the source keeps exp_avg, exp_avg_sq, that of the target RMSProp"
    ):
        convert("net.pth", "model", map=MAPS, like="fresh")
    done = convert("net.pth", "model", map=MAPS, like="fresh", weights_only=True)
    assert not any("RMSProp" in name for name in load_checkpoint("model").names())
    assert done.step == 0


def test_bfloat16_comes_and_goes_and_moments_take_the_type_of_the_weight() -> None:
    net = module().to(torch.bfloat16)
    optimizer = torch.optim.Adam(net.parameters(), 0.1)
    for _ in range(2):
        optimizer.zero_grad()
        net(torch.from_numpy(X).to(torch.bfloat16)).square().mean().backward()
        optimizer.step()
    save(net, optimizer)
    convert("net.pth", "model", map=MAPS)
    reader = load_checkpoint("model")
    assert {reader.get_variable_to_dtype_map()[name] for name in ("hidden/kernel", "hidden/kernel/Adam")} == {
        bfloat16
    }
    convert("model", "back.pth", map=BACK, like="net.pth")
    before, after = (torch.load(path, weights_only=True) for path in ("net.pth", "back.pth"))
    assert torch.equal(before["model_state_dict"]["fc1.weight"], after["model_state_dict"]["fc1.weight"])
    old, new = (saved["optimizer_state_dict"]["state"][0] for saved in (before, after))
    assert torch.equal(old["exp_avg_sq"], new["exp_avg_sq"])
    assert (new["exp_avg"].dtype, new["step"].dtype) == (torch.bfloat16, torch.float32)


@pytest.mark.parametrize(
    ("group", "kept"),
    [
        ({"betas": (0.9, 0.999), "amsgrad": False}, ("exp_avg", "exp_avg_sq")),
        ({"betas": (0.9, 0.999), "amsgrad": True}, ("exp_avg", "exp_avg_sq", "max_exp_avg_sq")),
        ({"momentum": 0.9, "dampening": 0}, ("momentum_buffer",)),
        ({"momentum": 0, "dampening": 0}, ()),
        ({"initial_accumulator_value": 0}, ("sum",)),
        ({"alpha": 0.99, "momentum": 0.9}, ()),  # RMSprop, whose formulas are others
    ],
)
def test_an_optimizers_settings_tell_what_it_keeps(group: dict[str, Any], kept: tuple[str, ...]) -> None:
    assert moments_wanted([group]) == kept


ODD_STATES: dict[str, Callable[[dict[str, Any]], Any]] = {
    "has no 'state'": lambda state: state.pop("state"),
    "has no 'param_groups'": lambda state: state.update(param_groups={}),
    "has no numbers of parameters": lambda state: state["param_groups"][0].update(params=[0, "a"]),
    "has a parameter in two groups": lambda state: state["param_groups"][0].update(params=[0, 0, 1, 2]),
    "has another number of names": lambda state: state["param_groups"][0].update(param_names=["fc1.weight"]),
    "has betas that are no two numbers": lambda state: state["param_groups"][0].update(betas=(0.9, 7)),
    "is no dict of names": lambda state: state["state"].update({0: [1]}),
}


@pytest.mark.parametrize("message", ODD_STATES)
def test_a_state_of_another_form_is_one_clear_error(message: str) -> None:
    net = module()
    optimizer = torch.optim.Adam(net.parameters())
    torch_steps(net, optimizer, 1)
    state = optimizer.state_dict()
    ODD_STATES[message](state)
    torch.save({"model_state_dict": net.state_dict(), "optimizer_state_dict": state}, "net.pth")
    with pytest.raises(UsageError, match=f"the optimizer's state {message}.*: save optimizer.state_dict"):
        convert("net.pth", "model", map=MAPS)


# -- files -------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("key", [None, "model_state_dict", "state_dict", "model"])
def test_a_state_dict_may_lie_bare_or_below_the_usual_keys(key: str | None) -> None:
    state = module().state_dict()
    torch.save(state if key is None else {key: state, "epoch": 3}, "net.pt")
    convert("net.pt", "model", map=MAPS)
    np.testing.assert_array_equal(
        load_checkpoint("model").get_tensor("hidden/kernel"), state["fc1.weight"].numpy().T
    )


@pytest.mark.parametrize(
    ("saved", "message"),
    [
        (lambda: {"model_state_dict": module().state_dict(), "loss": np.float64(0.5)}, "it holds numpy"),
        (
            lambda: module(),
            r"it holds (torch\.nn\.modules\.)?container\.Sequential|it holds torch.nn.modules",
        ),
        (
            lambda: {"epoch": 3, "weights": [1, 2]},
            "there is no state dict in it, but the keys epoch, weights",
        ),
        (lambda: [1, 2], "there is no state dict in it, but a list"),
        (lambda: {"model_state_dict": {"fc.weight": torch.ones(2, 2).to_sparse()}}, "convert it to float32"),
        (
            lambda: {"model_state_dict": {"fc.weight": torch.ones(2).to(torch.float8_e4m3fn)}},
            "convert it to float32",
        ),
        (
            lambda: {"model_state_dict": module().state_dict(), "optimizer_state_dict": {"state": {}}},
            "has no 'param_groups'",
        ),
    ],
)
def test_files_with_something_else_are_one_clear_error(saved: Callable[[], Any], message: str) -> None:
    torch.save(saved(), "net.pth")
    with pytest.raises((DataLossError, UsageError), match=message):
        convert("net.pth", "model", map=MAPS)
    assert not Path("model").exists()


@pytest.mark.parametrize("damage", ["cut", "text"])
def test_a_damaged_file_is_one_clear_error(damage: str) -> None:
    path = Path(save(module()))
    path.write_bytes(path.read_bytes()[:200] if damage == "cut" else b"not a file of torch")
    with pytest.raises(DataLossError, match=r"'net.pth' cannot be read with weights_only=True: "):
        convert("net.pth", "model", map=MAPS)


def test_a_bare_file_tells_the_names_that_another_is_to_have() -> None:
    net = module()
    torch.save(net.state_dict(), "fresh.pth")
    save(net, path="net.pth")
    convert("net.pth", "model", map=MAPS)
    done = convert("model", "back.pth", map=BACK, like="fresh.pth")
    assert not any("stays behind" in note for note in done.notes)
    assert "optimizer_state_dict" not in torch.load("back.pth", weights_only=True)


def test_moments_stay_behind_where_nobody_says_how_the_optimizer_is_set() -> None:
    net = module()
    optimizer = torch.optim.Adam(net.parameters())
    torch_steps(net, optimizer, 1)
    save(net, optimizer)
    convert("net.pth", "model", map=MAPS)
    done = convert("model", "back.pth", map=BACK)
    assert any("optimizer's state stays behind: PyTorch's needs its settings" in note for note in done.notes)
    assert "optimizer_state_dict" not in torch.load("back.pth", weights_only=True)


def test_adam_goes_on_from_its_own_number_of_steps() -> None:
    net = module()
    optimizer = torch.optim.Adam(net.parameters())
    torch_steps(net, optimizer, 3)
    save(net, optimizer, global_step=1003)  # the optimizer was made anew after step 1000
    assert convert("net.pth", "model", map=MAPS).step == 1003
    convert("model", "back.pth", map=BACK, like="net.pth")
    saved = torch.load("back.pth", weights_only=True)
    assert (saved["global_step"], saved["optimizer_state_dict"]["state"][0]["step"]) == (1003, 3)


# -- safetensors -------------------------------------------------------------------------------------------------------


def test_our_bytes_are_those_of_the_package() -> None:
    numpy, torch_side = library("safetensors.numpy"), library("safetensors.torch")
    rng = np.random.default_rng(0)
    types = "bool uint8 int8 int16 uint16 float16 int32 uint32 float32 complex64 float64 int64 uint64".split()
    arrays = {
        f"{name} of {kind}": (rng.normal(size=(2, 3)) * 9).astype(kind) for kind in types for name in "ba"
    }
    ours = b"".join(pieces({name: TypedArray(a, as_dtype(a.dtype)) for name, a in arrays.items()}, {}))
    theirs = numpy.save(arrays)
    begin = 8 + int.from_bytes(theirs[:8], "little")
    assert ours[begin:] == theirs[begin:]
    for name, array in numpy.load(ours).items():
        np.testing.assert_array_equal(array, arrays[name])
    bits = TypedArray(np.array([0x3F80, 0xC020], np.uint16), bfloat16)
    loaded = torch_side.load(b"".join(pieces({"x": bits}, {"format": "pt"})))["x"]
    assert torch.equal(loaded, torch.tensor([1.0, -2.5], dtype=torch.bfloat16))
    np.testing.assert_array_equal(read(torch_side.save({"x": loaded}), "x").tensors["x"].array, bits.array)


def test_transposed_weights_arrive_as_they_are() -> None:
    load_file = library("safetensors.torch").load_file
    net = module()
    torch.save(net.state_dict(), "net.pth")
    convert("net.pth", "model", map=MAPS)
    convert("model", "back.safetensors", map=BACK)
    back = module()
    back.load_state_dict(load_file("back.safetensors"))
    assert torch.equal(back(torch.from_numpy(X)), net(torch.from_numpy(X)))


def test_a_saved_module_with_tied_tensors_comes_and_goes() -> None:
    safetensors = library("safetensors.torch")
    net, _ = _tied(lambda net: torch.optim.SGD(net.parameters(), 0.1))
    safetensors.save_model(net, "net.safetensors")
    name = next(
        name
        for name in read(Path("net.safetensors").read_bytes(), "").tensors
        if name in ("embed.weight", "out.weight")
    )
    convert(
        "net.safetensors",
        "model",
        map=[f"{name}=embed/embeddings", "norm=norm", "unused=unused"],
        drop=["places"],
    )
    convert("model", "back.safetensors", map=[f"embed/embeddings={name}", "norm=norm", "unused=unused"],
            like="net.safetensors", keep=["places"])  # fmt: skip
    back = Tied()
    safetensors.load_model(back, "back.safetensors")
    assert torch.equal(back.out.weight, net.out.weight)


def test_the_example_predicts_the_same_on_both_sides_and_trains_on_on_both() -> None:
    root = Path(__file__).parents[2]
    done = subprocess.run(
        [sys.executable, root / "examples" / "torch" / "iris_there_and_back.py"],
        env=os.environ | {"PYTHONPATH": str(root)}, capture_output=True, text=True,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    apart = [float(found) for found in re.findall(r"the same (?:t)?here: within (\S+)", done.stdout)]
    assert len(apart) == 2
    assert max(apart) < 1e-5
    assert re.search(r"here, after step 200: accuracy 0\.9\d|1\.0", done.stdout)
    assert float(re.findall(r"after step 300: loss (\S+)", done.stdout)[0]) < 0.1
