"""Written by `make stub` from the table in strings.py; do not edit."""

from estimator.functions.strings import as_string as as_string
from estimator.functions.strings import string_to_hash_bucket as to_hash_bucket
from estimator.functions.strings import string_to_hash_bucket_fast as to_hash_bucket_fast
from estimator.functions.strings import string_to_hash_bucket_strong as to_hash_bucket_strong
