"""A runtime of MLServer that computes in numpy."""

from __future__ import annotations

from mlserver import MLModel
from mlserver.codecs import NumpyCodec, StringCodec
from mlserver.types import InferenceRequest, InferenceResponse

from benchmarks.serving.networks import Forward


class NumpyRuntime(MLModel):
    """A network whose name and folder stand among the parameters of its settings."""

    async def load(self) -> bool:
        """Read the parameters."""
        self._forward = Forward(**self.settings.parameters.extra)
        return True

    async def predict(self, payload: InferenceRequest) -> InferenceResponse:
        """All outputs, of tensors with the features' names."""
        found = self._forward({tensor.name: NumpyCodec.decode_input(tensor) for tensor in payload.inputs})
        outputs = [
            StringCodec.encode_output(key, array.ravel().tolist()) if array.dtype == object
            else NumpyCodec.encode_output(key, array)
            for key, array in found.items()
        ]  # fmt: skip
        return InferenceResponse(model_name=self.name, outputs=outputs)
