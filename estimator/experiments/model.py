"""The model of an experiment: a ready-made class, a class of the user's own, or a model function."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from estimator.core.errors import UsageError
from estimator.core.frozen import frozen
from estimator.estimators.estimator import Estimator
from estimator.estimators.serving_model import fed_features
from estimator.experiments.arguments import REQUIRED, arguments_of, takes
from estimator.experiments.making import REFUSALS, Made, Maker, filled_in, is_ours
from estimator.experiments.needs import Needs, needs_of, spec_of
from estimator.experiments.problems import Problems
from estimator.models.receivers import ServingInputReceiver, build_parsing_serving_input_receiver_fn
from estimator.settings.given import Given
from estimator.settings.run_config import RunConfig

_COLUMNS = "feature_columns"
_OF_A_FUNCTION = ("params", "warm_start_from")


@frozen(eq=False)
class ModelPart:
    """What makes the Estimator.

    Attributes
    ----------
    name : str
        The class, or the path of the model function.
    kind : callable
        Makes it.
    keywords : mapping of str to object
        With which.
    columns : sequence of columns
        All of the model's.
    needs : Needs
    given : Given
        Where the arguments stand.
    places : Given
        The same, for what is said of the columns, too.
    written : mapping
        All of it as plain values, by the keys of the experiment.
    """

    name: str
    kind: Callable[..., Estimator]
    keywords: Mapping[str, Any]
    columns: tuple[Any, ...]
    needs: Needs
    given: Given
    places: Given
    written: Mapping[str, Any]

    def estimator(
        self, model_dir: str | None, config: RunConfig | None, problems: Problems
    ) -> Estimator | None:
        """The Estimator; None if its constructor refuses, which is gathered."""
        try:
            return self.kind(**self.keywords, model_dir=model_dir, config=config)
        except REFUSALS as error:
            if not is_ours(self.kind) and not isinstance(error, UsageError):
                raise
            problems.add_error(error, self.places, self.name)
            return None

    def receiver_fn(self) -> Callable[[], Any] | None:
        """Parses tf.Examples as the columns say; None without columns."""
        if not self.columns:
            return None
        return build_parsing_serving_input_receiver_fn(spec_of(self.columns))

    def raw_receiver_fn(self) -> Callable[[], Any] | None:
        """Takes the features of the columns as arrays; None without columns."""
        if not self.columns:
            return None

        def receiver_fn() -> ServingInputReceiver:
            features = fed_features(spec_of(self.columns))
            return ServingInputReceiver(features, features)

        return receiver_fn


def read_model(
    items: Mapping[str, Given], whole: Given, maker: Maker, problems: Problems
) -> ModelPart | None:
    """The model that an experiment describes; None if something is wrong with it, which is gathered.

    Parameters
    ----------
    items : mapping of str to Given
        The experiment's.
    whole : Given
    maker : Maker
    problems : Problems
    """
    if "columns" in items and maker.is_nothing(items["columns"]):
        items = {key: value for key, value in items.items() if key != "columns"}
    columns = maker.columns(items["columns"], "columns") if "columns" in items else None
    if ("estimator" in items) == ("model_fn" in items):
        what = "both, of which one can be" if "estimator" in items else "neither"
        problems.add(
            whole.place,
            f"an experiment needs an estimator: {{DNNClassifier: {{...}}}}, or a model_fn; it has {what}.",
        )
        return None
    made = (_of_class if "estimator" in items else _of_function)(items, columns, maker, problems)
    if made is None:
        return None
    name, kind, keywords, given, written = made
    used = [column for key in keywords if key.endswith(_COLUMNS) for column in keywords[key] or ()]
    used = used or (columns.value if columns else [])
    try:
        needs = needs_of(name, used, maker.weights, next(iter(written.get("estimator", {}).values()), None))
    except ValueError as error:
        problems.add(items.get("columns", given).place, str(error))
        return None
    if columns is not None:
        written["columns"] = columns.plain
    places = dict(given.value) if isinstance(given.value, dict) else {}
    if "columns" in items:
        places |= dict.fromkeys((_COLUMNS, "columns"), items["columns"])
    return ModelPart(name, kind, keywords, tuple(used), needs, given, Given(places, given.place), written)


def _of_class(items: Mapping[str, Given], columns: Made | None, maker: Maker, problems: Problems) -> Any:
    """Name, class, keywords, where these stand, and all as plain values."""
    for key in _OF_A_FUNCTION:
        if key in items:
            problems.add(
                items[key].place, f"{key} is of a model_fn; an estimator has it among its arguments."
            )
    call = maker.called(items["estimator"], "estimator")
    is_word = isinstance(items["estimator"].value, str)
    kind = call and maker.function(call[0], "estimator", items["estimator"] if is_word else call[1])
    if call is None or kind is None:
        return None
    name, given = call
    if not (isinstance(kind, type) and issubclass(kind, Estimator)):
        problems.add(given.place, f"{name!r} is no Estimator's class.")
        return None
    supplied = _supplied_columns(name, kind, given, items, columns, problems)
    found = maker.keywords(kind, given, name, {_COLUMNS: ()} if supplied is None else supplied)
    if found is None or supplied is None:
        return None
    keywords = {key: made.value for key, made in found.items()} | supplied
    arguments = {key: value for key, value in filled_in(kind, found).items() if key not in supplied}
    return name, kind, keywords, given, {"estimator": {name: arguments}}


def _supplied_columns(
    name: str, kind: Any, given: Given, items: Mapping[str, Given], columns: Made | None, problems: Problems
) -> dict[str, Any] | None:
    """The columns of the experiment as an argument of the class, if it takes them; None if they are not there."""
    if columns is None:
        argument = arguments_of(kind).get(_COLUMNS)
        in_place = isinstance(given.value, dict) and _COLUMNS in given.value
        if argument is not None and argument.default is REQUIRED and not in_place and "columns" not in items:
            problems.add(given.place, f"{name} needs feature columns: a list of them under 'columns'.")
            return None
        return None if "columns" in items and takes(kind, _COLUMNS) else {}
    if not takes(kind, _COLUMNS):
        own = [key for key in arguments_of(kind) if key.endswith(_COLUMNS)]
        hint = f" It has {' and '.join(own)}: write them there." if own else ""
        problems.add(items["columns"].place, f"{name} takes no 'columns'.{hint}")
        return {}
    if not columns.value and not columns.is_whole:
        return None
    return {_COLUMNS: tuple(columns.value)}


def _of_function(items: Mapping[str, Given], columns: Made | None, maker: Maker, problems: Problems) -> Any:
    """As :func:`_of_class`, of a model function."""
    function = maker.own_function(items["model_fn"], "model_fn")
    params = maker.made(items["params"], "any", "params") if "params" in items else Made({}, {})
    warm = (
        maker.made(items["warm_start_from"], "warm_start", "warm_start_from")
        if "warm_start_from" in items
        else None
    )
    if function is None or function.value is None or params is None:
        return None
    values = params.value
    if columns is not None:
        if not isinstance(values, dict):
            problems.add(
                items["params"].place, "params should be lines such as 'name: value', beside columns."
            )
            return None
        values = {_COLUMNS: tuple(columns.value), **values}
    keywords = {"model_fn": function.value, "params": values}
    written = {"model_fn": function.plain, "params": params.plain}
    if warm is not None:
        keywords["warm_start_from"], written["warm_start_from"] = warm.value, warm.plain
    return str(function.plain), Estimator, keywords, items["model_fn"], written
