"""Functions of matrices: tf.linalg."""

from __future__ import annotations

from estimator.core.facade import lazy_names

__all__, __getattr__, __dir__ = lazy_names(
    __name__,
    {
        "estimator.functions.arrays": "eye",
        "estimator.functions.clipping": "global_norm",
        "estimator.functions.indexing": "diag=diag_matrix",
        "estimator.functions.linalg": (
            "band_part=matrix_band_part matmul qr tensor_diag tensor_diag_part trace triangular_solve"
        ),
        "estimator.functions.normalization": "l2_normalize",
    },
)
