"""Models of PyTorch's as model_dirs, and back: ``estimator.exchange.convert``. The command is ``estimator convert``."""

from __future__ import annotations

from estimator.core.facade import lazy_names

__all__, __getattr__, __dir__ = lazy_names(
    __name__,
    {
        "estimator.exchange.conversion": "convert",
        "estimator.exchange.making": "Conversion",
    },
)
