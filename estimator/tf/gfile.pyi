"""Written by `make stub` from the table in gfile.py; do not edit."""

from estimator.files.gfile import GFile as FastGFile
from estimator.files.gfile import GFile as GFile
from estimator.files.gfile import GFile as Open
from estimator.files.old_names import Copy as Copy
from estimator.files.old_names import DeleteRecursively as DeleteRecursively
from estimator.files.old_names import Exists as Exists
from estimator.files.old_names import Glob as Glob
from estimator.files.old_names import IsDirectory as IsDirectory
from estimator.files.old_names import ListDirectory as ListDirectory
from estimator.files.old_names import MakeDirs as MakeDirs
from estimator.files.old_names import MkDir as MkDir
from estimator.files.old_names import Remove as Remove
from estimator.files.old_names import Rename as Rename
from estimator.files.old_names import Stat as Stat
from estimator.files.old_names import Walk as Walk
