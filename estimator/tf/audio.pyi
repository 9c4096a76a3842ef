"""Written by `make stub` from the table in audio.py; do not edit."""

from estimator.functions.sound import decode_wav as decode_wav
from estimator.functions.sound import encode_wav as encode_wav
