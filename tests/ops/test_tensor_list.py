"""The value that a list of tensors is, beside a Python list that is copied at every change."""

from __future__ import annotations

from typing import Any

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from estimator.core.dtypes import float32, variant
from estimator.ops._lists import TensorList

CHANGES = st.lists(
    st.tuples(
        st.integers(0, 5),
        st.sampled_from(["push", "pop", "set", "resize", "add", "zeros"]),
        st.integers(0, 3),
    ),
    max_size=40,
)


def changed(
    values: TensorList, model: list[Any], what: str, number: int, count: int
) -> tuple[TensorList, list[Any]]:
    value = np.float32(count)
    if what == "push":
        return values.pushed(value), [*model, value]
    if what == "pop" and model:
        return values.resized(len(model) - 1), model[:-1]
    if what == "set" and number < len(model):
        return values.with_element(number, value), [*model[:number], value, *model[number + 1 :]]
    if what == "resize":
        return values.resized(number), [*model, None, None, None][:number] if len(
            model
        ) + 3 >= number else model
    if what == "add":
        doubled = [None if element is None else element + element for element in model]
        return values + values, doubled
    if what == "zeros":
        return values.zeros(), [None if element is None else np.float32(0) for element in model]
    return values, model


@settings(max_examples=200, deadline=None)
@given(CHANGES)
def test_every_version_stays_what_it_was(changes: list[tuple[int, str, int]]) -> None:
    versions: list[tuple[TensorList, list[Any]]] = [(TensorList(float32, ()), [])]
    for count, (which, what, number) in enumerate(changes):
        versions.append(changed(*versions[-1 - which % len(versions)], what, number, count))
        for values, model in versions:
            assert [None if element is None else float(element) for element in values.elements()] == model


def test_what_is_pushed_and_set_goes_into_what_the_list_before_held_however_long_it_is() -> None:
    values = TensorList(float32, ())
    held = values._values
    for number in range(1000):
        values = values.pushed(np.float32(number)).with_element(number // 2, np.float32(0))
        assert values._values is held
    assert values.resized(999)._values is held


def test_an_earlier_version_that_is_read_again_and_again_looks_through_no_more_than_a_few_later_ones() -> (
    None
):
    first = TensorList.of(float32, (), [np.float32(number) for number in range(100)])
    later = first
    for number in range(100):
        later = later.with_element(number, np.float32(-1))
        assert first.element(number) == first.element(99 - number) + 2 * number - 99
    assert first._newer is None
    assert [float(element) for element in later.elements()] == [-1] * 100


def test_the_shape_that_all_elements_have_is_known() -> None:
    rows, wide = np.zeros((2, 3), np.float32), np.zeros((2, 4), np.float32)
    values = TensorList(float32, (None, None))
    assert values.common_dims is None
    two = values.pushed(rows).pushed(rows)
    assert two.common_dims == two.with_element(0, rows).common_dims == (2, 3)
    assert two.resized(4).common_dims == two.zeros().common_dims == (two + two).common_dims == (2, 3)
    mixed = two.pushed(wide)
    assert mixed.common_dims is None
    assert two.common_dims == (2, 3)  # an earlier version
    assert TensorList.of(float32, (None, None), [rows, None, wide]).common_dims is None
    assert TensorList.of(variant, None, [two, two]).common_dims is None


def test_zeros_of_a_list_are_those_of_each_element() -> None:
    values = TensorList(float32, (None,)).pushed(np.ones(2)).pushed(np.ones(2))
    later = values.pushed(np.ones(2)).zeros()
    assert [element.tolist() for element in values.zeros().elements()] == [[0, 0]] * 2
    assert [element.tolist() for element in later.elements()] == [[0, 0]] * 3
    gap = TensorList(float32, (None,), 2)
    assert gap.with_element(1, np.ones(2)).zeros().element(0) is None
    held = gap.with_element(0, np.ones(2))
    held.with_element(1, np.ones(2))
    assert held.zeros().element(1) is None  # set in another version only
