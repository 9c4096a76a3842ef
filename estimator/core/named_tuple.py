"""NamedTuple as typing has it, quickly made.

typing compiles each annotation of a class, as if somebody would ask for its value; a first training needs fifty such
classes, and nobody asks. Here they stay the texts that they are in other classes::

    class Moment(NamedTuple):
        step: int
        seconds: float = 0.0

    Moment(3)                     # Moment(step=3, seconds=0.0)

Methods, properties and class attributes may follow the fields, all of which are annotated; ``typing.get_type_hints``
evaluates them. Type checkers see typing's own.
"""

from __future__ import annotations

from collections import namedtuple
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from typing import NamedTuple as NamedTuple
else:

    class _Maker(type):
        """Makes of the body of a class what namedtuple makes of the names of its fields."""

        def __new__(cls, name: str, bases: tuple[type, ...], body: dict[str, Any]) -> type:
            fields = body.get("__annotations__", {})
            own = dict(body)
            defaults = {field: own.pop(field) for field in fields if field in own}
            made = namedtuple(name, fields, defaults=defaults.values(), module=body["__module__"])
            if made._field_defaults != defaults:
                raise TypeError(f"{name}: a field without a default follows one that has one.")
            made.__new__.__annotations__ = fields
            made.__orig_bases__ = bases
            for key, value in own.items():
                setattr(made, key, value)
            return made

    NamedTuple = type.__new__(_Maker, "NamedTuple", (), {"__doc__": "The base of named tuples."})
