"""What lies in model_dirs and checkpoints, ours and TensorFlow's: described, compared and kept in order."""
