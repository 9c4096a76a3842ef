"""Written by `make stub` from the table in projector.py; do not edit."""

from estimator.formats.messages import EmbeddingInfo as EmbeddingInfo
from estimator.formats.messages import ProjectorConfig as ProjectorConfig
from estimator.formats.messages import SpriteMetadata as SpriteMetadata
from estimator.summaries.projector import visualize_embeddings as visualize_embeddings
