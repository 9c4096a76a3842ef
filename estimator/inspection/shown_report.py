"""A report as text for people, and as plain values for programs."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from estimator.core.shapes import show
from estimator.core.shown import shorten, shown_bytes
from estimator.inspection.listing import LATEST, Listing
from estimator.inspection.report import CheckpointReport, ModelDirReport, NextSave, Report
from estimator.inspection.roles import BOOKKEEPING, NOT_TRAINABLE, OPTIMIZER, SLOT, TRAINABLE, UNKNOWN
from estimator.inspection.tables import counted, number, printable, shown_time, table, told_time
from estimator.inspection.variables import VariableReport

_GROUPS = (TRAINABLE, UNKNOWN, NOT_TRAINABLE, SLOT, OPTIMIZER, BOOKKEEPING)
_TITLES = {
    TRAINABLE: "trainable",
    UNKNOWN: "trained or not (nothing tells)",
    NOT_TRAINABLE: "not trainable",
    SLOT: "slots of the optimizer",
    OPTIMIZER: "of the optimizer",
    BOOKKEEPING: "bookkeeping of tf.train.Checkpoint",
}
_VALUE = "/.ATTRIBUTES/VARIABLE_VALUE"


def text_of(report: Report, width: int) -> str:
    """The report as text of so many columns."""
    lines: list[str] = []
    if report.model_dir is not None:
        lines += [*_model_dir_lines(report.model_dir, width), ""]
    if report.checkpoint is not None:
        lines += _checkpoint_lines(report.checkpoint, width)
    if report.trouble is not None:
        lines.append(f"no checkpoint can be read: {printable(report.trouble)}")
    return "\n".join(lines).rstrip("\n")


def _model_dir_lines(found: ModelDirReport, width: int) -> Iterator[str]:
    total = sum(group.size_bytes for group in found.files)
    count = sum(group.count for group in found.files)
    yield f"{printable(found.directory)}: {shown_bytes(total)} in {counted(count, 'file')}"
    yield f"  trainer: {printable(found.trainer) if found.trainer else 'none at work'}"
    yield from _maker_lines(found.entries[-1] if found.entries else None, len(found.entries))
    yield ""
    yield from listing_lines(found.listing, width)
    if found.next_save is not None:
        yield f"  {_next_save(found.next_save)}"
    yield ""
    yield from table(
        [
            ("files", "folder", "count", "size", "newest"),
            *(
                (
                    group.kind,
                    group.folder or ".",
                    f"{group.count:,}",
                    shown_bytes(group.size_bytes),
                    shown_time(group.newest),
                )
                for group in found.files
            ),
        ],
        "llrrl",
        width,
        "",
    )


def _maker_lines(entry: Mapping[str, Any] | None, calls: int) -> Iterator[str]:
    if entry is None:
        yield "  trained by: not told, there is no metadata.yaml (TensorFlow writes none)"
        return
    loss = entry.get("loss")
    ending = f"step {entry.get('start_step')} to {entry.get('end_step', '?')}"
    if isinstance(loss, (int, float)):
        ending += f", loss {number(loss)}"
    yield f"  trained by: {_short(entry.get('estimator'))}, {ending}, {_short(entry.get('time'))}"
    versions = entry.get("versions")
    if isinstance(versions, Mapping):
        yield "    with " + ", ".join(f"{_short(name)} {_short(value)}" for name, value in versions.items())
    commit = entry.get("git_commit")
    yield f"    script {_short(entry.get('script'))}, git commit {_short(commit) if commit else 'none'}"
    if calls > 1:
        yield f"    the last of {calls} calls of train; estimator metadata tells all"


def _short(value: Any) -> str:
    return printable(value if isinstance(value, str) and len(value) <= 60 else shorten(value))


def listing_lines(listing: Listing, width: int) -> Iterator[str]:
    """The checkpoints and what lies beside them."""
    if listing.trouble is not None:
        yield f"the state file cannot be used: {printable(listing.trouble)}"
    if not listing.checkpoints:
        yield "no checkpoint"
    else:
        metric = listing.ranking.metric if listing.ranking else None
        rows = [("checkpoint", "step", "saved", "size", "state", *([metric] if metric else []))]
        for one in listing.checkpoints:
            state = f"{one.state}, best" if one.is_best else one.state
            if one.is_latest and one.state != LATEST:
                state += ", named as the latest"
            row = (
                one.name,
                "-" if one.step is None else str(one.step),
                shown_time(one.saved),
                shown_bytes(one.size_bytes),
                state,
            )
            rows.append((*row, *([number(one.value)] if metric else [])))
        yield from table(rows, "lrlrl" + ("r" if metric else ""), width, "")
        for one in listing.checkpoints:
            if one.damage is not None:
                yield f"  {printable(one.name)}: {printable(one.damage)}"
    for left in listing.leftovers:
        yield f"  {printable(left.name)} ({shown_bytes(left.size_bytes)}): {left.what}"


def _next_save(found: NextSave) -> str:
    keep = "all" if not found.keep_checkpoint_max else str(found.keep_checkpoint_max)
    why = (
        f"keep_checkpoint_max={found.keep_checkpoint_max}" if found.is_recorded else f"by default {keep} stay"
    )
    names = ", ".join(map(printable, found.deletes)) or "none"
    kept = (
        f", and unlists {', '.join(map(printable, found.preserves))}, which stay" if found.preserves else ""
    )
    return f"the next save deletes {names}{kept} ({why})"


def _checkpoint_lines(found: CheckpointReport, width: int) -> Iterator[str]:
    yield f"variables of {printable(found.prefix)}"
    groups = {kind: [one for one in found.variables if one.role.kind == kind] for kind in _GROUPS}
    for kind, members in groups.items():
        if members:
            yield f" {_titled(kind, members)}"
            yield from table(_rows(members), "lllrrrr", width)
    yield from (f"  {printable(one.name)}: {printable(one.damage)}" for one in found.variables if one.damage)
    yield from _totals(found.variables)


def _titled(kind: str, members: Sequence[VariableReport]) -> str:
    names = dict.fromkeys(one.role.optimizer for one in members if one.role.optimizer)
    shown = f"{_TITLES[kind]} {', '.join(map(printable, names))}" if names else _TITLES[kind]
    return f"{shown}: {counted(len(members), 'variable')}, {counted(_elements(members), 'element')}"


def _rows(variables: Iterable[VariableReport]) -> list[tuple[str, ...]]:
    rows: list[tuple[str, ...]] = [("name", "shape", "dtype", "norm", "mean", "NaN", "size")]
    for one in variables:
        found = one.statistics
        if found is None:
            middle = ("damaged" if one.damage else "-", "-", "-")
        else:
            bad = f"{found.nan_count:,}" + (f"+{found.inf_count:,}inf" if found.inf_count else "")
            middle = (number(found.norm), number(found.mean), bad)
        shape = show(one.shape) + (f" in {one.pieces}" if one.pieces > 1 else "")
        rows.append((one.name.removesuffix(_VALUE), shape, one.dtype, *middle, shown_bytes(one.size_bytes)))
    return rows


def _elements(variables: Iterable[VariableReport]) -> int:
    return sum(one.count for one in variables)


def _totals(variables: Sequence[VariableReport]) -> Iterator[str]:
    size = sum(one.size_bytes for one in variables)
    parts = [counted(len(variables), "variable"), counted(_elements(variables), "element"), shown_bytes(size)]
    trained = [one for one in variables if one.role.kind == TRAINABLE]
    if trained:
        parts.append(f"{counted(_elements(trained), 'element')} trainable")
    bad = [
        one for one in variables if one.statistics and (one.statistics.nan_count or one.statistics.inf_count)
    ]
    if bad:
        parts.append(f"{counted(len(bad), 'variable')} with NaN or infinity")
    yield "  total: " + ", ".join(parts)


def values_of(report: Report) -> dict[str, Any]:
    """The report as plain values; docs/inspecting.md says what the keys mean."""
    return {
        "path": report.path,
        "trouble": report.trouble,
        "model_dir": None if report.model_dir is None else _model_dir_values(report.model_dir),
        "checkpoint": None if report.checkpoint is None else _checkpoint_values(report.checkpoint),
    }


def _model_dir_values(found: ModelDirReport) -> dict[str, Any]:
    saved = found.next_save
    return {
        "directory": found.directory,
        "trainer": found.trainer,
        **listing_values(found.listing),
        "next_save": None
        if saved is None
        else {
            "deletes": saved.deletes,
            "preserves": saved.preserves,
            "keep_checkpoint_max": saved.keep_checkpoint_max,
            "is_recorded": saved.is_recorded,
        },
        "train_calls": len(found.entries),
        "metadata": found.entries[-1] if found.entries else None,
        "files": [
            {
                "kind": group.kind,
                "folder": group.folder,
                "count": group.count,
                "size_bytes": group.size_bytes,
                "newest": told_time(group.newest),
            }
            for group in found.files
        ],
    }


def listing_values(listing: Listing) -> dict[str, Any]:
    """A listing as plain values."""
    latest = listing.latest
    return {
        "latest": None if latest is None else latest.name,
        "state_file_trouble": listing.trouble,
        "ranking": None if listing.ranking is None else listing.ranking._asdict(),
        "checkpoints": [
            {
                "name": one.name,
                "step": one.step,
                "saved": told_time(one.saved),
                "size_bytes": one.size_bytes,
                "files": one.files,
                "state": one.state,
                "is_listed": one.is_listed,
                "is_latest": one.is_latest,
                "is_best": one.is_best,
                "value": one.value,
                "damage": one.damage,
            }
            for one in listing.checkpoints
        ],
        "leftovers": [
            {"name": left.name, "size_bytes": left.size_bytes, "what": left.what}
            for left in listing.leftovers
        ],
    }


def _checkpoint_values(found: CheckpointReport) -> dict[str, Any]:
    return {
        "prefix": found.prefix,
        "step": found.step,
        "metadata": found.maker,
        "count": len(found.variables),
        "elements": _elements(found.variables),
        "size_bytes": sum(one.size_bytes for one in found.variables),
        "variables": [_variable_values(one) for one in found.variables],
    }


def _variable_values(one: VariableReport) -> dict[str, Any]:
    found = one.statistics
    return {
        "name": one.name,
        "shape": one.shape,
        "dtype": one.dtype,
        "elements": one.count,
        "size_bytes": one.size_bytes,
        "pieces": one.pieces,
        "role": one.role.kind,
        "optimizer": one.role.optimizer,
        "slot_of": one.role.slot_of,
        "norm": found and found.norm,
        "mean": found and found.mean,
        "min": found and found.min,
        "max": found and found.max,
        "nan_count": found and found.nan_count,
        "inf_count": found and found.inf_count,
        "damage": one.damage,
    }
