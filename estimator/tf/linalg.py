"""Functions of matrices: tf.linalg."""

from __future__ import annotations

from estimator.core.facade import lazy_names

__all__, __getattr__, __dir__ = lazy_names(
    __name__,
    {
        "estimator.functions.clipping": "global_norm",
        "estimator.functions.diagonals": (
            "band_part=matrix_band_part diag diag_part eye set_diag tensor_diag tensor_diag_part trace"
        ),
        "estimator.functions.einsum": "einsum tensordot",
        "estimator.functions.linalg": (
            "adjoint cross matmul matrix_transpose matvec norm normalize transpose=matrix_transpose"
        ),
        "estimator.functions.normalization": "l2_normalize",
        "estimator.functions.solving": (
            "cholesky cholesky_solve det eigh eigvalsh expm inv logdet lstsq lu matrix_rank pinv qr slogdet "
            "solve svd triangular_solve"
        ),
    },
)
