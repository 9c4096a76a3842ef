"""Tests of transforms, windows and frames; their numbers stand in tests/test_values.py."""

from __future__ import annotations

import numpy as np
import pytest

from estimator.functions import arrays, signal
from estimator.runtime.session import Session

WAVE = np.sin(np.arange(24, dtype=np.float32))


def test_the_spectra_of_windows_that_fit_give_the_signal_again() -> None:
    length = arrays.placeholder("int32", [])
    spectra = signal.stft(WAVE, length, 4)
    again = signal.inverse_stft(spectra, length, 4, window_fn=signal.inverse_stft_window_fn(4))
    with Session() as session:
        found = session.run(again, {length: 8})
    np.testing.assert_allclose(found[4:-4], WAVE[4:-4], atol=1e-6)


def test_the_length_of_a_transform_is_the_next_power_of_2() -> None:
    length = arrays.placeholder("int32", [])
    known, unknown = signal.stft(WAVE, 5, 4), signal.stft(WAVE, length, 4)
    with Session() as session:
        shapes = [value.shape for value in session.run([known, unknown], {length: 5})]
    assert shapes == [(5, 5), (5, 5)]


def test_half_a_transform_refuses_the_other_kind_of_numbers() -> None:
    with pytest.raises(ValueError, match="RFFT takes float32 or float64, given: int32; use tf.cast"):
        signal.rfft(arrays.placeholder("int32", [2]))
    with pytest.raises(ValueError, match="IRFFT takes complex64 or complex128, given: float32"):
        signal.irfft(arrays.placeholder("float32", [2]))


def test_frames_of_one_dimension_are_refused() -> None:
    with pytest.raises(ValueError, match="2 dimensions or more"):
        signal.overlap_and_add(WAVE, 2)
