"""The graph, which is TensorFlow's: op declarations, operations, gradients, and GraphDef in and out."""
