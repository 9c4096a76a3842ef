"""The rows, one a module, each with a ``ROW``."""

MODULES = {
    "b": "small_models",
}
