"""The report about a checkpoint that does not fit. TensorFlow's sentences are from TensorFlow 2.15."""

from __future__ import annotations

import pytest

from estimator.checkpoint.causes import likely_cause
from estimator.checkpoint.compare import Mismatch, Spec, compare, raise_mismatch
from estimator.core import dtypes, errors


def dnn(
    hidden: list[int], *, inputs: int = 4, classes: int = 3, slot: str | None = "Adagrad"
) -> dict[str, Spec]:
    """Keys of a canned DNN in a checkpoint, as the fixtures of TensorFlow have them."""
    specs: dict[str, Spec] = {"global_step": ((), dtypes.int64)}
    widths = [inputs, *hidden, classes]
    for layer, (before, after) in enumerate(zip(widths[:-1], widths[1:], strict=True)):
        scope = "dnn/logits" if layer == len(hidden) else f"dnn/hiddenlayer_{layer}"
        for name, shape in ((f"{scope}/kernel", (before, after)), (f"{scope}/bias", (after,))):
            specs[name] = (shape, dtypes.float32)
            if slot:
                specs[f"{name}/t_0/{slot}"] = (shape, dtypes.float32)
    return specs


def mismatch(model: dict[str, Spec], checkpoint: dict[str, Spec]) -> Mismatch:
    found = compare(model, checkpoint)
    assert found is not None
    return found


def test_what_fits_is_no_mismatch() -> None:
    assert compare(dnn([10, 10]), dnn([10, 10])) is None


def test_unexpected_keys_alone_are_no_mismatch() -> None:
    assert compare(dnn([10], slot=None), dnn([10])) is None


def test_changed_hidden_units_are_counted_and_named() -> None:
    found = mismatch(dnn([20, 20]), dnn([10, 10]))
    lines = found.message("/m/model.ckpt-200").splitlines()
    # Per slot and weight: kernels and biases of both hidden layers, and the kernel of the logits.
    assert lines[0] == (
        "10 of 13 variables of the model do not fit /m/model.ckpt-200: 10 shapes differ, 0 missing, 0 unexpected"
    )
    assert lines[1].split() == ["variable", "checkpoint", "model"]
    assert lines[2].split() == ["dnn/hiddenlayer_0/bias", "[10]", "[20]"]
    assert len({line.index("[") for line in lines[2:12]}) == 1  # aligned
    assert "hidden_units changed from [10, 10] to [20, 20]" in lines[-2]
    for advice in ("hidden_units=[10, 10]", "another model_dir", "warm_start_from"):
        assert advice in lines[-1]


def test_the_first_shape_stands_there_in_tensorflows_words() -> None:
    assert mismatch(dnn([20, 20]), dnn([10, 10])).tensorflow_sentence == (
        "tensor_name = dnn/hiddenlayer_0/bias; shape in shape_and_slice spec [20] does not match "
        "the shape stored in checkpoint: [10]"
    )


def test_a_wrong_type_stands_there_in_tensorflows_words() -> None:
    found = mismatch({"a": ((64,), dtypes.int32)}, {"a": ((64,), dtypes.float32)})
    assert (
        found.tensorflow_sentence
        == "tensor_name = a; expected dtype int32 does not equal original dtype float"
    )
    assert "[64] float32" in found.message("m-1") and "1 type differs" in found.message("m-1")


def test_a_missing_key_stands_there_in_tensorflows_words() -> None:
    found = mismatch(dnn([10, 10, 10]), dnn([10, 10], classes=10))
    assert "Key dnn/hiddenlayer_2/bias not found in checkpoint" in mismatch(
        {"dnn/hiddenlayer_2/bias": ((3,), dtypes.float32)}, {}
    ).message("m-1")
    assert "missing (in the model, not in the checkpoint)" in found.message("m-1")


def test_a_missing_name_is_answered_with_the_nearest_one() -> None:
    found = mismatch({"dense/kernel": ((3,), dtypes.float32)}, {"dense_1/kernel": ((3,), dtypes.float32)})
    assert "the checkpoint has dense_1/kernel" in found.message("m-1")


def test_shapes_raise_invalid_argument_which_is_a_value_error() -> None:
    with pytest.raises(errors.InvalidArgumentError) as caught:
        raise_mismatch(mismatch(dnn([20, 20]), dnn([10, 10])), "m-1")
    assert isinstance(caught.value, ValueError)


def test_missing_keys_alone_raise_not_found() -> None:
    with pytest.raises(errors.NotFoundError, match="0 shapes differ, 6 missing, 0 unexpected"):
        raise_mismatch(mismatch(dnn([10, 10]), dnn([10, 10], slot=None)), "m-1")


def test_long_lists_are_cut() -> None:
    model: dict[str, Spec] = {f"v{i}": ((2,), dtypes.float32) for i in range(100)}
    stored: dict[str, Spec] = {f"v{i}": ((1,), dtypes.float32) for i in range(100)}
    assert "... and 60 more" in mismatch(model, stored).message("m-1")


@pytest.mark.parametrize(
    ("model", "stored", "cause", "remedy"),
    [
        (dnn([10], classes=5), dnn([10], classes=3), "n_classes", "n_classes"),
        (
            dnn([10], slot="Adam"),
            dnn([10]),
            "variables of Adam are missing (the checkpoint has those of Adagrad)",
            "optimizer",
        ),
        (dnn([10], inputs=5), dnn([10], inputs=4), "from 4 to 5", "feature columns"),
        (dnn([10, 10]), dnn([10]), "hidden_units changed from [10] to [10, 10]", "hidden_units=[10]"),
    ],
)
def test_the_likely_cause_is_guessed(
    model: dict[str, Spec], stored: dict[str, Spec], cause: str, remedy: str
) -> None:
    found = mismatch(model, stored)
    guess, advice = likely_cause(model, stored, found.missing, found.unexpected)
    assert guess is not None and cause in guess
    assert advice is not None and remedy in advice


def test_no_cause_is_guessed_where_nothing_is_known() -> None:
    model: dict[str, Spec] = {"a": ((2,), dtypes.float32)}
    stored: dict[str, Spec] = {"a": ((3,), dtypes.float32)}
    assert likely_cause(model, stored, (), ()) == (None, None)
    assert "Likely cause" not in mismatch(model, stored).message("m-1")
