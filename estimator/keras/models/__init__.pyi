"""Written by `make stub` from the table in __init__.py; do not edit."""

from estimator.keras.cloning import clone_model as clone_model
from estimator.keras.cloning import model_from_config as model_from_config
from estimator.keras.cloning import model_from_json as model_from_json
from estimator.keras.model import Model as Model
from estimator.keras.saving.api import load_model as load_model
from estimator.keras.saving.api import save_model as save_model
from estimator.keras.sequential import Sequential as Sequential
