"""Sound in WAV files: tf.audio."""

from __future__ import annotations

from estimator.core.facade import lazy_names

__all__, __getattr__, __dir__ = lazy_names(__name__, {"estimator.functions.sound": "decode_wav encode_wav"})
