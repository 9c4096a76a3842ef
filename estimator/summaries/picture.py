"""Curves as a picture, drawn by matplotlib: an axis a tag, all runs in it."""

from __future__ import annotations

import io
import os
from collections.abc import Mapping
from typing import Any

import numpy as np

from estimator.summaries.curves import Curve, smoothed

FORMATS = ("svg", "png")
_COLUMNS = 3
_AXIS = (4.2, 2.8)  # inches
_DPI = 120


def format_of(path: str | os.PathLike[str]) -> str:
    """``"svg"`` or ``"png"``, by the end of the name.

    Raises
    ------
    ValueError
        If it is neither.
    """
    ending = os.path.splitext(path)[1].lstrip(".").lower()
    if ending not in FORMATS:
        raise ValueError(f"a picture ends in .svg or .png, given: {os.fspath(path)!r}.")
    return ending


def draw(
    curves: Mapping[str, Mapping[str, Curve]], picture_format: str, smooth: float = 0.0, title: str = ""
) -> bytes:
    """The file with the picture.

    Parameters
    ----------
    curves : mapping
        Tag to run to curve.
    picture_format : str
        ``"svg"`` or ``"png"``.
    smooth : float
        As :func:`smoothed` takes it; the values themselves are drawn pale beside it.
    title : str
        Above all axes.

    Raises
    ------
    ImportError
        If matplotlib is not installed.
    """
    figure_class, rc_context = _matplotlib()
    columns = min(_COLUMNS, len(curves))
    rows = -(-len(curves) // columns)
    runs = list(dict.fromkeys(run for lines in curves.values() for run in lines))
    colors = {run: f"C{place % 10}" for place, run in enumerate(runs)}
    # a salt: else the names inside of an SVG are other ones each time
    with rc_context(
        {"svg.hashsalt": "curves", "text.parse_math": False, "axes.formatter.use_mathtext": False}
    ):
        figure = figure_class(
            figsize=(_AXIS[0] * columns, _AXIS[1] * rows + 0.5), dpi=_DPI, layout="constrained"
        )
        axes = figure.subplots(rows, columns, squeeze=False).ravel()
        for axis, (tag, lines) in zip(axes, curves.items(), strict=False):
            axis.set_title(tag, fontsize="medium")
            axis.grid(visible=True, alpha=0.3)
            for run, curve in lines.items():
                _draw_curve(axis, curve, colors[run], run, smooth)
        for axis in axes[len(curves) :]:
            axis.set_axis_off()
        for axis in axes[max(len(curves) - columns, 0) : len(curves)]:
            axis.set_xlabel("step")
        drawn: dict[str, Any] = {}
        for axis in axes:
            for handle, label in zip(*axis.get_legend_handles_labels(), strict=True):
                drawn.setdefault(label, handle)
        figure.legend(
            drawn.values(), drawn.keys(), loc="outside lower center", ncols=min(len(drawn), 4), frameon=False
        )
        if title:
            figure.suptitle(title)
        file = io.BytesIO()
        about = {"Date": None} if picture_format == "svg" else {}
        figure.savefig(file, format=picture_format, metadata=about)
    return file.getvalue()


def _draw_curve(axis: Any, curve: Curve, color: str, run: str, smooth: float) -> None:
    values = np.where(np.isfinite(curve.values), curve.values, np.nan)
    marker = "o" if len(values) < 3 else ""
    if smooth:
        axis.plot(curve.steps, values, color=color, alpha=0.25, linewidth=1, marker=marker)
        values = smoothed(values, smooth)
    axis.plot(curve.steps, values, color=color, label=run, linewidth=1.4, marker=marker)


def _matplotlib() -> tuple[Any, Any]:
    """The class Figure and rc_context; never pyplot, which keeps figures and may open windows."""
    try:
        from matplotlib import rc_context
        from matplotlib.figure import Figure
    except ImportError as error:
        raise ImportError(
            f"pictures are drawn by matplotlib, which cannot be imported ({error}). "
            "Install it with: pip install 'numpy-estimator[plot]'; without --output the curves are drawn as text."
        ) from error
    return Figure, rc_context
