"""Files of a script: tf.gfile and tf.io.gfile, on the local file system."""
