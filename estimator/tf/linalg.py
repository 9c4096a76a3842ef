"""Functions of matrices: tf.linalg."""

from __future__ import annotations

from typing import TYPE_CHECKING

from estimator.core.facade import fixed_names
from estimator.functions.arrays import eye
from estimator.functions.clipping import global_norm
from estimator.functions.indexing import diag_matrix as diag
from estimator.functions.linalg import matmul, trace
from estimator.functions.normalization import l2_normalize

__all__ = ["diag", "eye", "global_norm", "l2_normalize", "matmul", "trace"]

if not TYPE_CHECKING:
    __getattr__, __dir__ = fixed_names(
        __name__,
        later="band_part det inv norm tensordot",
    )
