"""tf.estimator again, on numpy: the package's front door."""
