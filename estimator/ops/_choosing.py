"""How a plan chooses between two arrays, element by element.

numpy's ``where`` goes by the truth of each element, which takes ten times as long as a few calls over the bits of the
numbers: with a mask m of ones where the condition holds, (t ^ e) & m ^ e is t there, and e elsewhere.
"""

from __future__ import annotations

from typing import Any

import numpy as np

_WORDS: dict[int, np.dtype[Any]] = {4: np.dtype(np.int32), 8: np.dtype(np.int64)}


def emit_choice(p: Any, out: Any, condition: Any, t: Any, e: Any) -> None:
    """Write ``out[...] = where(condition, t, e)``; all broadcast to `out`, which is none of their memory.

    Where `e` is a known zero, `out` may be the memory of `t`.
    """
    word = _WORDS.get(out.dtype.itemsize) if out.dtype.kind in "fiuc" else None
    if word is None:
        others = p.scratch(out, bool)
        p.copy(others, condition)
        p.call(np.logical_not, others, out=others)
        if out.name != t.name:
            p.copy(out, t)
        p.call(np.copyto, out, e, where=others)
        return
    mask, bits = p.scratch(out, word), p.retyped(out, word)
    p.copy(mask, condition)  # 1 or 0
    if _is_zero(e):
        p.call(np.negative, mask, out=mask)
        p.call(np.bitwise_and, p.retyped(t, word), mask, out=bits)
    elif _is_zero(t):
        p.call(np.subtract, mask, np.ones((), word), out=mask)
        p.call(np.bitwise_and, p.retyped(e, word), mask, out=bits)
    else:
        others = p.retyped(e, word)
        p.call(np.negative, mask, out=mask)
        p.call(np.bitwise_xor, p.retyped(t, word), others, out=bits)
        p.call(np.bitwise_and, bits, mask, out=bits)
        p.call(np.bitwise_xor, bits, others, out=bits)


def _is_zero(operand: Any) -> bool:
    """Whether it is known to have no bit at all; -0.0 has one."""
    value = operand.value
    if value is None:
        return False
    one = value if any(value.strides) else value[(slice(0, 1),) * value.ndim]  # a number that is repeated
    return not one.tobytes().strip(b"\0")
