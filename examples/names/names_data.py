"""Surnames that nobody bears, put together of the syllables that those of five languages begin, go on and end with."""

from __future__ import annotations

import numpy as np

import estimator as est

LETTERS = "abcdefghijklmnopqrstuvwxyz"
SYLLABLES = {
    "Finnish": ("vir koi hei maki laa jar nie ran sal kor", "ki vu ka la si po ta ni", "nen la maa nen ri nen"),
    "German": ("schul hof berg fisch kel wag lan stein zim krau", "en er el ing ber", "mann er berg ler hardt ke"),
    "Italian": ("ros bian mor fer co gal mar ric lom san", "ta ti si ca li ra to ve", "ni ri lli to ssi no"),
    "Japanese": ("ta ya sa mo ki ha na wa i o", "na ma ka shi mu ro ga ki", "da moto mura ka ki shima"),
    "Polish": ("kowal no wis woj lew zie ka mal jab kra", "czy ni lin ko sze le wa ra", "ski wicz cki czyk ak ska"),
}  # fmt: skip
LANGUAGES = list(SYLLABLES)


def invent(count, seed):
    """(names, labels): arrays of `count` texts and int64s; the same for the same seed."""
    rng = np.random.default_rng(seed)
    labels = rng.integers(0, len(LANGUAGES), count)
    return np.array([_name(rng, *SYLLABLES[LANGUAGES[label]]) for label in labels]), labels


def _name(rng, first, middle, last):
    parts = [first, *[middle] * rng.integers(0, 3), last]
    return "".join(rng.choice(part.split()) for part in parts)


def train_input_fn(names, labels, batch_size):
    """The names in random order, again and again."""
    dataset = est.data.Dataset.from_tensor_slices(({"name": names}, labels))
    return dataset.shuffle(len(labels)).repeat().batch(batch_size)


def eval_input_fn(names, labels, batch_size):
    """The names once, in order; labels may be None, for predict."""
    inputs = {"name": names} if labels is None else ({"name": names}, labels)
    return est.data.Dataset.from_tensor_slices(inputs).batch(batch_size)
