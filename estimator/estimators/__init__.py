"""The Estimator, and the models that come ready made: one file each, the class and its model function."""
