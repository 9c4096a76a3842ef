"""Pictures of digits, drawn here: 12 x 12 pixels, a digit of 5 x 7 somewhere among them, pale or bright, in noise."""

from __future__ import annotations

import numpy as np

import estimator as est

SIZE = 12
GLYPHS = """
.###. ..#.. .###. .###. ...#. ##### .###. ##### .###. .###.
#...# .##.. #...# #...# ..##. #.... #.... ....# #...# #...#
#..## ..#.. ....# ....# .#.#. ####. #.... ...#. #...# #...#
#.#.# ..#.. ..##. ..##. #..#. ....# ####. ..#.. .###. .####
##..# ..#.. .#... ....# ##### ....# #...# ..#.. #...# ....#
#...# ..#.. #.... #...# ...#. #...# #...# ..#.. #...# ....#
.###. .###. ##### .###. ...#. .###. .###. ..#.. .###. .###.
""".split()


def draw(count, seed):
    """(images, labels): float32 [count, 12, 12, 1] from 0 to 1, and int64 [count]; the same for the same seed."""
    glyphs = np.array([[list(row) for row in GLYPHS[digit::10]] for digit in range(10)]) == "#"
    rng = np.random.default_rng(seed)
    labels = rng.integers(0, 10, count)
    images = rng.normal(0.2, 0.1, (count, SIZE, SIZE, 1))
    for image, label in zip(images, labels, strict=True):
        top, left = rng.integers(SIZE - 7 + 1), rng.integers(SIZE - 5 + 1)
        image[top : top + 7, left : left + 5, 0] += glyphs[label] * rng.uniform(0.4, 0.8)
    return images.clip(0, 1).astype(np.float32), labels


def train_input_fn(images, labels, batch_size):
    """The pictures in random order, again and again."""
    dataset = est.data.Dataset.from_tensor_slices((images, labels))
    return dataset.shuffle(len(labels)).repeat().batch(batch_size)


def eval_input_fn(images, labels, batch_size):
    """The pictures once, in order; labels may be None, for predict."""
    inputs = images if labels is None else (images, labels)
    return est.data.Dataset.from_tensor_slices(inputs).batch(batch_size)
