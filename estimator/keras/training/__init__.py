"""Compiling, fitting, evaluating and predicting: what a Keras model does with data."""
