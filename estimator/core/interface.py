"""Which TensorFlow the names of ``estimator.tf`` are those of, for scripts that ask.

Scripts of 2018 compare the version as text (``"1.4" <= tf.__version__``) and as numbers
(``LooseVersion(tf.__version__) >= "1.13"``); 1.99 is above both, and below 2.
"""

from __future__ import annotations

import platform

__all__ = ["COMPILER_VERSION", "GIT_VERSION", "VERSION"]

VERSION = "1.99.0"
GIT_VERSION = f"v{VERSION}-numpy-estimator"
COMPILER_VERSION = platform.python_compiler()
