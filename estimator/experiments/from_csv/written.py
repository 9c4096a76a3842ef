"""A guess as an experiment in YAML, with the reasons beside what was guessed, for a person to edit."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from typing import Any

from estimator.experiments.from_csv.guessing import Guess
from estimator.experiments.from_csv.kinds import CATEGORY, LEFT_OUT, NUMBER, Column, is_whole
from estimator.experiments.from_csv.labels import CLASSES
from estimator.experiments.from_csv.shown import one_line
from estimator.settings.yaml_flow import flow

HELD_OUT = 0.2  # of the rows, where there is no file for evaluations
_FEWEST_ROWS = 10  # of which some can be held out
_DIGITS = 6  # of a mean: it need not be exact
_ONE_HOT = 10  # values of a category that stand each for itself; more are embedded
_LINE = 100
_STEPS, _MOST_STEPS, _PASSES = 1000, 10_000, 30
_SMALL, _SMALL_BATCH, _BATCH = 10_000, 32, 128
_SHUFFLED = 10_000


def experiment_of(guess: Guess, model_dir: str, written_by: str, config: str) -> str:
    """The text of an experiment.

    Parameters
    ----------
    guess : Guess
    model_dir : str
    written_by : str
        The command that writes it.
    config : str
        Where it is written to.
    """
    sample = guess.sample
    rows = f"{'' if sample.is_whole else 'about '}{sample.row_count} rows"
    lines = [
        f"# Written by: {one_line(written_by)}",
        f"# from {rows}, as a beginning: change what you know better, and train it by",
        f"#   estimator train --config {one_line(config)}",
        "",
        f"model_dir: {flow(model_dir)}",
        "",
        *_estimator(guess),
        "",
        "columns:  # what the model sees of a row",
        *_columns(guess),
        "",
        "train:",
        *_input(guess, "train"),
        f"  max_steps: {_steps(guess)}",
        "",
        f"evaluate:  # {_of_evaluation(guess)}",
        *_input(guess, "evaluate"),
        "  throttle_secs: 0  # of every checkpoint",
        "",
        "predict:  # unless another file is given; the label is not needed there",
        *_input(guess, "predict"),
        "",
        "run_config:",
        "  tf_random_seed: 1  # the same model each time",
        f"  save_checkpoints_steps: {_steps(guess) // 5}",
        "",
    ]
    return "\n".join(lines)


# -- the model ---------------------------------------------------------------------------------------------------------


def _estimator(guess: Guess) -> list[str]:
    units = f"hidden_units: {flow(_units(guess))}"
    optimizer = "optimizer: {AdamOptimizer: {learning_rate: 0.001}}"
    label = guess.label
    if label.task != CLASSES:
        head = {"StandardizedRegressionHead": {"mean": _rounded(label.mean), "std": _rounded(label.std)}}
        return [
            f"estimator:  # {one_line(label.name)}: {label.why}",
            "  DNNEstimator:",
            f"    head: {flow(head)}",
            f"    {units}",
            f"    {optimizer}",
        ]
    vocabulary = [] if label.are_ids else _listed("    ", "label_vocabulary", label.classes, "")
    return [
        f"estimator:  # {one_line(label.name)}: {label.why}",
        "  DNNClassifier:",
        f"    {units}",
        f"    n_classes: {len(label.classes)}",
        *vocabulary,
        f"    {optimizer}",
    ]


def _units(guess: Guess) -> list[int]:
    """Of the hidden layers: about as many as there are features, within reason."""
    size = sum(_width(column, guess.sample.is_whole) for column in guess.features)
    first = min(128, max(16, 2 ** math.ceil(math.log2(size))))
    return [first, first // 2]


def _rounded(number: float) -> float:
    return float(f"{number:.{_DIGITS}g}")


# -- columns -----------------------------------------------------------------------------------------------------------


def _columns(guess: Guess) -> Iterator[str]:
    is_whole_file = guess.sample.is_whole
    for column in guess.columns:
        missing = f", {column.missing} missing" if column.missing else ""
        if column.kind == LEFT_OUT:
            yield f"  # left out: {one_line(column.name)}{_example(column)}{missing}: {column.why}"
            yield from (f"  #{line[1:]}" for line in _if_used(column, is_whole_file))
        else:
            yield f"  # {one_line(column.name)}: {column.why}{_range(column)}{missing}"
            yield from _written(column, is_whole_file)


def _example(column: Column) -> str:
    return f" ({one_line(column.examples[0][:40])}, ...)" if column.examples else ""


def _range(column: Column) -> str:
    return f" from {min(column.numbers):.6g} to {max(column.numbers):.6g}" if column.numbers else ""


def _written(column: Column, is_whole_file: bool) -> list[str]:
    """The lines of a column that is used."""
    if column.kind == NUMBER:
        return [_of_numbers(column)]
    width = _width(column, is_whole_file)
    head = (
        ["  - indicator_column:"]
        if width == column.distinct
        else ["  - embedding_column:", f"      dimension: {width}"]
    )
    return [*head, "      categorical_column:", *_categories(column, is_whole_file)]


def _categories(column: Column, is_whole_file: bool) -> list[str]:
    if column.kind != CATEGORY:
        return [f"        {_hashed(column, is_whole_file)}"]
    words: Sequence[Any] = sorted(column.words)
    if all(is_whole(word) and str(int(word)) == word for word in words):
        words = sorted(map(int, words))
    end = "]}" if is_whole_file else "], num_oov_buckets: 1}"  # for values that nobody has seen
    start = f"        categorical_column_with_vocabulary_list: {{key: {flow(column.name)}, vocabulary_list: ["
    return _wrapped(start, [flow(word) for word in words], end, " " * 10)


def _hashed(column: Column, is_whole_file: bool) -> str:
    settings = {"key": column.name, "hash_bucket_size": _buckets(column, is_whole_file)}
    return f"categorical_column_with_hash_bucket: {flow(settings)}"


def _of_numbers(column: Column) -> str:
    mean, std = _rounded(column.mean), _rounded(column.std)
    is_small = abs(mean) <= 1 and 0.1 <= std <= 2
    scaled = {} if is_small or not std > 0 else {"normalizer_fn": {"Standardize": {"mean": mean, "std": std}}}
    return f"  - numeric_column: {flow({'key': column.name, **scaled})}"


def _buckets(column: Column, is_whole_file: bool) -> int:
    """A power of two, so large that few values share one."""
    expected = column.distinct * (2 if is_whole_file else 4)
    return int(min(1 << 16, max(64, 2 ** math.ceil(math.log2(expected)))))


def _width(column: Column, is_whole_file: bool) -> int:
    """How many numbers the network gets of a column."""
    if column.kind == NUMBER:
        return 1
    if column.kind == CATEGORY and column.distinct <= _ONE_HOT:
        return column.distinct
    sizes = column.distinct if column.kind == CATEGORY else _buckets(column, is_whole_file)
    return max(4, math.ceil(sizes**0.25))


def _if_used(column: Column, is_whole_file: bool) -> list[str]:
    """The lines of a column that is left out, for who wants it all the same."""
    if not column.name.strip() or column.distinct < 2:
        return []
    if column.numbers:
        return [_of_numbers(column)]
    return [
        f"  - embedding_column: {{dimension: 8, categorical_column: {{{_hashed(column, is_whole_file)}}}}}"
    ]


# -- data --------------------------------------------------------------------------------------------------------------


def _input(guess: Guess, section: str) -> list[str]:
    """The input of a section; what stands in that of the training holds for the others."""
    sample, label = guess.sample, guess.label
    test = sample.path if guess.test is None else guess.test.path
    lines = ["  input:"]
    if section == "predict":
        return [*lines, f"    csv: {flow(test)}"]
    if section == "evaluate":
        held_out = [f"    rows: {{only: {HELD_OUT}}}"] if _holds_out(guess) else []
        return [*lines, f"    csv: {flow(test)}", *held_out]
    lines += [f"    csv: {flow(sample.path)}", f"    label: {flow(label.name)}"]
    if _holds_out(guess):
        lines.append(f"    rows: {{all_but: {HELD_OUT}}}  # the rest is for evaluations")
    if not sample.has_header:
        lines += _listed("    ", "names", sample.names, "  # give them better ones, here and below")
    if sample.delimiter != ",":
        lines.append(f"    field_delim: {flow(sample.delimiter)}")
    if guess.missing:
        lines.append(f"    na_value: {flow(guess.missing)}")
    defaults = {
        column.name: _rounded(column.mean) for column in guess.features if column.numbers and column.missing
    }
    if defaults:
        lines.append("    column_defaults:  # in place of a missing number: the mean")
        lines += [f"      {flow(name)}: {flow(value)}" for name, value in defaults.items()]
    return [*lines, f"    batch_size: {_batch_size(guess)}", f"    shuffle: {_SHUFFLED}"]


def _holds_out(guess: Guess) -> bool:
    return guess.test is None and guess.sample.row_count >= _FEWEST_ROWS


def _of_evaluation(guess: Guess) -> str:
    if guess.test is not None:
        return "on a file of its own"
    return (
        "on rows that the training does not see" if _holds_out(guess) else "on the same rows, which are few"
    )


def _batch_size(guess: Guess) -> int:
    return _SMALL_BATCH if guess.sample.row_count < _SMALL else _BATCH


def _steps(guess: Guess) -> int:
    """Some passes over the data, as a number that is easy to read."""
    wanted = _PASSES * guess.sample.row_count / _batch_size(guess)
    return int(min(_MOST_STEPS, max(_STEPS, round(wanted, -3))))


# -- lines -------------------------------------------------------------------------------------------------------------


def _listed(indent: str, name: str, values: Sequence[str], comment: str) -> list[str]:
    return _wrapped(f"{indent}{name}: [", [flow(value) for value in values], f"]{comment}", indent + "  ")


def _wrapped(start: str, items: Sequence[str], end: str, indent: str) -> list[str]:
    """A list on as few lines as it needs."""
    lines, line = [], start
    for number, item in enumerate(items):
        more = item + (", " if number + 1 < len(items) else "")
        if len(line) + len(more) > _LINE and line.strip() and line != start:
            lines.append(line.rstrip())
            line = indent
        line += more
    return [*lines, line + end]
