"""Input: where a functional model begins."""

from __future__ import annotations

from typing import Any

from estimator.core.dtypes import DTypeLike, as_dtype
from estimator.core.keywords import near_keywords_of_functions
from estimator.core.shapes import ShapeLike, as_dims
from estimator.functions.arrays import placeholder
from estimator.functions.ragged.making import placeholder as ragged_placeholder
from estimator.functions.sparse import sparse_placeholder
from estimator.graph.graph import get_default_graph
from estimator.keras.backend.settings import floatx
from estimator.keras.layer import Layer
from estimator.keras.naming import get_uid
from estimator.keras.nodes import begin_history


class InputLayer(Layer):
    """The layer of an :func:`Input`: it gives a placeholder, or a tensor that there is.

    Parameters
    ----------
    input_shape : shape, optional
        Without the batch.
    batch_size : int, optional
    dtype : DType, optional
        By default that of the tensor, or ``keras.backend.floatx()``.
    input_tensor : Tensor, optional
        What is given in place of a placeholder.
    sparse, ragged : bool, optional
    name : str, optional
        By default ``input_1``, ``input_2`` and so on.
    type_spec : TensorSpec, optional
        In place of shape and type.
    batch_input_shape : shape, optional
        With the batch.

    Raises
    ------
    ValueError
        If the arguments contradict one another.

    Source
    ------
    tf.keras.layers.InputLayer, TF 2.15
    """

    supports_masking = True
    keras_module = "keras.layers"

    def __init__(
        self,
        input_shape: ShapeLike | None = None,
        batch_size: int | None = None,
        dtype: DTypeLike | None = None,
        input_tensor: Any = None,
        sparse: bool | None = None,
        name: str | None = None,
        ragged: bool | None = None,
        type_spec: Any = None,
        batch_input_shape: ShapeLike | None = None,
    ) -> None:
        if sparse and ragged:
            raise ValueError("Cannot set both sparse and ragged to True in a Keras input.")
        if input_shape is not None and batch_input_shape is not None:
            raise ValueError(
                "Only provide the input_shape OR batch_input_shape argument to InputLayer, not both at the same time."
            )
        if type_spec is not None:
            batch_input_shape, dtype = type_spec.shape, type_spec.dtype
        if input_tensor is not None:
            batch_input_shape = input_tensor.shape
            if dtype is not None and input_tensor.dtype is not as_dtype(dtype):
                raise ValueError(
                    f"input_tensor is {input_tensor.dtype.name}, but dtype says {as_dtype(dtype).name}."
                )
        elif batch_input_shape is None and input_shape is not None:
            batch_input_shape = (batch_size, *(as_dims(input_shape) or ()))
        kind = as_dtype(dtype or (floatx() if input_tensor is None else input_tensor.dtype))
        super().__init__(
            name=name or f"input_{get_uid('input')}", dtype=kind, batch_input_shape=batch_input_shape
        )
        self.sparse, self.ragged = bool(sparse), bool(ragged)
        self.is_placeholder = input_tensor is None
        self.built = True
        begin_history(self, self._placeholder(kind) if input_tensor is None else input_tensor)

    def _placeholder(self, dtype: Any) -> Any:
        dims = vars(self).get("_batch_input_shape")
        outermost = get_default_graph().outermost
        with outermost.as_default(), outermost.name_scope(None):
            if self.sparse:
                return sparse_placeholder(dtype, dims, self.name)
            if self.ragged:
                known = [size is None for size in dims or ()]
                rank = max((place for place, is_open in enumerate(known) if is_open and place), default=1)
                return ragged_placeholder(dtype, rank, list((dims or ())[rank + 1 :]), self.name)
            return placeholder(dtype, dims, self.name)

    def get_config(self) -> dict[str, Any]:
        """The shape with the batch, the type, and the name."""
        return {
            "batch_input_shape": vars(self).get("_batch_input_shape"),
            "dtype": self.compute_dtype.name,
            "sparse": self.sparse,
            "ragged": self.ragged,
            "name": self.name,
        }


def Input(
    shape: ShapeLike | None = None,
    batch_size: int | None = None,
    name: str | None = None,
    dtype: DTypeLike | None = None,
    sparse: bool | None = None,
    tensor: Any = None,
    ragged: bool | None = None,
    type_spec: Any = None,
    batch_input_shape: ShapeLike | None = None,
    batch_shape: ShapeLike | None = None,
) -> Any:
    """A tensor with which a functional model begins: a placeholder of the default graph.

    Parameters
    ----------
    shape : shape, optional
        Without the batch: ``(784,)``. None stands for a size that is not known.
    batch_size : int, optional
    name : str, optional
    dtype : DType, optional
        By default ``keras.backend.floatx()``.
    sparse, ragged : bool, optional
        For a SparseTensor or RaggedTensor.
    tensor : Tensor, optional
        To begin with in place of a placeholder.
    type_spec : TensorSpec, optional
        In place of shape and type.
    batch_shape, batch_input_shape : shape, optional
        With the batch.

    Raises
    ------
    ValueError
        If there is no shape, or the arguments contradict one another.

    Source
    ------
    tf.keras.Input, TF 2.15
    """
    with_batch = batch_shape if batch_input_shape is None else batch_input_shape
    if shape is None and with_batch is None and tensor is None and type_spec is None:
        raise ValueError(
            "Please provide to Input a `shape` or a `tensor` or a `type_spec` argument. Note that `shape` does not "
            "include the batch dimension."
        )
    if shape is not None and with_batch is not None:
        raise ValueError(
            "Only provide the `shape` OR `batch_input_shape` argument to Input, not both at the same time."
        )
    layer = InputLayer(
        input_shape=shape, batch_size=batch_size, dtype=dtype, input_tensor=tensor, sparse=sparse, name=name,
        ragged=ragged, type_spec=type_spec, batch_input_shape=with_batch,
    )  # fmt: skip
    return layer.output


near_keywords_of_functions(__name__)
