"""Windows that slide over tensors: what convolutions and pools have in common, in numbers alone.

Along one axis a window has `kernel` taps, `dilation` apart; its places are `stride` apart, and before and after the
input there may be padding. SAME gives a place to each stride of the input, with the odd element of padding behind it;
VALID takes only windows that lie inside; EXPLICIT says the padding.

Source: TensorFlow 2.15, core/framework/kernel_shape_util.cc.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from estimator.core.frozen import frozen
from estimator.core.named_tuple import NamedTuple
from estimator.core.shapes import Dims
from estimator.graph import rules

PADDINGS = ("SAME", "VALID", "EXPLICIT")
DATA_FORMATS = {"NHWC": "NCHW", "NDHWC": "NCDHW"}  # channels last -> channels first


class Slide(NamedTuple):
    """The places of a window along one axis.

    Attributes
    ----------
    size : int
        That of the input.
    kernel, stride, dilation : int
    before, after : int
        The padding.
    """

    size: int
    kernel: int
    stride: int = 1
    dilation: int = 1
    before: int = 0
    after: int = 0

    @property
    def padded(self) -> int:
        """The size of the input with its padding."""
        return self.before + self.size + self.after

    @property
    def places(self) -> int:
        """The number of places."""
        return (self.padded - _reach(self.kernel, self.dilation)) // self.stride + 1

    @property
    def is_still(self) -> bool:
        """Whether each place is one element of the input, and each element has its place."""
        return self.kernel == self.stride == 1 and self.padded == self.size

    @property
    def turned(self) -> Slide | None:
        """How the windows of the places move that cover an element, with their taps the other way round.

        None if they do not move one by one, or the padding is larger than a window.
        """
        reach = _reach(self.kernel, self.dilation)
        before = reach - 1 - self.before
        after = self.size + reach - 1 - self.places - before
        if self.stride != 1 or before < 0 or after < 0:
            return None
        return Slide(self.places, self.kernel, 1, self.dilation, before, after)

    def inside(self, tap: int) -> tuple[slice, slice]:
        """The places whose tap of this number lies inside the input, and where in the input it then lies."""
        shift = tap * self.dilation - self.before
        first = max(-(shift // self.stride), 0)
        end = max(min((self.size - 1 - shift) // self.stride + 1, self.places), first)
        start = first * self.stride + shift
        return slice(first, end), slice(start, start + (end - first) * self.stride, self.stride)

    def in_padded(self, tap: int) -> slice:
        """Where in the padded input the taps of this number lie."""
        start = tap * self.dilation
        return slice(start, start + (self.places - 1) * self.stride + 1, self.stride)


def _reach(kernel: int, dilation: int) -> int:
    """How many elements lie from the first tap to the last."""
    return (kernel - 1) * dilation + 1


@frozen
class Form:
    """What the attributes of an op say of its windows, for each axis of its input.

    Attributes
    ----------
    data_format : str
        What the axes are: N for the batch, C for the channels, the others are those of space.
    strides, dilations : sequence of int
    padding : str
    explicit_paddings : sequence of int
        Before and after, axis by axis, for EXPLICIT.
    """

    data_format: str
    strides: Sequence[int]
    dilations: Sequence[int]
    padding: str
    explicit_paddings: Sequence[int] = ()

    @classmethod
    def of(cls, attrs: Mapping[str, Any], rank: int = 4) -> Form:
        """The form that these attributes say, for an input of this rank.

        Raises
        ------
        ValueError
            If they make no sense: all that is wrong with them.
        """
        form = cls(
            attrs.get("data_format", "NHWC"),
            attrs["strides"],
            attrs.get("dilations") or attrs.get("rates") or [1] * rank,
            attrs["padding"],
            attrs.get("explicit_paddings", ()),
        )
        problems = form._problems(rank)
        if problems:
            raise ValueError("; ".join(problems) + ".")
        return form

    def _problems(self, rank: int) -> list[str]:
        formats = [name for pair in DATA_FORMATS.items() for name in pair if len(name) == rank]
        problems, explicit = [], list(self.explicit_paddings)
        if self.data_format not in formats:
            problems.append(f"data_format must be {' or '.join(formats)}, given: {self.data_format!r}")
        if self.padding not in PADDINGS:
            problems.append(
                f"padding must be {', '.join(PADDINGS[:-1])} or EXPLICIT, given: {self.padding!r}"
            )
        for name, steps in (("strides", self.strides), ("dilations", self.dilations)):
            if len(steps) != rank or min(steps) < 1:
                problems.append(f"{name} must be {rank} numbers of at least 1, given: {list(steps)}")
        wanted = 2 * rank if self.padding == "EXPLICIT" else 0
        if len(explicit) != wanted or min(explicit, default=0) < 0:
            problems.append(
                f"explicit_paddings must be {wanted} numbers of at least 0 with padding={self.padding!r}, "
                f"given: {explicit}"
            )
        return problems

    @property
    def channel_axis(self) -> int:
        """Where the channels are."""
        return self.data_format.index("C")

    @property
    def space(self) -> list[int]:
        """The axes of space."""
        return [axis for axis, letter in enumerate(self.data_format) if letter not in "NC"]

    def sizes(self, dims: Dims, what: str) -> tuple[int | None, ...]:
        """The sizes of a tensor of this form, called so in the message.

        Raises
        ------
        ValueError
            If it has another rank.
        """
        return rules.with_rank(dims, len(self.data_format), f"{what} ({self.data_format})")

    def ordered(self, batch: Any, space: Sequence[Any], channels: Any) -> tuple[Any, ...]:
        """Sizes in the order of the data format."""
        return (batch, channels, *space) if self.channel_axis == 1 else (batch, *space, channels)

    def demand_space_only(self) -> None:
        """Check that windows move along the axes of space alone.

        Raises
        ------
        ValueError
            If they also move along the batch or the channels.
        """
        for axis in (0, self.channel_axis):
            if self.strides[axis] != 1 or self.dilations[axis] != 1 or any(self._pads(axis)):
                raise ValueError(
                    f"a window moves neither along the batch nor along the channels; in {self.data_format} its "
                    f"strides {list(self.strides)}, dilations {list(self.dilations)} and explicit paddings must be "
                    f"1, 1 and 0 there."
                )

    def _pads(self, axis: int) -> Sequence[int]:
        return self.explicit_paddings[2 * axis : 2 * axis + 2]

    def slide(self, axis: int, size: int, kernel: int) -> Slide:
        """How a window of so many taps slides along an axis."""
        stride, dilation = self.strides[axis], self.dilations[axis]
        before = after = 0
        if self.padding == "SAME":
            places = -(-size // stride)
            total = max((places - 1) * stride + _reach(kernel, dilation) - size, 0)
            before, after = total // 2, total - total // 2
        elif self.padding == "EXPLICIT":
            before, after = self._pads(axis)
        return Slide(size, kernel, stride, dilation, before, after)

    def slides(self, sizes: Sequence[int], kernel: Sequence[int]) -> tuple[Slide, ...]:
        """How the windows of a kernel, whose shape begins with its taps, slide over an input of these sizes."""
        return tuple(
            self.slide(axis, sizes[axis], taps) for axis, taps in zip(self.space, kernel, strict=False)
        )

    def count(self, axis: int, size: int | None, kernel: int | None) -> int | None:
        """The number of places along an axis, None if that is not known.

        Raises
        ------
        ValueError
            If the window does not fit into the input.
        """
        if size is None or (kernel is None and self.padding != "SAME"):
            return None
        if size == axis == 0:
            return 0  # an empty batch stays one
        slide = self.slide(axis, size, kernel or 1)
        if slide.places < 0 or (slide.places == 0 and self.padding != "SAME"):
            where = f" with {slide.before} + {slide.after} of padding" if slide.padded > size else ""
            raise ValueError(
                f"a window of {kernel} taps, {slide.dilation} apart, does not fit into {size} elements{where} "
                f"(axis {axis}); make the window or the dilation smaller, or use padding='SAME'."
            )
        return slide.places
