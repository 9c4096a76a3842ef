"""Written by `make stub` from the table in strings.py; do not edit."""

from estimator.functions.ragged.splitting import split as split
from estimator.functions.ragged.unicode import unicode_decode as unicode_decode
from estimator.functions.ragged.unicode import unicode_decode_with_offsets as unicode_decode_with_offsets
from estimator.functions.ragged.unicode import unicode_encode as unicode_encode
from estimator.functions.ragged.unicode import unicode_split as unicode_split
from estimator.functions.ragged.unicode import unicode_split_with_offsets as unicode_split_with_offsets
from estimator.functions.ragged.unicode import unicode_transcode as unicode_transcode
from estimator.functions.strings import as_string as as_string
from estimator.functions.strings import string_format as format
from estimator.functions.strings import string_join as join
from estimator.functions.strings import string_length as length
from estimator.functions.strings import string_lower as lower
from estimator.functions.strings import reduce_join as reduce_join
from estimator.functions.strings import regex_full_match as regex_full_match
from estimator.functions.strings import regex_replace as regex_replace
from estimator.functions.strings import string_strip as strip
from estimator.functions.strings import substr as substr
from estimator.functions.strings import string_to_hash_bucket as to_hash_bucket
from estimator.functions.strings import string_to_hash_bucket_fast as to_hash_bucket_fast
from estimator.functions.strings import string_to_hash_bucket_strong as to_hash_bucket_strong
from estimator.functions.strings import string_to_number as to_number
from estimator.functions.strings import string_upper as upper
