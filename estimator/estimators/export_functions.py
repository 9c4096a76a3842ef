"""Exports of an Estimator by functions, by TensorFlow's names: tf.contrib.estimator."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from typing import Any

from estimator.core.keywords import near_keywords_of_functions
from estimator.estimators.estimator import Estimator
from estimator.models.spec import ModeKeys


def export_saved_model_for_mode(
    estimator: Estimator,
    export_dir_base: str | os.PathLike[str],
    input_receiver_fn: Callable[[], Any],
    assets_extra: Mapping[str, str] | None = None,
    as_text: bool = False,
    checkpoint_path: str | None = None,
    mode: str = ModeKeys.PREDICT,
) -> bytes:
    """:meth:`estimator.Estimator.export_saved_model` of a mode; its new folder.

    Raises
    ------
    ValueError, TypeError, InvalidArgumentError, NotFoundError
        As the method.

    Source
    ------
    tf.contrib.estimator.export_saved_model_for_mode, TF 1.15 export.py
    """
    return estimator.export_saved_model(
        export_dir_base, input_receiver_fn, assets_extra, as_text, checkpoint_path, mode
    )


def export_all_saved_models(
    estimator: Estimator,
    export_dir_base: str | os.PathLike[str],
    input_receiver_fn_map: Mapping[str, Callable[[], Any]],
    assets_extra: Mapping[str, str] | None = None,
    as_text: bool = False,
    checkpoint_path: str | None = None,
) -> bytes:
    """:meth:`estimator.Estimator.experimental_export_all_saved_models`; its new folder.

    Raises
    ------
    ValueError, TypeError, InvalidArgumentError, NotFoundError
        As the method.

    Source
    ------
    tf.contrib.estimator.export_all_saved_models, TF 1.15 export.py
    """
    return estimator.experimental_export_all_saved_models(
        export_dir_base, input_receiver_fn_map, assets_extra, as_text, checkpoint_path
    )


near_keywords_of_functions(__name__)
