"""Written by `make stub` from the table in __init__.py; do not edit."""

from estimator.exchange.conversion import Conversion as Conversion
from estimator.exchange.conversion import convert as convert
