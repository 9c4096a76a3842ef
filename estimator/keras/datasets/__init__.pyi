"""Written by `make stub` from the table in __init__.py; do not edit."""

from estimator.keras.datasets import boston_housing as boston_housing
from estimator.keras.datasets import cifar10 as cifar10
from estimator.keras.datasets import cifar100 as cifar100
from estimator.keras.datasets import fashion_mnist as fashion_mnist
from estimator.keras.datasets import imdb as imdb
from estimator.keras.datasets import mnist as mnist
from estimator.keras.datasets import reuters as reuters
