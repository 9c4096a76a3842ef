"""The calls of an Estimator that write a checkpoint's model for other programs: SavedModels and ONNX files."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from typing import Any

from estimator.calls.opening import Checkpoint, Model, chosen_checkpoint
from estimator.core.keywords import near_keywords
from estimator.core.tracebacks import with_short_traceback
from estimator.models.spec import ModeKeys


class Exporting:
    """What can be exported: an object with a model."""

    _model: Model

    @with_short_traceback
    @near_keywords
    def export_saved_model(
        self,
        export_dir_base: str | os.PathLike[str],
        serving_input_receiver_fn: Callable[[], Any],
        assets_extra: Mapping[str, str] | None = None,
        as_text: bool = False,
        checkpoint_path: str | None = None,
        experimental_mode: str = ModeKeys.PREDICT,
        *,
        checkpoint: str | None = None,
    ) -> bytes:
        """Write the model of a checkpoint as a SavedModel, which servers load without its Python.

        Parameters
        ----------
        export_dir_base : path
            The SavedModel is a new folder in it, called by the seconds since 1970, which appears complete.
        serving_input_receiver_fn : callable
            Returns a ServingInputReceiver or a TensorServingInputReceiver: what is fed, and the features it becomes.
        assets_extra : dict of str to path, optional
            Path in the folder ``assets.extra`` to the file that is copied there.
        as_text : bool
            Write ``saved_model.pbtxt``, which people can read.
        checkpoint_path : str, optional
            The prefix of another checkpoint than the latest.
        experimental_mode : str
            Which graph is exported; the receiver of another mode than PREDICT has labels, too.
        checkpoint : str, optional
            Ours: ``"best"`` is the best one by RunConfig(keep_best=...), ``"latest"`` the latest.

        Returns
        -------
        bytes
            The new folder.

        Raises
        ------
        ValueError, TypeError
            If an argument is not valid, there is no checkpoint, or a signature cannot be served. Nothing is written
            then, nor if it fails for another reason.
        InvalidArgumentError, NotFoundError
            If model and checkpoint do not fit, or a file is missing.

        Source
        ------
        tf.estimator.Estimator.export_saved_model, TF 1.15
        """
        receiver_fns = {experimental_mode: serving_input_receiver_fn}
        chosen = chosen_checkpoint("export_saved_model", checkpoint, checkpoint_path)
        return self._exported(export_dir_base, receiver_fns, assets_extra, as_text, True, checkpoint=chosen)

    @with_short_traceback
    @near_keywords
    def export_savedmodel(
        self,
        export_dir_base: str | os.PathLike[str],
        serving_input_receiver_fn: Callable[[], Any],
        assets_extra: Mapping[str, str] | None = None,
        as_text: bool = False,
        checkpoint_path: str | None = None,
        strip_default_attrs: bool = False,
    ) -> bytes:
        """:meth:`export_saved_model` by its older name.

        Parameters
        ----------
        export_dir_base, serving_input_receiver_fn, assets_extra, as_text, checkpoint_path
            As of :meth:`export_saved_model`.
        strip_default_attrs : bool
            Whether attributes that have their defaults are left out, so that older versions can read the graph.

        Raises
        ------
        ValueError, TypeError, InvalidArgumentError, NotFoundError
            As :meth:`export_saved_model`.

        Source
        ------
        tf.estimator.Estimator.export_savedmodel, TF 1.15
        """
        receiver_fns = {ModeKeys.PREDICT: serving_input_receiver_fn}
        chosen = chosen_checkpoint("export_savedmodel", None, checkpoint_path)
        return self._exported(
            export_dir_base, receiver_fns, assets_extra, as_text, strip_default_attrs, checkpoint=chosen
        )

    @with_short_traceback
    @near_keywords
    def experimental_export_all_saved_models(
        self,
        export_dir_base: str | os.PathLike[str],
        input_receiver_fn_map: Mapping[str, Callable[[], Any]],
        assets_extra: Mapping[str, str] | None = None,
        as_text: bool = False,
        checkpoint_path: str | None = None,
    ) -> bytes:
        """Write the graphs of several modes as one SavedModel, with the tags ``train``, ``eval`` and ``serve``.

        Parameters
        ----------
        export_dir_base, assets_extra, as_text, checkpoint_path
            As of :meth:`export_saved_model`.
        input_receiver_fn_map : dict of str to callable
            Mode to what returns its receiver; one to train or to evaluate is a SupervisedInputReceiver.

        Raises
        ------
        ValueError, TypeError, InvalidArgumentError, NotFoundError
            As :meth:`export_saved_model`.

        Source
        ------
        tf.estimator.Estimator.experimental_export_all_saved_models, TF 1.15
        """
        chosen = chosen_checkpoint("experimental_export_all_saved_models", None, checkpoint_path)
        return self._exported(
            export_dir_base, input_receiver_fn_map, assets_extra, as_text, True, checkpoint=chosen
        )

    @with_short_traceback
    @near_keywords
    def export_onnx(
        self,
        path: str | os.PathLike[str],
        serving_input_receiver_fn: Callable[[], Any],
        output_key: str | None = None,
        checkpoint_path: str | None = None,
        *,
        checkpoint: str | None = None,
    ) -> str:
        """Write the model of a checkpoint as an ONNX file, for runtimes that have nothing of TensorFlow; ours.

        Parameters
        ----------
        path : path
            The file, such as ``exports/model.onnx``; it appears complete, in place of what was there.
        serving_input_receiver_fn : callable
            Returns a ServingInputReceiver of features, as ``build_raw_serving_input_receiver_fn`` makes it: ONNX cannot
            parse tf.Examples.
        output_key : str, optional
            Which of the model's ``export_outputs``; by default ``predict`` if there is one, else ``serving_default``.
        checkpoint_path : str, optional
            The prefix of another checkpoint than the latest.
        checkpoint : str, optional
            ``"best"`` is the best one by RunConfig(keep_best=...), ``"latest"`` the latest.

        Returns
        -------
        str
            The file.

        Raises
        ------
        ValueError, TypeError
            If an argument is not valid, there is no checkpoint, or operations of the model cannot be exported: all
            of them are listed. Nothing is written then.
        ImportError
            If the package ``onnx`` is not installed.
        InvalidArgumentError, NotFoundError
            If model and checkpoint do not fit, or a file is missing.
        """
        from estimator.calls.export_onnx import export_onnx  # few export, and it loads the package onnx

        chosen = chosen_checkpoint("export_onnx", checkpoint, checkpoint_path)
        return export_onnx(self._model, path, serving_input_receiver_fn, output_key, chosen)

    def _exported(self, *arguments: Any, checkpoint: Checkpoint) -> bytes:
        from estimator.calls.export import checked_arguments, export  # loads what reads and writes messages

        return export(self._model, checked_arguments(*arguments), checkpoint)
