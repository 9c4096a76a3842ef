"""Servers of models, and their client: ``estimator.serving.Client``. The command is ``estimator serve``."""

from __future__ import annotations

from estimator.core.facade import lazy_names

__all__, __getattr__, __dir__ = lazy_names(
    __name__,
    {
        "estimator.serving.client": "Client",
        "estimator.serving.endpoint": "Address Tls",
        "estimator.serving.limits": "Limits",
        "estimator.serving.server": "Server",
        "estimator.serving.sources.checkpoints": "Checkpoints",
        "estimator.serving.sources.export_folder": "ExportFolder",
    },
)
