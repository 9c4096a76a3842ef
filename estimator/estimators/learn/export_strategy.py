"""What an Experiment of tf.contrib.learn exports at its end: what exporters of tf.estimator were before.

::

    strategy = make_export_strategy(serving_input_fn, exports_to_keep=1)
    Experiment(estimator, train_input_fn, eval_input_fn, export_strategies=[strategy])

Source
------
tf.contrib.learn.ExportStrategy, make_export_strategy, TF 1.15 export_strategy.py, saved_model_export_utils.py
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

from estimator.calls.user_functions import check_receiver_fn
from estimator.core.keywords import near_keywords, near_keywords_of_functions
from estimator.core.signatures import argument_names
from estimator.estimators.estimator import Estimator
from estimator.estimators.learn.model_fn_ops import InputFnOps
from estimator.model_dir.export_folder import keep_newest
from estimator.models.receivers import build_parsing_serving_input_receiver_fn


@near_keywords
class ExportStrategy(NamedTuple):
    """A name, and a function that exports an Estimator.

    Parameters
    ----------
    name : str
        The folder below ``model_dir/export``.
    export_fn : callable
        ``export_fn(estimator, export_path)`` gives the new folder; it may take ``checkpoint_path``, ``eval_result`` and
        ``strip_default_attrs``, too.
    strip_default_attrs : bool, optional

    Source
    ------
    tf.contrib.learn.ExportStrategy, TF 1.15
    """

    name: str
    export_fn: Callable[..., Any]
    strip_default_attrs: bool | None = None

    def export(
        self,
        estimator: Any,
        export_path: str,
        checkpoint_path: str | None = None,
        eval_result: Mapping[str, Any] | None = None,
    ) -> Any:
        """Call the function with those of the arguments that it takes."""
        names = argument_names(self.export_fn, "export_fn")
        known = {
            "checkpoint_path": checkpoint_path,
            "eval_result": eval_result,
            "strip_default_attrs": bool(self.strip_default_attrs),
        }
        return self.export_fn(
            estimator, export_path, **{name: value for name, value in known.items() if name in names}
        )


def make_export_strategy(
    serving_input_fn: Callable[[], Any],
    default_output_alternative_key: str | None = None,
    assets_extra: Mapping[str, str] | None = None,
    as_text: bool = False,
    exports_to_keep: int | None = 5,
    strip_default_attrs: bool | None = None,
) -> ExportStrategy:
    """A strategy called ``Servo``, which writes SavedModels and keeps the newest.

    Parameters
    ----------
    serving_input_fn : callable
        Returns a ServingInputReceiver, or an InputFnOps.
    default_output_alternative_key : str, optional
        Which of the output_alternatives is the default; of an Estimator of tf.contrib.learn alone.
    assets_extra, as_text, strip_default_attrs : optional
        As for :meth:`Estimator.export_savedmodel`.
    exports_to_keep : int, optional
        How many of the newest stay; None: all.

    Raises
    ------
    TypeError
        If `serving_input_fn` is no function.
    ValueError
        In the export: if an Estimator of tf.estimator is exported with a `default_output_alternative_key`.
    """
    check_receiver_fn(serving_input_fn, "serving_input_fn")

    def export_fn(
        estimator: Any,
        export_dir_base: str,
        checkpoint_path: str | None = None,
        strip_default_attrs: bool = False,
    ) -> Any:
        """Export, and let old exports go."""
        options: dict[str, Any] = {
            "assets_extra": assets_extra,
            "as_text": as_text,
            "checkpoint_path": checkpoint_path,
            "strip_default_attrs": strip_default_attrs,
        }
        if not isinstance(estimator, Estimator):
            options["default_output_alternative_key"] = default_output_alternative_key
        elif default_output_alternative_key is not None:
            raise ValueError(
                "default_output_alternative_key is not supported in core Estimator. Given: "
                f"{default_output_alternative_key!r}. Call that of export_outputs 'serving_default'."
            )
        exported = estimator.export_savedmodel(export_dir_base, serving_input_fn, **options)
        if exports_to_keep is not None:
            keep_newest(export_dir_base, exports_to_keep)
        return exported

    return ExportStrategy("Servo", export_fn, strip_default_attrs)


def build_parsing_serving_input_fn(
    feature_spec: Mapping[str, Any], default_batch_size: int | None = None
) -> Callable[[], InputFnOps]:
    """An input function for serving that parses serialised tf.Examples.

    Parameters
    ----------
    feature_spec, default_batch_size
        As for :func:`tf.estimator.export.build_parsing_serving_input_receiver_fn`.

    Raises
    ------
    TypeError
        If `feature_spec` is no dict.

    Source
    ------
    tf.contrib.learn.build_parsing_serving_input_fn, TF 1.15 input_fn_utils.py
    """
    receiver_fn = build_parsing_serving_input_receiver_fn(feature_spec, default_batch_size)

    def serving_input_fn() -> InputFnOps:
        """Parse what is fed."""
        receiver = receiver_fn()
        return InputFnOps(receiver.features, None, receiver.receiver_tensors)

    return serving_input_fn


near_keywords_of_functions(__name__)
