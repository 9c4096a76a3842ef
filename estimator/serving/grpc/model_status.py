"""TensorFlow Serving's ModelService: GetModelStatus. What is served is not changed by requests.

Source
------
tensorflow_serving/apis/model_service.proto, get_model_status.proto
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from estimator.core.errors import UnimplementedError
from estimator.formats import messages
from estimator.serving.grpc.prediction import asked_for
from estimator.serving.service import Service


def methods(service: Service) -> Mapping[str, Callable[[Any, Callable[[], bool]], Any]]:
    """A function for each method of the ModelService."""

    def get_model_status(request: Any, is_wanted: Callable[[], bool]) -> Any:
        asked = asked_for(request.model_spec)
        response = messages.get("serving.GetModelStatusResponse")()
        for known in service.models.status(asked.name, asked.version, asked.label):
            status = {"error_code": known.error_code, "error_message": known.error_message}
            response.model_version_status.add(version=known.version, state=int(known.state), status=status)
        return response

    def handle_reload_config_request(request: Any, is_wanted: Callable[[], bool]) -> Any:
        raise UnimplementedError(
            "which models are served is not changed by requests: start `estimator serve --config=FILE` again. New "
            "versions of a model are found without being told."
        )

    return {"GetModelStatus": get_model_status, "HandleReloadConfigRequest": handle_reload_config_request}
