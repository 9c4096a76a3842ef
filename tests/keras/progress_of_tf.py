"""Updates of progress bars: TensorFlow (tests/interop/tf_keras_progress.py) and this package draw the very same ones.

Each row has the arguments of the bar, and of each update the seconds before it and its arguments.
"""

BARS = {
    "an epoch": (
        {"target": 32, "stateful_metrics": ["loss"]},
        [
            (0.5, 1, [["loss", 0.5]], False),
            (0.01, 2, [["loss", 0.4]], False),
            (0.5, 8, [["loss", 0.0004]], False),
            (2.0, 32, [["loss", 0.25]], False),
            (0.0, 32, [["loss", 0.25], ["val_loss", 1234.5678]], True),
        ],
    ),
    "means": (
        {"target": 3, "stateful_metrics": []},
        [(90, 1, [["a", 1.0]], None), (5000, 2, [["a", 2.0]], None), (0.2, 3, [["a", 6.0]], None)],
    ),
    "no target": ({"target": None}, [(0.2, 1, [["loss", -3e-5]], None), (0.2, 2, [["loss", 1.0]], None)]),
    "at the end only": (
        {"target": 5, "verbose": 2, "stateful_metrics": ["loss"]},
        [(0.2, 1, [["loss", 0.1]], False), (0.0003, 5, [["loss", -0.1], ["acc", 1e-4]], True)],
    ),
    "hours": ({"target": 10}, [(1000, 1, [], None), (1000, 2, [], None), (1.0, 10, [], None)]),
    "samples": (
        {"target": 100, "width": 10, "unit_name": "sample"},
        [(0.0004, 50, [], None), (0.06, 100, [], None)],
    ),
    "one step": ({"target": 1, "stateful_metrics": ["loss"]}, [(0.0, 1, [["loss", 2.0]], True)]),
    "silent": ({"target": 1, "verbose": 0}, [(0.0, 1, [["loss", 2.0]], True)]),
}
