"""Written by `make stub` from the table in utils.py; do not edit."""

from estimator.network.slim.named_outputs import collect_named_outputs as collect_named_outputs
from estimator.network.slim.named_outputs import convert_collection_to_dict as convert_collection_to_dict
