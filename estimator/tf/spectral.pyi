"""Written by `make stub` from the table in spectral.py; do not edit."""

from estimator.functions.cosine_transform import dct as dct
from estimator.functions.cosine_transform import idct as idct
from estimator.functions.signal import fft as fft
from estimator.functions.signal import fft2d as fft2d
from estimator.functions.signal import fft3d as fft3d
from estimator.functions.signal import ifft as ifft
from estimator.functions.signal import ifft2d as ifft2d
from estimator.functions.signal import ifft3d as ifft3d
from estimator.functions.signal import irfft as irfft
from estimator.functions.signal import irfft2d as irfft2d
from estimator.functions.signal import irfft3d as irfft3d
from estimator.functions.signal import rfft as rfft
from estimator.functions.signal import rfft2d as rfft2d
from estimator.functions.signal import rfft3d as rfft3d
