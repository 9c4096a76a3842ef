"""Written by `make stub` from the table in resource_loader.py; do not edit."""

from estimator.files.resources import get_data_files_path as get_data_files_path
from estimator.files.resources import get_path_to_datafile as get_path_to_datafile
from estimator.files.resources import get_root_dir_with_all_resources as get_root_dir_with_all_resources
from estimator.files.resources import load_resource as load_resource
from estimator.files.resources import readahead_file_path as readahead_file_path
