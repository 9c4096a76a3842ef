"""Rows of the ops of estimator/ops/{stateless,sampling,candidates}.py; what the second draws is in test_sampling.py."""

from __future__ import annotations

import numpy as np

from tests.ops.example import Example, f32, i32, positive

SEED = np.array([7, -3])
_SEEDS = {"seed": 5, "seed2": 7}

# What TensorFlow 2.15.1 draws for the seed [7, -3].
DRAWN = {
    ("StatelessRandomUniform", "float32"): [0.4346421957015991, 0.06527590751647949, 0.7476129531860352, 0.14876413345336914, 0.5897864103317261, 0.31938230991363525],
    ("StatelessRandomUniform", "float64"): [0.47713778180121613, 0.9809041063278245, 0.7182915943104444, 0.42682149360606525, 0.15280997415921727, 0.9123433266800502],
    ("StatelessRandomUniform", "float16"): [0.5888671875, 0.740234375, 0.4453125, 0.67578125, 0.5302734375, 0.3798828125],
    ("StatelessRandomNormal", "float32"): [0.5147376656532288, 1.1838536262512207, 0.6135525703430176, 0.4530927538871765, 0.9315036535263062, -0.4339245855808258],
    ("StatelessRandomNormal", "float64"): [-0.1456107780640622, 1.2077654819729078, 0.36099545311012377, -0.7290004301586933, -1.014400684477348, 1.6516995817247957],
    ("StatelessRandomNormal", "float16"): [0.5146484375, 1.18359375, 0.61376953125, 0.453125, 0.931640625, -0.433837890625],
    ("StatelessTruncatedNormal", "float32"): [0.5147376656532288, 1.1838536262512207, 0.6135525703430176, 0.4530927538871765, 1.012413501739502, -0.01778951659798622],
    ("StatelessTruncatedNormal", "float64"): [-0.1456107780640622, 1.2077654819729078, -0.28848604561432045, -0.14262208278233368, 0.6654110226412603, -0.1596591233320305],
    ("StatelessTruncatedNormal", "float16"): [0.5146484375, 1.18359375, 0.61376953125, 0.453125, 1.0126953125, -0.017791748046875],
}  # fmt: skip
_BITS = {
    "int32": [2125963867, 973626102, 694137288],
    "int64": [4181692268747924059, -9145954649354817080, 6028316063551946271],
    "uint32": [2125963867, 973626102, 694137288],
    "uint64": [4181692268747924059, 9300789424354734536, 6028316063551946271],
}
FAR = [1058676509002, 773762873511, 572183839609, 459153868644, 390132476188]
LOGITS, CLASSES = f32([[0, 1, 2], [3, -1, 0.5]]), np.array([[1, 2], [3, 1]])
_SAMPLER = {"num_true": 2, "num_sampled": 3, "unique": True, **_SEEDS}

EXAMPLES = [
    *(
        Example(op, [i32(2, 3), SEED], lambda shape, seed, numbers=numbers, dtype=dtype: np.array(numbers, dtype).reshape(2, 3),
                {"dtype": dtype}, constants=[0], rtol=1e-3 if dtype == "float16" else 1e-5, note=dtype)
        for (op, dtype), numbers in DRAWN.items()
    ),
    Example("StatelessRandomUniformInt", [i32([5]), SEED, np.int32(-3), np.int32(10)], lambda *inputs: i32(-2, 4, -3, -2, 8)),
    Example("StatelessRandomUniformInt", [i32([5]), SEED, np.int64(-3), np.int64(2**40)], lambda *inputs: np.array(FAR), note="wide"),
    *(
        Example("StatelessRandomUniformFullInt", [i32([3]), SEED], lambda shape, seed, bits=bits, dtype=dtype: np.array(bits, dtype),
                {"dtype": dtype}, note=dtype)
        for dtype, bits in _BITS.items()
    ),
    Example("StatelessMultinomial", [LOGITS, np.int32(6), SEED],
            lambda *inputs: np.array([[2, 2, 2, 2, 1, 2], [0, 0, 0, 0, 2, 0]])),
    Example("Multinomial", [LOGITS, np.int32(4)], None, _SEEDS, constants=[1]),
    Example("Multinomial", [LOGITS, np.int32(4)], None, {"output_dtype": "int32", **_SEEDS}, note="int32"),
    Example("RandomGamma", [i32(3, 2), positive(4)], None, _SEEDS, constants=[0], gradients=[]),
    Example("RandomGamma", [np.zeros(0, np.int32), positive(2, 2)], None, _SEEDS, gradients=[], note="one of each"),
    Example("RandomPoissonV2", [i32(3, 2), positive(4)], None, {"dtype": "float32", **_SEEDS}, constants=[0]),
    Example("UniformCandidateSampler", [CLASSES], None, {**_SAMPLER, "range_max": 9}),
    Example("LogUniformCandidateSampler", [CLASSES], None, {**_SAMPLER, "range_max": 9}),
    Example("FixedUnigramCandidateSampler", [CLASSES], None, {**_SAMPLER, "range_max": 4, "unigrams": [1.0, 2.0, 3.0, 4.0]}),
    Example("AllCandidateSampler", [CLASSES], lambda true: (np.arange(3), np.ones((2, 2), np.float32), f32(1, 1, 1)), _SAMPLER),
    Example("ComputeAccidentalHits", [CLASSES, np.array([1, 5, 3, 1])],
            lambda true, drawn: (i32(0, 1, 1), np.array([3, 2, 3]), np.full(3, np.finfo(np.float32).min)), {"num_true": 2}),
]  # fmt: skip
