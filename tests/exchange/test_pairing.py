"""Layers of both sides, and which tensors of one are which of the other."""

from __future__ import annotations

import pytest

from estimator.exchange.forms import AsIs, Cell, Depthwise, Flattened, Gru, Recurrent, Turned
from estimator.exchange.held import Shape
from estimator.exchange.pairing import Advice, Layer, Unfit, our_layers, pair, torch_layers

Shapes = dict[str, Shape]
NO_ADVICE = Advice({})


def pieces(torch: Shapes, ours: Shapes, advice: Advice = NO_ADVICE) -> dict[str, object]:
    """What each tensor of ours is made of, and how."""
    (theirs,), (own,) = torch_layers(torch), our_layers(ours)
    found = pair(theirs, own, torch, ours, advice)
    return {" ".join(piece.ours): (" ".join(piece.torch), piece.form) for piece in found}


NORM = {"n.weight": (4,), "n.bias": (4,)}
STATISTICS = {"n.running_mean": (4,), "n.running_var": (4,), "n.num_batches_tracked": ()}
LSTM = {"r.weight_ih_l0": (16, 3), "r.weight_hh_l0": (16, 4), "r.bias_ih_l0": (16,), "r.bias_hh_l0": (16,)}
GRU = {"r.weight_ih": (12, 3), "r.weight_hh": (12, 4), "r.bias_ih": (12,), "r.bias_hh": (12,)}


@pytest.mark.parametrize(
    ("torch", "ours", "found"),
    [
        (
            {"fc.weight": (3, 4), "fc.bias": (3,)},
            {"d/kernel": (4, 3), "d/bias": (3,)},
            {"d/kernel": ("fc.weight", Turned()), "d/bias": ("fc.bias", AsIs())},
        ),
        ({"fc.weight": (3, 3)}, {"d/kernel": (3, 3)}, {"d/kernel": ("fc.weight", Turned())}),
        ({"fc.weight": (3, 4)}, {"d/weights": (4, 3)}, {"d/weights": ("fc.weight", Turned())}),
        ({"fc.weight": (3, 4)}, {"d/mine": (4, 3)}, {"d/mine": ("fc.weight", Turned())}),
        ({"e.weight": (3, 3)}, {"e/embeddings": (3, 3)}, {"e/embeddings": ("e.weight", AsIs())}),
        ({"e.weight": (5, 3)}, {"e/weight": (5, 3)}, {"e/weight": ("e.weight", AsIs())}),
        ({"c.weight": (8, 3, 5)}, {"c/kernel": (5, 3, 8)}, {"c/kernel": ("c.weight", Turned())}),
        ({"c.weight": (8, 3, 5, 7)}, {"c/kernel": (5, 7, 3, 8)}, {"c/kernel": ("c.weight", Turned())}),
        ({"c.weight": (8, 3, 2, 5, 7)}, {"c/kernel": (2, 5, 7, 3, 8)}, {"c/kernel": ("c.weight", Turned())}),
        (
            {"c.weight": (6, 1, 5, 7)},
            {"c/depthwise_kernel": (5, 7, 3, 2)},
            {"c/depthwise_kernel": ("c.weight", Depthwise(2))},
        ),
        (
            NORM | STATISTICS,
            {"b/beta": (4,), "b/gamma": (4,), "b/moving_mean": (4,), "b/moving_variance": (4,)},
            {
                "b/gamma": ("n.weight", AsIs()),
                "b/beta": ("n.bias", AsIs()),
                "b/moving_mean": ("n.running_mean", AsIs()),
                "b/moving_variance": ("n.running_var", AsIs()),
            },
        ),
        ({"n.weight": (4, 4), "n.bias": (4, 4)}, {"b/beta": (4, 4), "b/gamma": (4, 4)},
         {"b/gamma": ("n.weight", AsIs()), "b/beta": ("n.bias", AsIs())}),
        ({"p.scale": (2, 2)}, {"p/scale": (2, 2)}, {"p/scale": ("p.scale", AsIs())}),
        (
            LSTM,
            {"l/kernel": (3, 16), "l/recurrent_kernel": (4, 16), "l/bias": (16,)},
            {"l/kernel l/recurrent_kernel l/bias": (" ".join(LSTM), Recurrent())},
        ),
        (
            LSTM,
            {"rnn/basic_lstm_cell/kernel": (7, 16), "rnn/basic_lstm_cell/bias": (16,)},
            {"rnn/basic_lstm_cell/kernel rnn/basic_lstm_cell/bias": (" ".join(LSTM), Cell(4))},
        ),
        (
            GRU,
            {"l/kernel": (3, 12), "l/recurrent_kernel": (4, 12), "l/bias": (2, 12)},
            {"l/kernel l/recurrent_kernel l/bias": (" ".join(GRU), Gru())},
        ),
    ],
)  # fmt: skip
def test_parts_find_each_other_by_name_and_shape(
    torch: Shapes, ours: Shapes, found: dict[str, object]
) -> None:
    assert pieces(torch, ours) == found


