"""Written by `make stub` from the table in image.py; do not edit."""

from estimator.functions.image.projecting import angles_to_projective_transforms as angles_to_projective_transforms
from estimator.functions.image.projecting import compose_transforms as compose_transforms
from estimator.functions.image.projecting import flat_transforms_to_matrices as flat_transforms_to_matrices
from estimator.functions.image.projecting import matrices_to_flat_transforms as matrices_to_flat_transforms
from estimator.functions.image.projecting import rotate as rotate
from estimator.functions.image.projecting import transform as transform
from estimator.functions.image.projecting import translate as translate
from estimator.functions.image.projecting import translations_to_projective_transforms as translations_to_projective_transforms
