"""TensorFlow's functions of tensors, over the graph's ops."""
