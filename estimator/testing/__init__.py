"""What tests of models use: tf.test."""
