"""Attributes that a test replaces come back."""

from __future__ import annotations

from typing import Any

import pytest

from estimator import tf


class Base:
    inherited = 1

    @staticmethod
    def static() -> int:
        return 1


class Derived(Base):
    own = 1


def test_attributes_come_back_the_last_one_first() -> None:
    thing: Any = Derived()
    with tf.test.StubOutForTesting() as stubs:
        stubs.Set(Derived, "own", 2)
        stubs.Set(Derived, "own", 3)
        stubs.Set(thing, "inherited", 4)
        assert (thing.own, thing.inherited, Base.inherited) == (3, 4, 1)
    assert (thing.own, thing.inherited, vars(thing)) == (1, 1, {})


def test_an_attribute_is_replaced_where_it_is_defined() -> None:
    stubs = tf.test.StubOutForTesting()
    stubs.SmartSet(Derived, "inherited", 5)
    stubs.SmartSet(Derived, "static", staticmethod(lambda: 5))
    assert (Base.inherited, Base.static()) == (5, 5)
    assert "inherited" not in vars(Derived)
    stubs.CleanUp()
    assert (Base.inherited, Base.static(), Derived().static()) == (1, 1, 1)
    assert isinstance(vars(Base)["static"], staticmethod)


def test_what_is_not_there_is_not_replaced() -> None:
    stubs = tf.test.StubOutForTesting()
    with pytest.raises(AttributeError, match="has no 'absent'"):
        stubs.SmartSet(Derived, "absent", 1)
    with pytest.raises(AttributeError, match="absent"):
        stubs.Set(Derived(), "absent", 1)
    assert not hasattr(Derived, "absent")
