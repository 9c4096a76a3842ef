"""Written by `make stub` from the table in logging.py; do not edit."""

from estimator.core.log import DEBUG as DEBUG
from estimator.core.log import ERROR as ERROR
from estimator.core.log import FATAL as FATAL
from estimator.core.log import INFO as INFO
from estimator.core.log import TaskLevelStatusMessage as TaskLevelStatusMessage
from estimator.core.log import WARN as WARN
from estimator.core.log import debug as debug
from estimator.core.log import error as error
from estimator.core.log import fatal as fatal
from estimator.core.log import flush as flush
from estimator.core.log import get_verbosity as get_verbosity
from estimator.core.log import info as info
from estimator.core.log import log as log
from estimator.core.log import log_every_n as log_every_n
from estimator.core.log import log_first_n as log_first_n
from estimator.core.log import log_if as log_if
from estimator.core.log import set_verbosity as set_verbosity
from estimator.core.log import vlog as vlog
from estimator.core.log import warn as warn
from estimator.core.log import warning as warning
