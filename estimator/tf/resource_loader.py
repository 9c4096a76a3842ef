"""Files beside the script: tf.resource_loader."""

from __future__ import annotations

from estimator.core.facade import lazy_names

__all__, __getattr__, __dir__ = lazy_names(
    __name__,
    {
        "estimator.files.resources": (
            "get_data_files_path get_path_to_datafile get_root_dir_with_all_resources load_resource "
            "readahead_file_path"
        ),
    },
)
