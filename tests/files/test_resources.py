"""Files beside the module that asks for them."""

from __future__ import annotations

from pathlib import Path

import pytest

from estimator import tf

HERE = Path(__file__).parent


def test_data_files_lie_beside_the_module_that_asks() -> None:
    assert tf.resource_loader.get_data_files_path() == str(HERE)
    assert tf.resource_loader.get_path_to_datafile(path="x/y") == str(HERE / "x" / "y")
    assert tf.resource_loader.get_root_dir_with_all_resources() == str(HERE)
    assert tf.resource_loader.readahead_file_path("x", readahead="1M") == "x"


def test_a_resource_is_read_as_bytes() -> None:
    assert tf.resource_loader.load_resource(Path(__file__).name) == Path(__file__).read_bytes()
    with pytest.raises(FileNotFoundError):
        tf.resource_loader.load_resource("nothing")
