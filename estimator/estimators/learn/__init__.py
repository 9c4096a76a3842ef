"""The Estimator of tf.contrib.learn, by which scripts of 2017 train, over tf.estimator's."""