def test_what_people_say_of_layers_counts() -> None:
    dense = {"fc.weight": (3, 12)}, {"d/kernel": (12, 3)}
    assert pieces(*dense, Advice({"fc": (3, 2, 2)})) == {"d/kernel": ("fc.weight", Flattened((3, 2, 2)))}
    assert pieces(*dense, Advice({"fc": ()})) == {"d/kernel": ("fc.weight", Turned())}
    cell = {"lstm_cell/kernel": (7, 16), "lstm_cell/bias": (16,)}
    ((_, form),) = pieces(LSTM, cell, Advice({}, forget_bias=0.0)).values()  # type: ignore[misc]  # pairs
    assert form == Cell(4, 0.0)


@pytest.mark.parametrize(
    ("torch", "ours", "message"),
    [
        (
            {"fc.weight": (3, 4)},
            {"d/kernel": (5, 3)},
            r"fc.weight \(3, 4\) gives \(4, 3\) \(transposed\), and d/kernel \(5, 3\) is wanted",
        ),
        ({"fc.weight": (3, 3)}, {"d/mine": (3, 3)}, "may be the weight of a dense layer or a table, and the name 'mine'"),
        ({"fc.weight": (3, 4), "fc.bias": (3,)}, {"d/kernel": (4, 3)}, r"fc.bias \(3,\) is nothing in 'd'"),
        ({"fc.weight": (3, 4)}, {"d/kernel": (4, 3), "d/bias": (3,)}, "d/bias of 'd' is nothing in 'fc'"),
        ({"c.weight": (7, 1, 5, 5)}, {"c/depthwise_kernel": (5, 5, 3, 2)}, "cannot reshape"),
        (GRU, {"g/kernel": (7, 12), "g/bias": (12,)}, "resets after the product, and 'g' one that resets before"),
        (
            GRU,
            {"g/kernel": (3, 12), "g/recurrent_kernel": (4, 12), "g/bias": (12,)},
            "Use a GRU with reset_after=True",
        ),
        (LSTM | {"r.weight_hr_l0": (2, 4)}, {"l/kernel": (3, 16)}, "a recurrent layer that nothing here is like"),
        (LSTM, {"l/kernel": (3, 16), "l/recurrent_kernel": (4, 16)}, "'r' .* is not 'l'"),
        (LSTM, {"l/gamma": (4,)}, "'r' .* is not 'l'"),
        (LSTM, {"l/kernel": (3, 12), "l/recurrent_kernel": (3, 12), "l/bias": (12,)}, "is wanted"),
    ],
)  # fmt: skip
def test_layers_that_are_not_the_same_say_why(torch: Shapes, ours: Shapes, message: str) -> None:
    with pytest.raises(Unfit, match=message):
        pieces(torch, ours)


def test_each_layer_and_direction_of_a_recurrent_module_is_one() -> None:
    parts = [f"{part}_{which}" for which in ("l0", "l0_reverse", "l1") for part in ("weight_ih", "weight_hh")]
    names = [layer.name for layer in torch_layers([f"rnn.{part}" for part in parts])]
    assert names == ["rnn.l0", "rnn.l0_reverse", "rnn.l1"]
    assert [layer.name for layer in torch_layers(["rnn.weight_ih_l0", "fc.weight"])] == ["rnn", "fc"]
    assert [layer.name for layer in torch_layers(["weight_ih_l0", "weight_hh_l0"])] == [""]


def test_our_layers_come_in_the_order_of_the_numbers_in_their_names() -> None:
    names = [f"dense{number}/kernel" for number in ("_10", "_2", "", "_1")]
    assert [layer.name for layer in our_layers(names)] == ["dense", "dense_1", "dense_2", "dense_10"]
    assert our_layers(["kernel"]) == [Layer("", {"kernel": "kernel"})]
