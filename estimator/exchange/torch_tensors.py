"""Tensors of PyTorch's as arrays, and back: the one place that imports ``torch``."""

from __future__ import annotations

import math
from types import ModuleType
from typing import Any

import numpy as np

from estimator.core.dtypes import as_dtype, bfloat16
from estimator.core.errors import UnavailableError
from estimator.formats.safetensors import TypedArray


def library() -> ModuleType:
    """The library.

    Raises
    ------
    UnavailableError
        If it is not installed.
    """
    try:
        import torch
    except ModuleNotFoundError as error:
        raise UnavailableError(
            f"{error.name} is not installed, which .pth files need: pip install 'numpy-estimator[torch]', or save the "
            "weights as .safetensors, which need nothing."
        ) from None
    found: ModuleType = torch
    return found


def number(value: Any) -> int | float | None:
    """A number, or the one in a tensor; None for what is none, or not finite."""
    if isinstance(value, library().Tensor) and value.numel() == 1:
        value = value.item()
    is_number = isinstance(value, (int, float)) and not isinstance(value, bool)
    return value if is_number and math.isfinite(value) else None


def typed(tensor: Any) -> TypedArray:
    """A tensor of PyTorch's as an array."""
    torch = library()
    tensor = tensor.detach().resolve_conj().resolve_neg()
    if tensor.dtype is torch.bfloat16:
        return TypedArray(tensor.contiguous().view(torch.int16).numpy().view(np.uint16), bfloat16)
    array = tensor.numpy()
    return TypedArray(array, as_dtype(array.dtype))


def as_tensor(value: TypedArray) -> Any:
    """An array as a tensor of PyTorch's, with memory of its own."""
    torch = library()
    array = np.array(value.array, order="C")  # a copy that may be written to
    if value.dtype is bfloat16:
        return torch.from_numpy(array.view(np.int16)).view(torch.bfloat16)
    return torch.from_numpy(array)
