"""Written by `make stub` from the table in signature_constants.py; do not edit."""

from estimator.saved_model.constants import CLASSIFY_INPUTS as CLASSIFY_INPUTS
from estimator.saved_model.constants import CLASSIFY_METHOD_NAME as CLASSIFY_METHOD_NAME
from estimator.saved_model.constants import CLASSIFY_OUTPUT_CLASSES as CLASSIFY_OUTPUT_CLASSES
from estimator.saved_model.constants import CLASSIFY_OUTPUT_SCORES as CLASSIFY_OUTPUT_SCORES
from estimator.saved_model.constants import DEFAULT_SERVING_SIGNATURE_DEF_KEY as DEFAULT_SERVING_SIGNATURE_DEF_KEY
from estimator.saved_model.constants import PREDICT_INPUTS as PREDICT_INPUTS
from estimator.saved_model.constants import PREDICT_METHOD_NAME as PREDICT_METHOD_NAME
from estimator.saved_model.constants import PREDICT_OUTPUTS as PREDICT_OUTPUTS
from estimator.saved_model.constants import REGRESS_INPUTS as REGRESS_INPUTS
from estimator.saved_model.constants import REGRESS_METHOD_NAME as REGRESS_METHOD_NAME
from estimator.saved_model.constants import REGRESS_OUTPUTS as REGRESS_OUTPUTS
