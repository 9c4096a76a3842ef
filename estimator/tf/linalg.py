"""Functions of matrices: tf.linalg."""

from __future__ import annotations

from estimator.core.facade import lazy_names

__all__, __getattr__, __dir__ = lazy_names(
    __name__,
    {
        "estimator.functions.arrays": "eye",
        "estimator.functions.clipping": "global_norm",
        "estimator.functions.indexing": "diag=diag_matrix",
        "estimator.functions.linalg": "matmul trace",
        "estimator.functions.normalization": "l2_normalize",
    },
)
