#!/usr/bin/env bash
# TensorFlow 2.15.1: tf.signal.hann_window(n, periodic=True), the default, is not periodic if n is odd.
#
# A periodic Hann window of n points is 0.5 - 0.5 cos(2 pi i / n); shifted copies of it, a third of n apart, add up to one
# constant, which overlapping frames rely on. For an odd n TensorFlow gives the symmetric window, with n - 1 in place of n,
# and says nothing: the copies of a window of 9 points add up to 1.29 here and 1.35 there. scipy's is periodic for every n.
# hamming_window does the same.
#
# Runs in a temporary folder with packages of its own; fails if the behaviour changes.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet "tensorflow-cpu==2.15.1" "scipy==1.11.4"
cd "$folder"
TF_CPP_MIN_LOG_LEVEL=3 CUDA_VISIBLE_DEVICES= "$folder/venv/bin/python" - <<'PY' 2> "$folder/stderr" || { cat "$folder/stderr"; exit 1; }
import numpy as np
import scipy
import scipy.signal
import tensorflow as tf

print("tensorflow", tf.__version__, "scipy", scipy.__version__)


def overlapped(window):
    return sum(np.roll(window, shift) for shift in (0, 3, 6))


for name in ("hann", "hamming"):
    of_tf = getattr(tf.signal, f"{name}_window")
    for n in (8, 9):
        found = of_tf(n, periodic=True).numpy()
        periodic, symmetric = (scipy.signal.get_window(name, n, fftbins=fft) for fft in (True, False))
        is_periodic, is_symmetric = (np.allclose(found, wanted, atol=1e-6) for wanted in (periodic, symmetric))
        print(f"{name}, {n} points, periodic=True: periodic {is_periodic}, symmetric {is_symmetric}")
        assert (is_periodic, is_symmetric) == ((True, False) if n == 8 else (False, True))
of_tf, of_scipy = overlapped(tf.signal.hann_window(9).numpy()), overlapped(scipy.signal.get_window("hann", 9))
print("three copies of 9 points, 3 apart: tensorflow", of_tf.round(3).tolist(), "scipy", of_scipy.round(3).tolist())
assert np.ptp(of_scipy) < 1e-6 < 0.05 < np.ptp(of_tf)
PY
