"""Written by `make stub` from the table in profiler.py; do not edit."""

from estimator.formats.messages import GraphNodeProto as GraphNodeProto
from estimator.formats.messages import MultiGraphNodeProto as MultiGraphNodeProto
from estimator.profiling.options import ProfileOptionBuilder as ProfileOptionBuilder
from estimator.profiling.profile import Profiler as Profiler
from estimator.profiling.profile import profile as profile
