"""The rows, one a module, each with a ``ROW``."""

MODULES = {
    "a": "quickstart",
    "b": "small_models",
    "c": "perceptron",
    "d": "columns",
    "e": "networks",
    "f": "predicting",
    "g": "checkpoints",
    "h": "growth",
    "i": "input",
    "j": "texts",
    "k": "loops",
    "l": "making_ahead",
    "m": "serving",
    "n": "serving_mlp",
    "o": "keras_fit",
}
