"""A thing as a key."""

from __future__ import annotations

from estimator.core.reference import Reference


def test_references_are_equal_where_the_thing_is_the_same() -> None:
    thing, twin = [1], [1]
    assert Reference(thing) == Reference(thing) != Reference(twin)
    assert {Reference(thing): "thing"}[Reference(thing)] == "thing"
    assert Reference(thing) != thing and Reference(thing).deref() is thing
    assert repr(Reference(thing)) == "<Reference of [1]>"
