"""Written by `make stub` from the table in signal.py; do not edit."""

from estimator.functions.cosine_transform import dct as dct
from estimator.functions.cosine_transform import fftshift as fftshift
from estimator.functions.cosine_transform import idct as idct
from estimator.functions.cosine_transform import ifftshift as ifftshift
from estimator.functions.cosine_transform import linear_to_mel_weight_matrix as linear_to_mel_weight_matrix
from estimator.functions.cosine_transform import mfccs_from_log_mel_spectrograms as mfccs_from_log_mel_spectrograms
from estimator.functions.signal import fft as fft
from estimator.functions.signal import fft2d as fft2d
from estimator.functions.signal import fft3d as fft3d
from estimator.functions.signal import frame as frame
from estimator.functions.signal import hamming_window as hamming_window
from estimator.functions.signal import hann_window as hann_window
from estimator.functions.signal import ifft as ifft
from estimator.functions.signal import ifft2d as ifft2d
from estimator.functions.signal import ifft3d as ifft3d
from estimator.functions.signal import inverse_stft as inverse_stft
from estimator.functions.signal import inverse_stft_window_fn as inverse_stft_window_fn
from estimator.functions.signal import irfft as irfft
from estimator.functions.signal import irfft2d as irfft2d
from estimator.functions.signal import irfft3d as irfft3d
from estimator.functions.signal import overlap_and_add as overlap_and_add
from estimator.functions.signal import rfft as rfft
from estimator.functions.signal import rfft2d as rfft2d
from estimator.functions.signal import rfft3d as rfft3d
from estimator.functions.signal import stft as stft
