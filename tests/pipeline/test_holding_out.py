"""Parts of a dataset for training and for evaluation."""

from __future__ import annotations

import json

import numpy as np
import pytest

from estimator.pipeline.dataset import Dataset
from estimator.pipeline.holding_out import held_out, is_held_out, kept
from estimator.pipeline.stage import Context


def numbers(dataset: Dataset) -> list[int]:
    return [int(number) for number in dataset.as_numpy_iterator()]


@pytest.mark.parametrize("share", [0.2, 0.5, 0.29, 1 / 3, 0.0001, 0.01, 0.4999])
def test_every_element_is_in_one_of_the_two_parts(share: float) -> None:
    data = Dataset.range(2000)
    train, test = numbers(kept(data, share)), numbers(held_out(data, share))
    assert sorted(train + test) == list(range(2000))
    assert train == sorted(train) and test == sorted(test)
    assert abs(len(test) - share * 2000) <= 1


def test_of_every_five_rows_one_is_held_out_at_a_place_that_varies() -> None:
    places = np.array(numbers(held_out(Dataset.range(5000), 0.2)))
    assert (places // 5 == np.arange(1000)).all()
    counts = np.bincount(places % 5, minlength=5)
    # the places are drawn evenly: chi-squared with 4 degrees of freedom is below 18.5 in 99.9 % of such draws
    assert ((counts - 200.0) ** 2 / 200).sum() < 18.5


def test_the_hash_is_splitmix64() -> None:
    """The first values of the generator with seed 0, as published with its reference implementation."""
    published = [0xE220A8397B1DCDAF, 0x6E789E6AA1B965F4, 0x06C45D188009454F, 0xF88BB8A8724C81EC]
    expected = [block * 5 + value % 5 for block, value in enumerate(published)]
    assert np.flatnonzero(is_held_out(np.arange(20), 1, 5)).tolist() == expected


def test_what_is_added_at_the_end_does_not_move_what_is_there() -> None:
    assert numbers(held_out(Dataset.range(100), 0.3)) == [
        number for number in numbers(held_out(Dataset.range(1000), 0.3)) if number < 100
    ]


def test_the_number_of_elements_is_known_where_that_of_the_data_is() -> None:
    data = Dataset.range(103)
    for part in (kept(data, 0.2), held_out(data, 0.2)):
        assert part._node.cardinality == len(numbers(part))
    assert kept(data.repeat(), 0.2)._node.cardinality == -1


@pytest.mark.parametrize("part", [kept, held_out])
@pytest.mark.parametrize("taken", [0, 1, 7, 40])
def test_a_part_goes_on_where_it_stood(part: object, taken: int) -> None:
    dataset = part(Dataset.range(100), 0.2).repeat(3)  # type: ignore[operator]
    whole, (first, *_) = dataset._node.start(Context(None)), dataset._node.start(Context(None))
    everything = whole.stage.read(1000).tolist()
    begun = first.read(taken).tolist()
    state = json.loads(json.dumps(first.state()))
    second = dataset._node.start(Context(None)).stage
    second.restore(state)
    assert begun + second.read(1000).tolist() == everything


def test_features_and_labels_stay_together_and_lists_of_records_are_parted_too() -> None:
    data = Dataset.from_tensor_slices(({"x": np.arange(50)}, np.arange(50) * 2)).map(lambda x, y: (x, y))
    for features, label in held_out(data, 0.2).as_numpy_iterator():
        assert label == 2 * features["x"]
    texts = Dataset.from_generator(lambda: iter(range(50)), "int64")
    assert numbers(held_out(texts, 0.2)) == numbers(held_out(Dataset.range(50), 0.2))


@pytest.mark.parametrize("share", [0, -0.1, 0.51, 1, True, "0.2", float("nan"), None, 0.00001])
def test_a_share_that_is_none_is_refused(share: object) -> None:
    with pytest.raises(ValueError, match="from 0.0001 to 0.5"):
        kept(Dataset.range(3), share)  # type: ignore[arg-type]
