"""Written by `make stub` from the table in io.py; do not edit."""

from estimator.functions.files import matching_files as matching_files
from estimator.functions.files import read_file as read_file
from estimator.functions.files import write_file as write_file
from estimator.functions.image.coding import decode_and_crop_jpeg as decode_and_crop_jpeg
from estimator.functions.image.coding import decode_bmp as decode_bmp
from estimator.functions.image.coding import decode_gif as decode_gif
from estimator.functions.image.coding import decode_image as decode_image
from estimator.functions.image.coding import decode_jpeg as decode_jpeg
from estimator.functions.image.coding import decode_png as decode_png
from estimator.functions.image.coding import encode_jpeg as encode_jpeg
from estimator.functions.image.coding import encode_png as encode_png
from estimator.functions.image.coding import extract_jpeg_shape as extract_jpeg_shape
from estimator.functions.image.coding import is_jpeg as is_jpeg
from estimator.functions.parse_example import parse_example as parse_example
from estimator.functions.parse_example import parse_single_example as parse_single_example
from estimator.functions.parse_sequence_example import parse_sequence_example as parse_sequence_example
from estimator.functions.parse_sequence_example import parse_single_sequence_example as parse_single_sequence_example
from estimator.functions.parsing import FixedLenFeature as FixedLenFeature
from estimator.functions.parsing import FixedLenSequenceFeature as FixedLenSequenceFeature
from estimator.functions.parsing import SparseFeature as SparseFeature
from estimator.functions.parsing import VarLenFeature as VarLenFeature
from estimator.functions.parsing import decode_csv as decode_csv
from estimator.functions.parsing import decode_raw as decode_raw
from estimator.functions.protos import decode_proto as decode_proto
from estimator.functions.protos import encode_proto as encode_proto
