"""A callback made of functions.

Source
------
tf.keras.callbacks.LambdaCallback, TF 2.15 keras/src/callbacks.py
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from estimator.keras.callbacks.callback import Callback

Function = Callable[..., Any]


class LambdaCallback(Callback):
    """Calls functions where a callback has methods.

    Parameters
    ----------
    on_epoch_begin, on_epoch_end : callable, optional
        ``function(epoch, logs)``
    on_batch_begin, on_batch_end : callable, optional
        ``function(batch, logs)``
    on_train_begin, on_train_end : callable, optional
        ``function(logs)``
    **functions
        Other methods of a callback, and attributes.

    Example
    -------
    >>> seen = []
    >>> callback = LambdaCallback(on_epoch_end=lambda epoch, logs: seen.append(epoch))
    >>> callback.on_epoch_end(3, {})
    >>> seen
    [3]
    """

    def __init__(
        self,
        on_epoch_begin: Function | None = None,
        on_epoch_end: Function | None = None,
        on_batch_begin: Function | None = None,
        on_batch_end: Function | None = None,
        on_train_begin: Function | None = None,
        on_train_end: Function | None = None,
        **functions: Any,
    ) -> None:
        super().__init__()
        given = {
            "on_epoch_begin": on_epoch_begin,
            "on_epoch_end": on_epoch_end,
            "on_batch_begin": on_batch_begin,
            "on_batch_end": on_batch_end,
            "on_train_begin": on_train_begin,
            "on_train_end": on_train_end,
        }
        vars(self).update(functions)
        vars(self).update({name: function for name, function in given.items() if function is not None})
