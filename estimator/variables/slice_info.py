"""What a variable is of the whole that it is a part of."""

from __future__ import annotations

from dataclasses import replace

from estimator.core.frozen import frozen
from estimator.formats.slices import parse_spec


@frozen
class SaveSliceInfo:
    """Which part of which whole a variable is; checkpoints store it under the name of the whole.

    Parameters
    ----------
    full_name : str
        The name of the whole variable, without ``:0``.
    full_shape : tuple of int
        Its shape.
    var_offset : tuple of int
        Where the part begins.
    var_shape : tuple of int
        The shape of the part.

    Source
    ------
    tf.Variable.SaveSliceInfo, TF 1.15 variables.py
    """

    full_name: str
    full_shape: tuple[int, ...]
    var_offset: tuple[int, ...]
    var_shape: tuple[int, ...]

    @property
    def extents(self) -> tuple[tuple[int, int], ...]:
        """Start and length along each axis."""
        return tuple(zip(self.var_offset, self.var_shape, strict=True))

    @property
    def spec(self) -> str:
        """TensorFlow's text for it, the shape of the whole and then the slice: ``150 3 50,50:0,3``."""
        sizes = " ".join(map(str, self.full_shape))
        return f"{sizes} " + ":".join(f"{start},{length}" for start, length in self.extents)

    @classmethod
    def of_spec(cls, full_name: str, spec: str) -> SaveSliceInfo:
        """What such a text says, in which ``-`` is all of an axis.

        Raises
        ------
        ValueError
            If it is not such a text.
        """
        shape, extents = parse_spec(spec)
        offset, lengths = zip(*extents, strict=True)
        return cls(full_name, shape, offset, lengths)

    def of_slot(self, slot_name: str) -> SaveSliceInfo:
        """The same part of what an optimizer keeps for the whole variable."""
        return self.of_whole(f"{self.full_name}/{slot_name}")

    def of_whole(self, full_name: str) -> SaveSliceInfo:
        """The same part of another whole of this shape."""
        return replace(self, full_name=full_name)
