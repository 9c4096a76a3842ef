"""The calls of a model for generators, which fit, evaluate and predict take by now.

Source
------
tf.keras.Model.fit_generator, evaluate_generator, predict_generator, TF 1.15 and 2.15
"""

from __future__ import annotations

from typing import Any


class OldCalls:
    """Methods with the order of arguments that old scripts know."""

    def fit_generator(
        self,
        generator: Any,
        steps_per_epoch: int | None = None,
        epochs: int = 1,
        verbose: Any = 1,
        callbacks: Any = None,
        validation_data: Any = None,
        validation_steps: int | None = None,
        validation_freq: Any = 1,
        class_weight: Any = None,
        max_queue_size: int = 10,
        workers: int = 1,
        use_multiprocessing: bool = False,
        shuffle: bool = True,
        initial_epoch: int = 0,
    ) -> Any:
        """``fit`` on what a generator or a Sequence gives; the arguments are its own."""
        return self.fit(  # type: ignore[attr-defined]
            generator,
            epochs=epochs,
            verbose=verbose,
            callbacks=callbacks,
            validation_data=validation_data,
            shuffle=shuffle,
            class_weight=class_weight,
            initial_epoch=initial_epoch,
            steps_per_epoch=steps_per_epoch,
            validation_steps=validation_steps,
            validation_freq=validation_freq,
        )

    def evaluate_generator(
        self,
        generator: Any,
        steps: int | None = None,
        callbacks: Any = None,
        max_queue_size: int = 10,
        workers: int = 1,
        use_multiprocessing: bool = False,
        verbose: Any = 0,
    ) -> Any:
        """``evaluate`` on what a generator or a Sequence gives."""
        return self.evaluate(generator, steps=steps, callbacks=callbacks, verbose=verbose)  # type: ignore[attr-defined]

    def predict_generator(
        self,
        generator: Any,
        steps: int | None = None,
        callbacks: Any = None,
        max_queue_size: int = 10,
        workers: int = 1,
        use_multiprocessing: bool = False,
        verbose: Any = 0,
    ) -> Any:
        """``predict`` for what a generator or a Sequence gives."""
        return self.predict(generator, steps=steps, callbacks=callbacks, verbose=verbose)  # type: ignore[attr-defined]
