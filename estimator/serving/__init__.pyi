"""Written by `make stub` from the table in __init__.py; do not edit."""

from estimator.serving.client import Client as Client
from estimator.serving.endpoint import Address as Address
from estimator.serving.endpoint import Tls as Tls
from estimator.serving.limits import Limits as Limits
from estimator.serving.server import Server as Server
from estimator.serving.sources.checkpoints import Checkpoints as Checkpoints
from estimator.serving.sources.export_folder import ExportFolder as ExportFolder
