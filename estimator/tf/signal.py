"""Fourier transforms, windows and frames of signals: tf.signal."""

from __future__ import annotations

from estimator.core.facade import lazy_names

__all__, __getattr__, __dir__ = lazy_names(
    __name__,
    {
        "estimator.functions.cosine_transform": (
            "dct fftshift idct ifftshift linear_to_mel_weight_matrix mfccs_from_log_mel_spectrograms"
        ),
        "estimator.functions.signal": (
            "fft fft2d fft3d frame hamming_window hann_window ifft ifft2d ifft3d inverse_stft inverse_stft_window_fn "
            "irfft irfft2d irfft3d overlap_and_add rfft rfft2d rfft3d stft"
        ),
    },
)
