"""Written by `make stub` from the table in __init__.py; do not edit."""

from estimator.exchange.conversion import convert as convert
from estimator.exchange.making import Conversion as Conversion
