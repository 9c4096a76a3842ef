"""Written by `make stub` from the table in gfile.py; do not edit."""

from estimator.files.gfile import GFile as GFile
from estimator.files.tree import copy as copy
from estimator.files.tree import exists as exists
from estimator.files.tree import get_registered_schemes as get_registered_schemes
from estimator.files.tree import glob as glob
from estimator.files.tree import isdir as isdir
from estimator.files.tree import join as join
from estimator.files.tree import listdir as listdir
from estimator.files.tree import makedirs as makedirs
from estimator.files.tree import mkdir as mkdir
from estimator.files.tree import remove as remove
from estimator.files.tree import rename as rename
from estimator.files.tree import rmtree as rmtree
from estimator.files.tree import stat as stat
from estimator.files.tree import walk as walk
