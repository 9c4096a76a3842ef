"""Written by `make stub` from the table in __init__.py; do not edit."""

from estimator.keras.backend.settings import backend as backend
from estimator.keras.backend.settings import epsilon as epsilon
from estimator.keras.backend.settings import floatx as floatx
from estimator.keras.backend.settings import image_data_format as image_data_format
from estimator.keras.backend.settings import set_epsilon as set_epsilon
from estimator.keras.backend.settings import set_floatx as set_floatx
from estimator.keras.backend.settings import set_image_data_format as set_image_data_format
from estimator.keras.backend.values import batch_get_value as batch_get_value
from estimator.keras.backend.values import batch_set_value as batch_set_value
from estimator.keras.backend.values import clear_session as clear_session
from estimator.keras.backend.values import eval as eval
from estimator.keras.backend.values import function as function
from estimator.keras.backend.values import get_session as get_session
from estimator.keras.backend.values import get_value as get_value
from estimator.keras.backend.values import manual_variable_initialization as manual_variable_initialization
from estimator.keras.backend.values import set_session as set_session
from estimator.keras.backend.values import set_value as set_value
from estimator.keras.backend.values import update as update
from estimator.keras.backend.values import update_add as update_add
from estimator.keras.backend.values import update_sub as update_sub
from estimator.keras.learning_phase import learning_phase as learning_phase
from estimator.keras.learning_phase import set_learning_phase as set_learning_phase
from estimator.keras.naming import get_uid as get_uid
from estimator.keras.naming import reset_uids as reset_uids
