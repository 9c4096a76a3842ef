"""Functions of strings: tf.strings."""

from __future__ import annotations

from estimator.core.facade import lazy_names

__all__, __getattr__, __dir__ = lazy_names(
    __name__,
    {
        "estimator.functions.ragged.splitting": "split",
        "estimator.functions.ragged.unicode": (
            "unicode_decode unicode_decode_with_offsets unicode_encode unicode_split unicode_split_with_offsets "
            "unicode_transcode"
        ),
        "estimator.functions.strings": (
            "as_string format=string_format join=string_join length=string_length lower=string_lower reduce_join "
            "regex_full_match regex_replace strip=string_strip substr "
            "to_hash_bucket=string_to_hash_bucket to_hash_bucket_fast=string_to_hash_bucket_fast "
            "to_hash_bucket_strong=string_to_hash_bucket_strong to_number=string_to_number "
            "upper=string_upper"
        ),
    },
)
