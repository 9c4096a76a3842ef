"""TensorFlow's file formats as bytes: messages, tables, tensor bundles, records. Usable alone."""
