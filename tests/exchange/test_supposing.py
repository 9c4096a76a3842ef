"""Layers of which nobody has said how they lie in the target."""

from __future__ import annotations

import pytest

from estimator.exchange.held import Shape
from estimator.exchange.pairing import Unfit, our_layers, torch_layers
from estimator.exchange.supposing import our_layer, our_shape, torch_layer, torch_shape

Shapes = dict[str, Shape]

LAYERS: list[tuple[Shapes, Shapes]] = [  # below t in PyTorch, below the same name here
    ({"t.weight": (3, 4), "t.bias": (3,)}, {"o/kernel": (4, 3), "o/bias": (3,)}),
    ({"t.weight": (8, 3, 5, 7), "t.bias": (8,)}, {"o/kernel": (5, 7, 3, 8), "o/bias": (8,)}),
    ({"t.weight": (8, 3, 5)}, {"o/kernel": (5, 3, 8)}),
    ({"t.weight": (4,), "t.bias": (4,)}, {"o/gamma": (4,), "o/beta": (4,)}),
    (
        {"t.weight": (4,), "t.bias": (4,), "t.running_mean": (4,), "t.running_var": (4,)},
        {"o/gamma": (4,), "o/beta": (4,), "o/moving_mean": (4,), "o/moving_variance": (4,)},
    ),
    ({"t.scale": (2, 3)}, {"o/scale": (2, 3)}),
    (
        {"t.weight_ih_l0": (16, 3), "t.weight_hh_l0": (16, 4), "t.bias_ih_l0": (16,), "t.bias_hh_l0": (16,)},
        {"o/kernel": (3, 16), "o/recurrent_kernel": (4, 16), "o/bias": (16,)},
    ),
    (
        {"t.weight_ih_l0": (12, 3), "t.weight_hh_l0": (12, 4), "t.bias_ih_l0": (12,), "t.bias_hh_l0": (12,)},
        {"o/kernel": (3, 12), "o/recurrent_kernel": (4, 12), "o/bias": (2, 12)},
    ),
    (
        {"t.weight_ih_l0": (16, 3), "t.weight_hh_l0": (16, 4), "t.bias_ih_l0": (16,), "t.bias_hh_l0": (16,)},
        {"rnn/lstm_cell/kernel": (7, 16), "rnn/lstm_cell/bias": (16,)},
    ),
    (
        {"t.weight_ih_l0": (4, 3), "t.weight_hh_l0": (4, 4), "t.bias_ih_l0": (4,), "t.bias_hh_l0": (4,)},
        {"rnn/basic_rnn_cell/kernel": (7, 4), "rnn/basic_rnn_cell/bias": (4,)},
    ),
]
IDS = [" ".join(ours) for _, ours in LAYERS]


@pytest.mark.parametrize(("torch", "ours"), LAYERS, ids=IDS)
def test_a_layer_of_pytorch_would_be_one_of_keras_here(torch: Shapes, ours: Shapes) -> None:
    (layer,) = torch_layers([*torch, *(["t.num_batches_tracked"] if "t.running_mean" in torch else [])])
    name = next(iter(ours)).rpartition("/")[0]
    found, shapes = our_layer(layer, name, torch | {"t.num_batches_tracked": ()})
    assert (found.name, shapes) == (name, ours)


@pytest.mark.parametrize(("torch", "ours"), LAYERS, ids=IDS)
def test_and_the_other_way_round(torch: Shapes, ours: Shapes) -> None:
    (layer,) = our_layers(ours)
    found, shapes = torch_layer(layer, "t", ours)
    assert (found.name, shapes) == ("t", torch)


def test_single_tensors_have_the_shape_that_their_name_means() -> None:
    assert our_shape("embeddings", (5, 3)) == torch_shape("embeddings", (5, 3)) == (5, 3)
    assert our_shape("depthwise_kernel", (6, 1, 5, 7)) == (5, 7, 6, 1)
    assert torch_shape("depthwise_kernel", (5, 7, 3, 2)) == (6, 1, 5, 7)


def test_a_table_or_a_dense_layer_without_bias_is_not_guessed() -> None:
    (layer,) = torch_layers(["e.weight"])
    with pytest.raises(
        Unfit, match=r"e.weight \(5, 3\) may be the weight of a dense layer or a table: map it by the"
    ):
        our_layer(layer, "e", {"e.weight": (5, 3)})


def test_what_nothing_in_pytorch_is_like_is_refused() -> None:
    before = {
        "g/kernel": (3, 12),
        "g/recurrent_kernel": (4, 12),
        "g/bias": (12,),
    }  # resets before the product
    separable = {"s/depthwise_kernel": (3, 3, 2, 1), "s/pointwise_kernel": (1, 1, 2, 4)}
    for shapes, message in (
        (before, "'g' .* is nothing in PyTorch"),
        (separable, "map each by its own name"),
    ):
        (layer,) = our_layers(shapes)
        with pytest.raises(Unfit, match=message):
            torch_layer(layer, "t", shapes)
