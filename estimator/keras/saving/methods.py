"""What models have of files: save, save_weights, load_weights, export."""

from __future__ import annotations

from typing import Any

from estimator.core.files import Path
from estimator.keras.saving import api


class Saved:
    """A model as something that is written to files and read from them."""

    def save(
        self, filepath: Path, overwrite: bool = True, save_format: str | None = None, **kwargs: Any
    ) -> None:
        """Write the whole model, as :func:`~estimator.keras.saving.api.save_model` does.

        Raises
        ------
        ValueError, NotImplementedError, AlreadyExistsError, ImportError
            As there.

        Source
        ------
        tf.keras.Model.save, TF 2.15
        """
        api.save_model(self, filepath, overwrite, save_format, **kwargs)

    def save_weights(
        self, filepath: Path, overwrite: bool = True, save_format: str | None = None, options: Any = None
    ) -> None:
        """Write the weights, as :func:`~estimator.keras.saving.api.save_weights` does.

        Raises
        ------
        ValueError, AlreadyExistsError, ImportError
            As there.

        Source
        ------
        tf.keras.Model.save_weights, TF 2.15
        """
        api.save_weights(self, filepath, overwrite, save_format, options)

    def load_weights(
        self, filepath: Path, skip_mismatch: bool = False, by_name: bool = False, options: Any = None
    ) -> Any:
        """Take the weights of a file, as :func:`~estimator.keras.saving.api.load_weights` does.

        Raises
        ------
        NotFoundError, UsageError, DataLossError, ValueError
            As there.

        Source
        ------
        tf.keras.Model.load_weights, TF 2.15
        """
        return api.load_weights(self, filepath, by_name, skip_mismatch, options)

    def export(self, filepath: Path) -> None:
        """Write what the model computes as a SavedModel, as :func:`~estimator.keras.saving.api.export` does.

        Raises
        ------
        NotImplementedError, AlreadyExistsError
            As there.

        Source
        ------
        tf.keras.Model.export, TF 2.15
        """
        api.export(self, filepath)
