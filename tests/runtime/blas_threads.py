"""How many threads BLAS has, as the libraries say."""

from __future__ import annotations

from threadpoolctl import threadpool_info


def threads() -> set[int]:
    """Of those that numpy computes with; scipy brings another one, for itself."""
    found = [library for library in threadpool_info() if library["user_api"] == "blas"]
    own = [library for library in found if "numpy.libs" in library["filepath"]]
    return {library["num_threads"] for library in own or found}
